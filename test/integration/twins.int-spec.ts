import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../apps/cli/src/program.ts';
import { AccessWorld } from '../support/access-world.ts';
import { operationsOf, type OpenApi } from '../support/openapi-requests.ts';

/** Operations that no command asks for, and why. */
const NOT_FOR_THE_COMMAND_LINE: Readonly<Record<string, string>> = {
  'GET /health/live': 'For whatever watches the process; landbridge status asks for readiness.',
  'GET /api/about': "The band over the console's pages; landbridge diagnostics says the same and more.",
  'GET /api/messages/{id}/evidence/verdict': 'What landbridge verify says of the pack, without having to believe the gateway.',
  'GET /api/messages/query': "Chips for the console's line; commands send the text and print its faults.",
  'POST /api/session/oidc': 'Signing in at an issuer needs a browser.',
  'POST /api/session/oidc/return': 'Signing in at an issuer needs a browser.',
  ...Object.fromEntries(
    ['GET /docs', 'GET /docs/{file}', 'GET /docs/{section}/{file}', 'GET /docs/formats/{file}', 'GET /docs/formats/{family}/{file}'].map(
      (page) => [page, 'Pages to be read; landbridge docs writes the same as files.'],
    ),
  ),
  'POST /links/{link}/messages': 'Of the transport: landbridge send is the partner there.',
  'GET /links/{link}/mailbox': 'Of the transport: a partner polls it.',
  'POST /links/{link}/mailbox/acknowledge': 'Of the transport.',
};
/** Asked for by commands that wait for a person or for what happens: played in stories of their own. */
const PLAYED_ELSEWHERE: Readonly<Record<string, readonly [command: string, story: string]>> = {
  'GET /api/messages/tail': ['messages tail', 'apps/cli/src/gateway/server-sent-events.spec.ts'],
  'POST /api/session': ['login', 'test/integration/access-cli.int-spec.ts'],
  'POST /api/session/password': ['login', 'test/integration/access-cli.int-spec.ts'],
  'POST /api/session/factor': ['login', 'test/integration/access-cli.int-spec.ts'],
  'POST /api/session/factor/confirm': ['login', 'test/integration/access-cli.int-spec.ts'],
};
const ID = '7d3c0d59-9e0a-4d1c-8a43-0f6e0d1a2b3c';
const KID = 'k'.repeat(43);
const why = ['--reason', '连云港与霍尔果斯商定'];
/** Calls of commands, each of which asks the gateway for something. Words after `landbridge`. */
const CALLS: readonly (readonly string[])[] = [
  ['status'],
  ['messages', 'list'],
  ['messages', 'count', 'state:parked'],
  ['messages', 'show', ID],
  ['messages', 'show', ID, '--frame', 'OUT-frame'],
  ['messages', 'content', ID],
  ['messages', 'content', ID, '--reveal', 'why'],
  ['messages', 'diff', ID, ID],
  ['messages', 'diff', ID, ID, '--reveal', 'why'],
  ['messages', 'export', '-o', 'OUT-export'],
  ['messages', 'quarantine'],
  ['messages', 'quarantine', '--octets', 'f'.repeat(64), '-o', 'OUT-octets'],
  ['messages', 'views'],
  ['messages', 'save-view', 'one', 'state:parked'],
  ['messages', 'remove-view', ID],
  ['shipment', 'CSQU3054383'],
  ['search', '95236196'],
  ['declaration', '020120260000000001'],
  ['evidence', ID, '-o', 'OUT-evidence'],
  ['debts'],
  ['debts', '--counts'],
  ['partners'],
  ['diagnostics'],
  ['retention'],
  ['loaded', 'mappings'],
  ['loaded', 'mapping', 'cn-manifest/MT1101'],
  ['loaded', 'codelists'],
  ['loaded', 'codelist', 'CN012'],
  ['mapping-versions', 'list'],
  ['mapping-versions', 'show', ID],
  ['mapping-versions', 'draft', 'config/mappings/cn-manifest/MT2101.yaml', '--link', 'keg', ...why],
  ['mapping-versions', 'corpus', ID, ...why],
  ['mapping-versions', 'shadow', ID, '--most', '5', ...why],
  ['mapping-versions', 'submit', ID, ...why],
  ['mapping-versions', 'approve', ID, '--digest', KID, ...why],
  ['mapping-versions', 'refuse', ID, '--digest', KID, ...why],
  ['mapping-versions', 'rollback', ID, ...why],
  ['links', 'list'],
  ['links', 'figures'],
  ['links', 'show', 'keg'],
  ['links', 'keys'],
  ['links', 'pause', 'keg', ...why],
  ['links', 'resume', 'keg', ...why],
  ['links', 'release', 'keg', 'note:1', ...why],
  ['agreements', 'show'],
  ['agreements', 'show', '2'],
  ['agreements', 'history'],
  ['agreements', 'change', 'config/agreements/corridor.yaml', ...why],
  ['agreements', 'rollback', '2', ...why],
  ['links', 'requests'],
  ['links', 'request', ID],
  ['links', 'approve', ID, '--digest', KID, ...why],
  ['links', 'refuse', ID, '--digest', KID, ...why],
  ['dead-letters', 'list'],
  ['dead-letters', 'queues'],
  ['dead-letters', 'show', '17', '--frame', 'OUT-letter'],
  ['dead-letters', 'replay', '17', ...why],
  ['dead-letters', 'discard', '17', ...why],
  ['replay', 'plan', ID],
  ['replay', 'plan', ID, ...why],
  ['replay', 'dry-run', ID, '-o', 'OUT-dry', ...why],
  ['replay', 'list'],
  ['replay', 'show', ID],
  ['replay', 'preview', ID, '0', '-o', 'OUT-preview'],
  ['replay', 'approve', ID, '--digest', KID, ...why],
  ['replay', 'refuse', ID, '--digest', KID, ...why],
  ['replay', 'run', ID, ...why],
  ['replay', 'pause', ID, ...why],
  ['replay', 'resume', ID, ...why],
  ['replay', 'stop', ID, ...why],
  ['stops'],
  ['stop', 'keg', ...why],
  ['incidents', 'list'],
  ['incidents', 'show', '1'],
  ['incidents', 'own', '1', ...why],
  ['incidents', 'note', '1', 'хабарластық'],
  ['incidents', 'resolve', '1', ...why],
  ['incidents', 'merge', '1', '2', ...why],
  ['incidents', 'split', '1', '2', ...why],
  ['incidents', 'replay', '1', ...why],
  ['alerts', 'list'],
  ['alerts', 'rules'],
  ['alerts', 'notices'],
  ['alerts', 'silences'],
  ['alerts', 'silence', '--link', 'keg', '--hours', '1', ...why],
  ['alerts', 'unsilence', '1', ...why],
  ['alerts', 'acknowledge', '1', ...why],
  ['alerts', 'test', ...why],
  ['conformance', 'start', 'keg', '--software', 'khorgos 2.1', ...why],
  ['conformance', 'status', 'keg'],
  ['conformance', 'stop', 'keg', ...why],
  ['conformance', 'report', 'keg', '-o', 'OUT-conformance'],
  ['conformance', 'drift'],
  ['conformance', 'drift', '--link', 'keg', ...why],
  ['connectivity', 'partner', 'keg', '--wait', '1', ...why],
  ['audit', 'list', '--url', 'HERE'],
  ['log', 'reconcile', '--url', 'HERE'],
  ['keys', 'list', '--url', 'HERE'],
  ['keys', 'show', KID],
  ['keys', 'publish', KID, ...why],
  ['keys', 'rehearse', ...why],
  ['logout'],
  ['whoami'],
  ['sessions'],
  ['sessions', '--end-others'],
  ['accounts', 'list'],
  ['accounts', 'roles'],
  ['accounts', 'create', 'monitoring', ...why],
  ['accounts', 'disable', '张伟', ...why],
  ['accounts', 'reset', '张伟', ...why],
  ['accounts', 'sessions', '张伟'],
  ['accounts', 'sessions', '张伟', '--end', ...why],
  ['accounts', 'token', '张伟'],
  ['accounts', 'token', '张伟', '--label', 'dashboard', ...why],
  ['accounts', 'token', '张伟', '--revoke', ID, ...why],
];

/** Commands that ask for the same operation as another one, with other words in it. */
const ALIKE: Readonly<Record<string, string>> = {
  go: 'stop',
  'incidents acknowledge': 'incidents resolve',
  'incidents fixing': 'incidents resolve',
  'incidents monitor': 'incidents resolve',
  'incidents reopen': 'incidents resolve',
  'incidents ignore': 'incidents resolve',
  'accounts change': 'accounts disable',
  'keys activate': 'keys publish',
  'keys retire': 'keys publish',
  'keys compromise': 'keys publish',
  'keys certificate': 'keys publish',
  why: 'evidence',
};
/** Commands of a partner, which speak the protocol of links. */
const OF_PARTNERS = ['send', 'connectivity test'];

const leavesOf = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf));
const pathOf = (command: Command): string[] => (command.parent ? [...pathOf(command.parent), command.name()] : []);
const asksGateway = (command: Command): boolean => command.options.some(({ long }) => long === '--url');
/** `/api/links/{link}/pause` as a pattern of paths. */
const patternOf = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`);

describe('the API and the command line', () => {
  let operations: string[];
  /** Operation by operation which call asked for it. */
  const asked = new Map<string, string>();
  const silent: string[] = [];

  beforeAll(async () => {
    const world = await AccessWorld.open();
    operations = operationsOf((await world.call(undefined, 'GET', '/openapi.json')).body as OpenApi).map(
      ({ method, path }) => `${method} ${path}`,
    );
    await world.close();
    for (const words of CALLS) {
      const paths = await pathsOf(words);
      if (paths.length === 0) silent.push(words.join(' '));
      for (const path of paths) {
        // The most particular one: messages/count is no message called count.
        const fitting = operations.filter((operation) => {
          const [method = '', template = ''] = operation.split(' ');
          return path.method === method && patternOf(template).test(path.pathname);
        });
        const best = fitting.toSorted((one, other) => one.split('{').length - other.split('{').length)[0];
        if (best !== undefined) asked.set(best, words.join(' '));
      }
    }
  }, 120_000);

  it('has a command for every operation, or a reason why not', () => {
    expect(silent).toEqual([]);
    expect([...asked.keys(), ...Object.keys(PLAYED_ELSEWHERE), ...Object.keys(NOT_FOR_THE_COMMAND_LINE)].sort()).toEqual(
      operations.toSorted(),
    );
  });

  it('knows every command that asks a gateway', () => {
    const commands = leavesOf(createProgram())
      .filter(asksGateway)
      .map((command) => pathOf(command).join(' '));
    const played = Object.values(PLAYED_ELSEWHERE).map(([command]) => command);
    const called = (name: string): boolean =>
      played.includes(name) || CALLS.some((words) => words.slice(0, name.split(' ').length).join(' ') === name);
    const alike = [...Object.keys(ALIKE), ...OF_PARTNERS];
    expect(commands.filter((name) => !called(name) && !alike.includes(name))).toEqual([]);
    for (const [name, other] of Object.entries(ALIKE)) expect([name, called(other)]).toEqual([name, true]);
  });
});

/** What a call asks for, of a gateway that answers whatever lets a command go on. */
async function pathsOf(words: readonly string[]): Promise<{ readonly method: string; readonly pathname: string }[]> {
  const seen: { method: string; pathname: string }[] = [];
  const account = { id: ID, name: '张伟', kind: 'service', roles: [], partners: 'all' };
  const genuine = { fetch: globalThis.fetch, write: process.stdout.write, tell: process.stderr.write };
  globalThis.fetch = async (input, init) => {
    const { pathname } = new URL(String(input));
    seen.push({ method: init?.method ?? 'GET', pathname });
    return Response.json({ accounts: [account], tokens: [], status: 'ready', links: [], messages: [{ messageId: ID, direction: 'in' }] });
  };
  process.stdout.write = () => true;
  process.stderr.write = () => true;
  try {
    const here = 'http://127.0.0.1:9';
    const args = words.map((word) => (word === 'HERE' ? here : word.replace(/^OUT/, join(tmpdir(), 'landbridge-twins'))));
    const program = createProgram();
    const named = args.includes('--url') ? [] : ['--url', here];
    await Promise.race([
      program.parseAsync([...args, ...named, '--token', 'lbs_x', '--json'], { from: 'user' }),
      new Promise((resolve) => setTimeout(resolve, 3_000).unref()),
    ]);
  } catch {
    // What it makes of the answer is another test's.
  } finally {
    globalThis.fetch = genuine.fetch;
    process.stdout.write = genuine.write;
    process.stderr.write = genuine.tell;
    process.exitCode = 0;
  }
  return seen;
}
