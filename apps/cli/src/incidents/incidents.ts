import { randomUUID } from 'node:crypto';
import type { IncidentState } from '#exchange';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { describe as describePlan } from '../replays/replays.ts';
import type { PlanAnswer } from '../replays/answers.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { IncidentAnswer, IncidentsAnswer, IncidentShowAnswer, OneIncidentAnswer } from './answers.ts';

interface Options extends CommonOptions, GatewayOptions {
  readonly reason?: string;
}
export interface ListOptions extends Options {
  readonly state?: string;
  readonly all?: boolean;
  readonly cursor?: string;
  readonly limit?: number;
}

const ACTIVE = 'open,acknowledged,fixing,monitored';
const pathOf = (id: string, what = ''): string => `/api/incidents/${encodeURIComponent(id)}${what}`;

/** `landbridge incidents list`. */
export async function list(terminal: Terminal, { state, all, cursor, limit, ...options }: ListOptions): Promise<ExitCode> {
  const query = new URLSearchParams();
  if (!all || state !== undefined) query.set('state', state ?? ACTIVE);
  if (cursor !== undefined) query.set('cursor', cursor);
  if (limit !== undefined) query.set('limit', String(limit));
  const answer = (await new GatewayClient(options).get<IncidentsAnswer>(`/api/incidents?${query.toString()}`)).body;
  if (options.json) terminal.json(answer);
  else {
    await terminal.table(
      ['incident', 'state', 'failures', 'messages', 'last 24 h', ...TIME_HEADS, 'partner', 'type', 'stage', 'code', 'element', 'owner'],
      answer.incidents.map((one) => [
        one.id,
        stateOf(one),
        one.count,
        one.messages,
        sparkline(one.hours),
        ...timeCells(one.lastAt),
        one.partners.join(' '),
        one.type,
        one.stage,
        one.reason === undefined ? one.code : `${one.code} ${one.reason}`,
        one.path,
        one.owner?.name ?? '',
      ]),
    );
    if (answer.next !== undefined) terminal.note(`More: --cursor ${answer.next}`);
  }
  return EXIT.OK;
}

/** `landbridge incidents show`. */
export async function show(terminal: Terminal, id: string, options: Options): Promise<ExitCode> {
  const answer = (await new GatewayClient(options).get<IncidentShowAnswer>(pathOf(id))).body;
  if (options.json) terminal.json(answer);
  else {
    describe(terminal, answer.incident);
    terminal.line(`failing  ${answer.failing}, ${answer.standing} of them wait for us`);
    terminal.line(`30 days  ${sparkline(answer.days)}`);
    for (const part of answer.parts)
      terminal.line(`part     ${part.id} ${part.partner} ${[part.stage, part.code, part.reason, part.path].filter(Boolean).join(' ')}`);
    if (answer.mended.length > 0)
      terminal.note(`In use now: ${answer.mended.join(' ')}. landbridge incidents replay ${id} --mapping ${answer.mended[0]}`);
    await terminal.table(
      ['at', 'by', 'what', '', 'text'],
      answer.notes.map(({ at, author, kind, value, text }) => [at, author, kind, value ?? '', text]),
    );
  }
  return EXIT.OK;
}

/** `landbridge incidents own`. */
export const own = (terminal: Terminal, id: string, options: Options & { readonly release?: boolean }): Promise<ExitCode> =>
  act(terminal, options, pathOf(id, '/own'), { release: options.release === true, reason: options.reason });

/** `landbridge incidents note`. */
export const note = (terminal: Terminal, id: string, text: string, options: Options): Promise<ExitCode> =>
  act(terminal, options, pathOf(id, '/notes'), { text });

/** `landbridge incidents resolve` and the other states. */
export const move =
  (to: IncidentState) =>
  (terminal: Terminal, id: string, options: Options & { readonly until?: string; readonly despite?: boolean }): Promise<ExitCode> =>
    act(terminal, options, pathOf(id, '/state'), {
      to,
      reason: options.reason,
      ...(options.until !== undefined && { until: options.until }),
      ...(options.despite && { despite: true }),
    });

/** `landbridge incidents merge`. */
export const merge = (terminal: Terminal, id: string, into: string, options: Options): Promise<ExitCode> =>
  act(terminal, options, pathOf(id, '/merge'), { into, reason: options.reason });

/** `landbridge incidents split`. */
export const split = (terminal: Terminal, id: string, part: string, options: Options): Promise<ExitCode> =>
  act(terminal, options, pathOf(id, '/split'), { part, reason: options.reason });

/** `landbridge incidents replay`. */
export async function replay(
  terminal: Terminal,
  id: string,
  options: Options & { readonly kind: string; readonly mapping?: string; readonly request?: string },
): Promise<ExitCode> {
  const { kind, mapping, reason, request = randomUUID() } = options;
  const body = { kind, reason, request, ...(mapping !== undefined && { mapping }) };
  const { plan } = await new GatewayClient(options).send<PlanAnswer>('POST', pathOf(id, '/replay'), body);
  if (options.json) terminal.json({ plan });
  else describePlan(terminal, plan);
  return EXIT.OK;
}

async function act(terminal: Terminal, options: Options, path: string, body: unknown): Promise<ExitCode> {
  const { incident } = await new GatewayClient(options).send<OneIncidentAnswer>('POST', path, body);
  if (options.json) terminal.json({ incident });
  else describe(terminal, incident);
  return EXIT.OK;
}

const inTwoZones = (at: string): string => TIME_HEADS.map((zone, i) => `${timeCells(at)[i] ?? ''} ${zone}`).join(', ');

function describe(terminal: Terminal, one: IncidentAnswer): void {
  terminal.line(`incident ${one.id}`);
  terminal.line(`state    ${stateOf(one)}${one.ignoredUntil === undefined ? '' : ` until ${one.ignoredUntil}`}`);
  if (one.mergedInto !== undefined) terminal.line(`merged   into ${one.mergedInto}`);
  terminal.line(`cause    ${[one.stage, one.code, one.reason, one.path].filter(Boolean).join(' ')}`);
  terminal.line(`on       ${one.partners.join(' ')} (${one.links.join(' ')}) ${one.type}`);
  terminal.line(`failures ${one.count} of ${one.messages} messages`);
  terminal.line(`first    ${inTwoZones(one.firstAt)}`);
  terminal.line(`last     ${inTwoZones(one.lastAt)}`);
  if (one.cameBackAt !== undefined) terminal.line(`back     ${one.cameBack} times, last ${one.cameBackAt}`);
  if (one.repairSeconds !== undefined) terminal.line(`repaired after ${one.repairSeconds} s`);
  if (one.owner) terminal.line(`owner    ${one.owner.name}`);
  if (one.fixedBy !== undefined) terminal.line(`mended   ${one.fixedBy}`);
  if (one.mappings.length > 0) terminal.line(`mappings ${one.mappings.join(' ')}`);
  if (one.keys.length > 0) terminal.line(`keys     ${one.keys.join(' ')}`);
}

/** What a state leaves unsaid: that it came back, or what it was resolved despite. */
function stateOf({ state, cameBack, leftStanding }: IncidentAnswer): string {
  const more = [...(cameBack > 0 ? ['came back'] : []), ...(leftStanding === undefined ? [] : [`${leftStanding} still wait`])];
  return more.length === 0 ? state : `${state} (${more.join(', ')})`;
}

const BARS = '▁▂▃▄▅▆▇█';
/** One bar a count, none as a point. */
export function sparkline(counts: readonly number[]): string {
  const most = Math.max(1, ...counts);
  return counts.map((count) => (count === 0 ? '·' : BARS[Math.ceil((count / most) * BARS.length) - 1])).join('');
}
