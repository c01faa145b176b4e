import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { readSmallFile } from '../input.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type {
  DryRunAnswer,
  PlanAnswer,
  ReplayPlanAnswer,
  ReplayPlansAnswer,
  ReplayShowAnswer,
  StopsAnswer,
  VerdictsAnswer,
} from './answers.ts';
import { explainReasons } from './words.ts';

interface Options extends CommonOptions, GatewayOptions {
  readonly reason?: string;
}
export interface PlanOptions extends Options {
  readonly kind: string;
  readonly payload?: string;
  readonly to?: string;
  readonly canary?: number;
  readonly rate?: number;
  readonly maxFailures?: number;
  readonly request?: string;
  readonly query?: string;
  readonly limit?: number;
  readonly again?: string;
}

/** `landbridge replay dry-run`: the documents as files, to be compared with `landbridge diff`. */
export async function dryRun(
  terminal: Terminal,
  message: string,
  options: PlanOptions & { readonly reason: string; readonly output: string },
): Promise<ExitCode> {
  const { kind, to, reason, output, json } = options;
  const payload = await payloadOf(terminal, options);
  const body = { kind, message, reason, ...(to !== undefined && { to }), ...(payload !== undefined && { payload }) };
  const answer = await new GatewayClient(options).send<DryRunAnswer>('POST', '/api/replays/dry-run', body);
  const files = await savePreviews(answer.previews, output);
  if (json) terminal.json({ verdicts: answer.verdicts, files });
  else {
    await terminal.table(
      ['verdict', 'because', 'message'],
      answer.verdicts.map(({ verdict, reasons, subject }) => [verdict, reasons.join(' '), subject]),
    );
    explainReasons(terminal, answer.verdicts);
    await printPreviews(terminal, files);
  }
  return answer.verdicts.some(({ verdict }) => verdict === 'safe' || verdict === 'care') ? EXIT.OK : EXIT.INVALID;
}

/** `landbridge replay plan`: verdicts, and with a reason a plan. */
export async function plan(terminal: Terminal, messages: readonly string[], options: PlanOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const { kind, to, reason, canary, rate, maxFailures, request = randomUUID() } = options;
  const payload = await payloadOf(terminal, options);
  const wish = { kind, ...choiceOf(messages, options), ...(to !== undefined && { to }), ...(payload !== undefined && { payload }) };
  if (reason === undefined) {
    const answer = await gateway.send<VerdictsAnswer>('POST', '/api/replays/verdict', wish);
    if (options.json) terminal.json(answer);
    else {
      await terminal.table(
        ['verdict', 'because', 'state', 'link', 'type', 'message'],
        answer.verdicts.map(({ verdict, reasons, state, link, type, subject }) => [verdict, reasons.join(' '), state, link, type, subject]),
      );
      explainReasons(terminal, answer.verdicts);
    }
    return answer.counts.safe + answer.counts.care > 0 ? EXIT.OK : EXIT.INVALID;
  }
  const numbers = Object.fromEntries(Object.entries({ canary, rate, maxFailures }).filter(([, value]) => value !== undefined));
  return tell(terminal, options, (await gateway.send<PlanAnswer>('POST', '/api/replays', { ...wish, ...numbers, reason, request })).plan);
}

/** Exactly one way to say which; the gateway says so otherwise. */
const choiceOf = (messages: readonly string[], { query, limit, again }: PlanOptions) => ({
  ...(messages.length > 0 && { messages }),
  ...(query !== undefined && { query }),
  ...(limit !== undefined && { limit }),
  ...(again !== undefined && { again }),
});

const payloadOf = async (terminal: Terminal, { payload }: PlanOptions): Promise<string | undefined> =>
  payload === undefined ? undefined : (await readSmallFile(payload, terminal)).toString('base64');

/** `landbridge replay list`. */
export async function list(terminal: Terminal, options: Options & { readonly state?: string; readonly limit?: number }): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const name of ['state', 'limit'] as const) if (options[name] !== undefined) query.set(name, String(options[name]));
  const answer = (await new GatewayClient(options).get<ReplayPlansAnswer>(`/api/replays?${query.toString()}`)).body;
  if (options.json) terminal.json(answer);
  else
    await terminal.table(
      ['plan', 'state', 'kind', 'waiting', 'sent', 'good', 'bad', 'author', 'reason'],
      answer.plans.map(({ id, state, kind, counts, author, reason }) => [
        id,
        state,
        kind,
        counts.waiting,
        counts.sent,
        counts.good,
        counts.bad + counts.failed,
        author.name,
        reason,
      ]),
    );
  return EXIT.OK;
}

/** `landbridge replay show`. */
export async function show(terminal: Terminal, id: string, options: Options & { readonly report?: boolean }): Promise<ExitCode> {
  const answer = (await new GatewayClient(options).get<ReplayShowAnswer>(`/api/replays/${encodeURIComponent(id)}?limit=1000`)).body;
  if (options.report) {
    if (answer.plan.report === undefined) throw new ExchangeError('REPLAY_STATE', { detail: `It is ${answer.plan.state}: no report yet.` });
    terminal.line(answer.plan.report);
  } else if (options.json) terminal.json(answer);
  else {
    describe(terminal, answer.plan);
    await terminal.table(
      ['#', 'state', 'verdict', 'because', 'message', 'became'],
      answer.items.map(({ position, state, verdict, reasons, subject, results, code }) => [
        position,
        code === undefined ? state : `${state} ${code}`,
        verdict,
        reasons.join(' '),
        subject,
        results.map((result) => `${result.messageId} ${result.state}`).join(', '),
      ]),
    );
    explainReasons(terminal, answer.items);
  }
  return EXIT.OK;
}

/** `landbridge replay preview`: what one line of a plan would send, as files. */
export async function preview(
  terminal: Terminal,
  id: string,
  position: string,
  { output, json, ...options }: Options & { readonly output: string },
): Promise<ExitCode> {
  const path = `/api/replays/${encodeURIComponent(id)}/items/${encodeURIComponent(position)}/preview`;
  const files = await savePreviews((await new GatewayClient(options).get<Pick<DryRunAnswer, 'previews'>>(path)).body.previews, output);
  if (json) terminal.json({ files });
  else await printPreviews(terminal, files);
  return EXIT.OK;
}

type Saved = Omit<DryRunAnswer['previews'][number], 'before' | 'after'> & {
  readonly same: boolean;
  readonly before: string;
  readonly after: string;
};

async function savePreviews(previews: DryRunAnswer['previews'], output: string): Promise<Saved[]> {
  await mkdir(output, { recursive: true });
  return Promise.all(
    previews.map(async ({ before, after, ...one }, index) => {
      const paths = { before: join(output, `${index + 1}-before`), after: join(output, `${index + 1}-after`) };
      await writeFile(paths.before, Buffer.from(before, 'base64'));
      await writeFile(paths.after, Buffer.from(after, 'base64'));
      return { ...one, same: before === after, ...paths };
    }),
  );
}

const printPreviews = (terminal: Terminal, files: readonly Saved[]): Promise<void> =>
  terminal.table(
    ['link', 'document', 'before', 'after'],
    files.map(({ link, same, before, after }) => [link, same ? 'same' : 'differs', before, after]),
  );

/** `landbridge replay approve` and `refuse`. */
export const decide =
  (what: 'approve' | 'refuse') =>
  async (terminal: Terminal, id: string, options: Options & { readonly digest: string }): Promise<ExitCode> => {
    const body = { digest: options.digest, reason: options.reason };
    const path = `/api/replays/${encodeURIComponent(id)}/${what}`;
    return tell(terminal, options, (await new GatewayClient(options).send<PlanAnswer>('POST', path, body)).plan);
  };

/** `landbridge replay run`, `pause`, `resume` and `stop`. */
export const act =
  (what: 'run' | 'pause' | 'resume' | 'stop') =>
  async (terminal: Terminal, id: string, options: Options): Promise<ExitCode> => {
    const path = `/api/replays/${encodeURIComponent(id)}/${what}`;
    return tell(terminal, options, (await new GatewayClient(options).send<PlanAnswer>('POST', path, { reason: options.reason })).plan);
  };

/** `landbridge stops`. */
export async function listStops(terminal: Terminal, options: CommonOptions & GatewayOptions): Promise<ExitCode> {
  return tellStops(terminal, options, (await new GatewayClient(options).get<StopsAnswer>('/api/stop')).body);
}

/** `landbridge stop` and `go`. */
export const turnSwitch =
  (what: 'stop' | 'go') =>
  async (terminal: Terminal, link: string | undefined, options: Options): Promise<ExitCode> => {
    const body = { stopped: what === 'stop', reason: options.reason, ...(link !== undefined && { link }) };
    return tellStops(terminal, options, await new GatewayClient(options).send<StopsAnswer>('POST', '/api/stop', body));
  };

async function tellStops(terminal: Terminal, { json }: CommonOptions, answer: StopsAnswer): Promise<ExitCode> {
  if (json) terminal.json(answer);
  else
    await terminal.table(
      ['stopped', 'since', 'by', 'reason'],
      answer.stops.map(({ link, at, actor, reason }) => [link, at, actor, reason]),
    );
  return EXIT.OK;
}

function tell(terminal: Terminal, { json }: Options, plan: ReplayPlanAnswer): ExitCode {
  if (json) terminal.json({ plan });
  else describe(terminal, plan);
  return EXIT.OK;
}

export function describe(
  terminal: Terminal,
  { id, state, cause, kind, author, approver, digest, expiresAt, reason, may, query }: ReplayPlanAnswer,
): void {
  terminal.line(`plan     ${id}`);
  terminal.line(`state    ${cause === undefined ? state : `${state} (${cause})`}`);
  terminal.line(`kind     ${kind}`);
  terminal.line(`reason   ${reason}`);
  if (query !== undefined) terminal.line(`query    ${query}`);
  terminal.line(`author   ${author.name}`);
  if (approver) terminal.line(`approver ${approver.name}`);
  terminal.line(`digest   ${digest}`);
  if (state === 'submitted' || state === 'ready') terminal.line(`until    ${expiresAt}`);
  if (may.length > 0) terminal.note(`You may: ${may.join(', ')}`);
}
