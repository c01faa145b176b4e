import { writeFile } from 'node:fs/promises';
import type { MessageDetail, MessageLine } from '#exchange';
import { ExchangeError } from '#model';
import { decodeFrame } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

/** As JSON brings it: times are text. */
type Wire<T> = { readonly [K in keyof T]: T[K] extends Date ? string : T[K] extends readonly (infer E)[] ? readonly Wire<E>[] : T[K] };
type Line = Wire<MessageLine>;
type Detail = Wire<Omit<MessageDetail, 'frame'>> & { readonly frameBytes: number };

export interface ListOptions extends CommonOptions, GatewayOptions {
  readonly direction?: string;
  readonly link?: string;
  readonly state?: string;
  readonly type?: string;
  readonly businessKey?: string;
  readonly limit?: number;
  readonly beforeAt?: string;
  readonly beforeId?: string;
}

const FILTERS = ['direction', 'link', 'state', 'type', 'businessKey', 'limit', 'beforeAt', 'beforeId'] as const;

/** `landbridge messages list`. */
export async function listMessages(terminal: Terminal, options: ListOptions): Promise<ExitCode> {
  const query = new URLSearchParams();
  for (const name of FILTERS) if (options[name] !== undefined) query.set(name, String(options[name]));
  const { messages } = (await new GatewayClient(options).get<{ messages: readonly Line[] }>(`/api/messages?${query.toString()}`)).body;
  if (options.json) terminal.json({ messages });
  else
    await terminal.table(
      [...TIME_HEADS, 'dir', 'link', 'type', 'fn', 'state', 'tries', 'dup', 'message id'],
      messages.map((line) => [
        ...timeCells(line.at),
        line.direction,
        line.link,
        line.type,
        line.functionCode,
        line.state,
        line.attempt,
        line.duplicates,
        line.messageId,
      ]),
    );
  return EXIT.OK;
}

export interface ShowOptions extends CommonOptions, GatewayOptions {
  readonly frame?: string;
  readonly payload?: boolean;
}

/** `landbridge messages show`. */
export async function showMessage(terminal: Terminal, id: string, options: ShowOptions): Promise<ExitCode> {
  const gateway = new GatewayClient(options);
  const path = `/api/messages/${encodeURIComponent(id)}`;
  if (options.frame !== undefined || options.payload) {
    const frame = await gateway.getBytes(`${path}/frame`);
    if (options.frame !== undefined) await saveFrame(terminal, frame, options.frame);
    if (options.payload) await terminal.bytes(payloadOf(frame));
    if (options.payload) return EXIT.OK;
  }
  const { messages } = (await gateway.get<{ messages: readonly Detail[] }>(path)).body;
  if (options.json) terminal.json({ messages });
  else for (const detail of messages) await print(terminal, detail);
  return EXIT.OK;
}

/** The first part: the document itself. Signatures are the gateway's business; this is for reading. */
export function payloadOf(frame: Buffer): Buffer {
  const decoded = decodeFrame(frame);
  const [part] = decoded.ok ? decoded.parts : [];
  if (!part) throw new ExchangeError('FRAME_MALFORMED');
  return part.bytes;
}

async function saveFrame(terminal: Terminal, frame: Buffer, file: string): Promise<void> {
  await writeFile(file, frame, { flag: 'wx' }).catch(() => {
    throw usage('--frame', 'The file exists already or cannot be written.');
  });
  terminal.note(`${frame.length} bytes to ${file}`);
}

async function print(terminal: Terminal, detail: Detail): Promise<void> {
  const { mapping, issues, receipts, events, related } = detail;
  const [beijing, astana] = timeCells(detail.at);
  const rows: Record<string, string | number | undefined> = {
    message: detail.messageId,
    direction: `${detail.direction} over ${detail.link} (${detail.partner})`,
    type: [detail.type, detail.functionCode && `function ${detail.functionCode}`].filter(Boolean).join(', '),
    state: detail.state,
    at: `${beijing} ${TIME_HEADS[0]}, ${astana} ${TIME_HEADS[1]}`,
    mapping: mapping && `${mapping.id} ${mapping.version}`,
    attempts: detail.attempt,
    duplicates: detail.duplicates,
    'frame bytes': detail.frameBytes,
  };
  for (const [name, value] of Object.entries(rows))
    if (value !== undefined) terminal.line(`${terminal.paint('dim', name.padEnd(11))} ${value}`);
  await section(terminal, 'Receipts', ['direction', 'issuer', 'levels', 'status'], receipts, ({ direction, issuer, levels, status }) => [
    direction,
    issuer,
    levels.join(' '),
    status,
  ]);
  await section(terminal, 'Events', ['kind', 'from', 'to', 'actor', 'cause'], events, ({ kind, from, to, actor, cause }) => [
    kind,
    from,
    to,
    actor,
    cause,
  ]);
  if (related.length > 0) {
    terminal.line(`\n${terminal.paint('bold', 'Related')}`);
    await terminal.table(
      ['dir', 'link', 'state', 'message id'],
      related.map(({ direction, link, state, messageId }) => [direction, link, state, messageId]),
    );
  }
  reportIssues(terminal, issues);
}

async function section<T extends { readonly at: string }>(
  terminal: Terminal,
  title: string,
  heads: readonly string[],
  items: readonly T[],
  cells: (item: T) => (string | undefined)[],
): Promise<void> {
  if (items.length === 0) return;
  terminal.line(`\n${terminal.paint('bold', title)}`);
  await terminal.table(
    [...TIME_HEADS, ...heads],
    items.map((item) => [...timeCells(item.at), ...cells(item)]),
  );
}
