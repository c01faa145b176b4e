import * as fc from 'fast-check';
import { randomInt, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { readRoles } from '#config';
import { ERRORS, issue } from '#model';
import {
  answerSchema,
  operationsOf,
  requestFor,
  type GeneratedRequest,
  type OpenApi,
  type Operation,
} from '../support/openapi-requests.ts';
import { batch, inboxRow, noticeRow, outboxRow, quarantineRow } from '../support/store-rows.ts';
import { wholeGateway, type WholeGateway } from '../support/whole-gateway.ts';

/** Set to see the same requests again. */
const SEED = Number(process.env['API_FUZZ_SEED'] ?? randomInt(2 ** 31));
/** Requests to each operation as each of them; no round begins after the time is up. */
const ROUNDS = Number(process.env['API_FUZZ_ROUNDS'] ?? 4);
const BUDGET_MS = 1_000 * Number(process.env['API_FUZZ_SECONDS'] ?? 12);
const AT_ONCE = 8;
/** Deriving a password is slow by intention. */
const SLOW = new Set([
  'POST /api/session',
  'POST /api/session/password',
  'POST /api/session/factor',
  'POST /api/accounts',
  'POST /api/accounts/{id}/reset',
]);
/** A word that stands in everything of one partner and nowhere else. */
const SECRET = 'FREMDLADUNG7';

interface Caller {
  readonly name: string;
  readonly token: string | undefined;
  readonly sees: 'all' | 'KEG';
}
interface Told {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

describe('the API under generated requests', () => {
  let whole: WholeGateway;
  let operations: Operation[];
  let callers: Caller[];
  const known = [SECRET, 'keg', 'nsw', 'KEG', 'NSW', `bill:${SECRET}`, 'id:1', '1', '2', randomUUID()];
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });
  (formats as unknown as (of: Ajv2020) => void)(ajv);
  const compiled = new Map<object, ValidateFunction>();

  beforeAll(async () => {
    process.stdout.write(`API_FUZZ_SEED=${SEED}\n`);
    whole = await wholeGateway();
    operations = operationsOf((await (await fetch(`${whole.url}/openapi.json`)).json()) as OpenApi);
    await seed();
    const roles = Object.keys(readRoles().roles);
    callers = [
      { name: 'nobody', token: undefined, sees: 'KEG' },
      ...(await Promise.all(
        roles.map(async (role) => ({ name: `${role} of KEG`, token: await whole.as([role], ['KEG']), sees: 'KEG' as const })),
      )),
      ...(await Promise.all(roles.map(async (role) => ({ name: `${role} of all`, token: await whole.as([role]), sees: 'all' as const })))),
    ];
  }, 120_000);
  afterAll(() => whole.close());

  /** Messages of two partners; those of one hold the word. */
  async function seed(): Promise<void> {
    const frame = await readFile('test/fixtures/protocol/message-1.lbm');
    const { store } = whole.gateway;
    const foreign = { frame, businessKeys: [`bill:${SECRET}`], orderKey: SECRET };
    const theirs = inboxRow({ ...foreign, link: 'nsw', sender: 'NSW', messageId: `${SECRET}-1` });
    const parked = inboxRow({
      ...foreign,
      link: 'nsw',
      sender: 'NSW',
      state: 'parked',
      issues: [issue('ROUTE_MISSING', `/${SECRET}`)],
      messageId: `${SECRET}-2`,
    });
    const ours = inboxRow({ frame, link: 'keg', sender: 'KEG', businessKeys: ['bill:OURS1'] });
    const out = outboxRow({ ...foreign, link: 'nsw', messageId: `${SECRET}-3`, type: SECRET });
    const onward = outboxRow({ frame, link: 'keg', source: { sender: 'NSW', messageId: theirs.messageId } });
    await store.commit(
      batch({
        inbox: [theirs, parked, ours],
        outbox: [out, onward],
        quarantine: [quarantineRow({ link: 'nsw', claimedMessageId: SECRET }), quarantineRow({ link: 'keg', frame: Buffer.from('other') })],
        notices: [noticeRow({ subject: `declaration:${SECRET}`, sender: 'NSW' })],
        events: [
          { subject: `in:NSW/${parked.messageId}`, kind: 'state', from: 'received', to: 'parked', actor: SECRET, at: parked.receivedAt },
        ],
      }),
    );
    const { dataSource } = whole.gateway;
    await dataSource.query(
      `INSERT INTO incident (fingerprint, stage, link, type, code, path, state, changed_at, first_at, last_at, opened_at, count, messages, keys, mappings, came_back)
       VALUES ('f', 'check', 'nsw', $1, 'ROUTE_MISSING', '/', 'open', now(), now(), now(), now(), 1, 1, ARRAY[$1], '{}', 0)`,
      [SECRET],
    );
    await dataSource.query(
      `INSERT INTO alert (rule, measure, severity, subject, link, value, bound, state, since, fired_at)
       VALUES ($1, 'oldest-waiting', 'warning', 'nsw', 'nsw', 700, 600, 'firing', now(), now())`,
      [SECRET],
    );
    known.push(theirs.messageId, parked.messageId, ours.messageId, out.messageId, onward.messageId, onward.messageId, ours.messageId);
    known.push(...whole.gateway.directory.records().map(({ kid }) => kid));
  }

  async function ask({ method }: Operation, { path, body }: GeneratedRequest, token: string | undefined): Promise<Told> {
    const response = await fetch(whole.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const type = response.headers.get('content-type') ?? '';
    // A stream of events has no end to wait for.
    if (!type.startsWith('text/event-stream')) return { status: response.status, type, text: await response.text() };
    await response.body?.cancel();
    return { status: response.status, type, text: '' };
  }

  function faultOf(operation: Operation, request: GeneratedRequest, { sees }: Caller, { status, type, text }: Told): string | undefined {
    if (status >= 500) return `${status} ${text.slice(0, 300)}`;
    if (/node_modules|\bat \/|\.ts:\d|QueryFailedError/.test(text)) return `tells of our inside: ${text.slice(0, 300)}`;
    // What one asked with is one's own to see again.
    const asked = decodeURIComponent(request.path).includes(SECRET) || JSON.stringify(request.body ?? '').includes(SECRET);
    if (sees !== 'all' && !asked && text.includes(SECRET)) return `shows what belongs to another partner: ${text.slice(0, 300)}`;
    if (status >= 400) return operation.path.startsWith('/links/') ? undefined : problemFault(type, text);
    const schema = answerSchema(operation, status);
    if (!type.startsWith('application/json') || text === '') return undefined;
    if (!schema) return `answers ${status} with JSON that the document does not describe`;
    const validate = compiled.get(schema) ?? ajv.compile(schema);
    compiled.set(schema, validate);
    return validate(JSON.parse(text))
      ? undefined
      : `answers otherwise than described: ${ajv.errorsText(validate.errors)} ${text.slice(0, 200)}`;
  }

  it('never fails, answers as its own document says, and shows nothing of other partners', async () => {
    const started = Date.now();
    const faults = new Set<string>();
    const statuses = new Map<number, number>();
    const one = async (operation: Operation, request: GeneratedRequest, caller: Caller): Promise<void> => {
      const name = `${operation.method} ${operation.path}`;
      // Who signs out is signed out: those come with a session of their own.
      const token = caller.token !== undefined && operation.path.startsWith('/api/session') ? await whole.as([], []) : caller.token;
      const told = await ask(operation, harmless(operation, request), token);
      statuses.set(told.status, (statuses.get(told.status) ?? 0) + 1);
      const fault = faultOf(operation, request, caller, told);
      if (fault !== undefined)
        faults.add(
          `${name} as ${caller.name}: ${fault} <- ${request.path.slice(0, 200)} ${JSON.stringify(request.body ?? null).slice(0, 300)}`,
        );
    };
    let rounds = 0;
    for (; rounds < ROUNDS && (rounds === 0 || Date.now() - started < BUDGET_MS); rounds += 1) {
      const work = operations.flatMap((operation, index) => {
        const few = SLOW.has(`${operation.method} ${operation.path}`);
        const who = few ? callers.slice(rounds % 2, (rounds % 2) + 2) : callers;
        const requests = fc.sample(requestFor(operation, known), { seed: SEED + rounds * 1_000 + index, numRuns: who.length });
        return who.map((caller, at) => () => one(operation, requests[at]!, caller));
      });
      let next = 0;
      const worker = async (): Promise<void> => {
        for (let turn = next++; turn < work.length; turn = next++) await work[turn]!();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
    }
    process.stdout.write(
      `${rounds} rounds, ${[...statuses.values()].reduce((sum, count) => sum + count, 0)} requests: ${JSON.stringify([...statuses].sort())}\n`,
    );
    expect([...faults]).toEqual([]);
    // Requests that are refused at the door prove nothing.
    expect(statuses.get(200) ?? 0).toBeGreaterThan(100);
    expect(statuses.get(400) ?? 0).toBeGreaterThan(20);
  }, 300_000);

  it('publishes what it serves, and its mapping tables to those who may read mappings', async () => {
    const text = async (path: string, token?: string) => {
      const answer = await fetch(whole.url + path, {
        redirect: 'manual',
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      });
      return {
        status: answer.status,
        type: answer.headers.get('content-type'),
        to: answer.headers.get('location'),
        body: await answer.text(),
      };
    };
    // What the running process describes is what is published, made without a gateway.
    const published = JSON.parse((await text('/docs/openapi.json')).body) as OpenApi;
    expect(published).toEqual(JSON.parse((await text('/openapi.json')).body));
    expect(await text('/docs')).toMatchObject({ status: 302, to: '/docs/index.html' });
    expect(await text('/docs/errors.kk.html')).toMatchObject({
      status: 200,
      type: 'text/html; charset=utf-8',
      body: expect.stringContaining('Қателер'),
    });
    expect(await text('/docs/protocols/LB-PROTO-2-transports.html')).toMatchObject({ status: 200 });
    expect(await text('/docs/..%2fconfig%2fdefault.env')).toMatchObject({ status: 404 });
    const table = '/docs/formats/cn-manifest/MT1101.html';
    expect(await text(table)).toMatchObject({ status: 401 });
    expect(await text(table, await whole.as(['viewer']))).toMatchObject({ status: 200, body: expect.stringContaining('MT1101') });
  });

  it('describes the JSON it answers with for every operation of the API', () => {
    // Bytes and streams, and what answers nothing at all.
    const other = /\/(frame|evidence|export|tail|revoke|end|conformance\/report)$/;
    const silent = operations
      .filter(({ method, path }) => path.startsWith('/api/') && method !== 'DELETE' && !other.test(path))
      .filter((operation) => !answerSchema(operation, 200) && !answerSchema(operation, 201));
    expect(silent.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  });
});

/** Members in which people write what others are to read, whoever they are. */
const OWN_WORDS = new Set(['reason', 'name', 'note', 'label', 'owner']);

/** A rehearsal would wait for partners that are not there, and what somebody wrote is not what the gateway shows of a partner. */
function harmless({ path }: Operation, { body, ...request }: GeneratedRequest): GeneratedRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return { ...request, body };
  const written = (name: string) => OWN_WORDS.has(name) || path === '/api/views';
  const reworded = Object.entries(body).map(([name, value]) => [name, written(name) ? withoutSecret(value) : (value as unknown)]);
  return { ...request, body: { ...Object.fromEntries(reworded), ...(path === '/api/keys/rehearsals' ? { waitSeconds: 0 } : {}) } };
}

const withoutSecret = (value: unknown): unknown => JSON.parse((JSON.stringify(value) ?? 'null').replaceAll(SECRET, 'EIGENES'));

function problemFault(type: string, text: string): string | undefined {
  if (!type.startsWith('application/problem+json')) return `refuses without saying why (${type})`;
  const { code } = JSON.parse(text) as { code?: string };
  return code !== undefined && Object.hasOwn(ERRORS, code) ? undefined : `refuses with a code nobody knows: ${code}`;
}
