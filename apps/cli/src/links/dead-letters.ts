import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { GatewayClient, type GatewayOptions } from '../gateway/gateway-client.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { LetterAnswer, LettersAnswer, OneRequestAnswer, QueuesAnswer, ShownLetterAnswer } from './answers.ts';
import { tell } from './requests.ts';

type Options = CommonOptions & GatewayOptions;
type Acting = Options & { readonly reason: string; readonly request?: string };
const pathOf = (id: string, what = ''): string => `/api/dead-letters/${encodeURIComponent(id)}${what}`;

/** `landbridge dead-letters`. */
export async function list(
  terminal: Terminal,
  {
    link,
    state,
    before,
    limit,
    ...options
  }: Options & { readonly link?: string; readonly state?: string; readonly before?: string; readonly limit?: number },
): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ link, state, before, limit })) if (value !== undefined) query.set(name, String(value));
  const { body } = await new GatewayClient(options).get<LettersAnswer>(`/api/dead-letters?${query.toString()}`);
  if (options.json) terminal.json(body);
  else {
    await terminal.table(
      ['letter', ...TIME_HEADS.map((head) => `died ${head}`), 'reason', 'link', 'queue', 'type', 'message id', 'state', 'outcome'],
      body.letters.map((one) => [
        one.id,
        ...timeCells(one.diedAt),
        one.reason,
        one.link,
        one.queue,
        one.type,
        one.messageId,
        one.state,
        one.outcome,
      ]),
    );
    if (body.next !== undefined) terminal.note(`More: --before ${body.next}`);
  }
  return EXIT.OK;
}

/** `landbridge dead-letters queues`. */
export async function queues(terminal: Terminal, options: Options): Promise<ExitCode> {
  const { body } = await new GatewayClient(options).get<QueuesAnswer>('/api/dead-letters/queues');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      ['link', 'partner', 'queue', 'at the broker', 'in the table', 'not in the table', 'reasons', 'oldest (Beijing)', 'fault'],
      body.queues.map(({ link, partner, queue, count, kept, difference, letters, fault }) => [
        link,
        partner,
        queue,
        count ?? '?',
        kept,
        difference ?? '?',
        letters.map((one) => `${one.reason} ${one.count}`).join(', '),
        letters.length === 0 ? undefined : timeCells(letters.map(({ oldest }) => oldest).sort()[0]!)[0],
        fault,
      ]),
    );
  if (body.queues.some(({ fault }) => fault !== undefined)) return EXIT.UNAVAILABLE;
  return body.queues.some(({ difference }) => difference !== 0) ? EXIT.INVALID : EXIT.OK;
}

/** `landbridge dead-letters show`. */
export async function show(
  terminal: Terminal,
  id: string,
  { frame, ...options }: Options & { readonly frame?: string },
): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  if (frame !== undefined) await writeFile(frame, await gateway.getBytes(pathOf(id, '/frame')));
  const { body } = await gateway.get<ShownLetterAnswer>(pathOf(id));
  if (options.json) terminal.json(body);
  else {
    describe(terminal, body.letter);
    const { claims, verdict, reasons } = body;
    if (claims) terminal.line(`says     ${claims.type} of ${claims.sender}, made ${claims.created}, good until ${claims.notAfter}`);
    if (claims) terminal.line(`keys     ${claims.keys.join(' ')}`);
    terminal.line(`verdict  ${verdict} ${reasons.join(' ')}`);
  }
  return EXIT.OK;
}

/** `landbridge dead-letters replay`. */
export async function replay(terminal: Terminal, id: string, { reason, request = randomUUID(), ...options }: Acting): Promise<ExitCode> {
  const path = pathOf(id, '/replay');
  const answer = await new GatewayClient(options).send<{ letter: LetterAnswer; outcome: string }>('POST', path, { request, reason });
  if (options.json) terminal.json(answer);
  else describe(terminal, answer.letter);
  return EXIT.OK;
}

/** `landbridge dead-letters discard`. */
export async function discard(terminal: Terminal, id: string, { reason, request = randomUUID(), ...options }: Acting): Promise<ExitCode> {
  const answer = await new GatewayClient(options).send<OneRequestAnswer>('POST', pathOf(id, '/discard'), { request, reason });
  return tell(terminal, options, answer.request);
}

function describe(terminal: Terminal, letter: LetterAnswer): void {
  terminal.line(`letter   ${letter.id}`);
  terminal.line(`state    ${letter.state}${letter.outcome === undefined ? '' : ` (${letter.outcome})`}`);
  terminal.line(`died     ${letter.diedAt} ${letter.reason}, ${letter.deaths} times, in ${letter.queue}`);
  terminal.line(`came by  ${letter.exchange} ${letter.routingKey}`);
  terminal.line(`labels   ${letter.type ?? ''} ${letter.messageId ?? ''}, ${letter.bytes} octets, sha256 ${letter.sha256}`);
}
