import { writeFile } from 'node:fs/promises';
import { type BoundedCount, formatQuery, type Chip, type MessageDetail, type MessageLine } from '#exchange';
import { ExchangeError } from '#model';
import { decodeFrame } from '#trust';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { reasonText } from '../replays/words.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import { timeCells, TIME_HEADS } from '../terminal/times.ts';
import type { Cell, Terminal } from '../terminal/terminal.ts';
import { GatewayClient, type GatewayOptions } from './gateway-client.ts';

/** As JSON brings it: times are text. */
type Wire<T> = { readonly [K in keyof T]: T[K] extends Date ? string : T[K] extends readonly (infer E)[] ? readonly Wire<E>[] : T[K] };
export type Line = Wire<MessageLine>;
type Detail = Wire<Omit<MessageDetail, 'frame'>> & { readonly frameBytes: number };

export interface ListOptions extends CommonOptions, GatewayOptions {
  readonly direction?: string;
  readonly link?: string;
  readonly state?: string;
  readonly type?: string;
  readonly businessKey?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

const FILTERS = { direction: 'direction', link: 'link', state: 'state', type: 'type', businessKey: 'key' } as const;

/** The query of the arguments and the options together. */
export function queryOf(words: readonly string[], options: Partial<Record<keyof typeof FILTERS, string>>): string {
  const chips = Object.entries(FILTERS).flatMap(([option, field]): Chip[] => {
    const value = options[option as keyof typeof FILTERS];
    return value === undefined ? [] : [{ field, values: [value], not: false }];
  });
  return [...words, formatQuery(chips)].filter((text) => text !== '').join(' ');
}

/** `landbridge messages list`. */
export async function listMessages(terminal: Terminal, words: readonly string[], options: ListOptions): Promise<ExitCode> {
  const parameters = new URLSearchParams({ q: queryOf(words, options) });
  for (const name of ['limit', 'cursor'] as const) if (options[name] !== undefined) parameters.set(name, String(options[name]));
  const gateway = new GatewayClient(options);
  const { body } = await gateway.get<{ messages: readonly Line[]; next?: string; searchedTo?: string }>(
    `/api/messages?${parameters.toString()}`,
  );
  if (options.json) {
    terminal.json(body);
    return EXIT.OK;
  }
  await terminal.table(LINE_HEADS, body.messages.map(lineCells));
  if (body.searchedTo !== undefined) terminal.note(`Searched back to ${body.searchedTo}.`);
  if (body.next !== undefined) terminal.note(`There may be more: --cursor ${body.next}`);
  return EXIT.OK;
}

/** `landbridge messages count`. */
export async function countMessages(
  terminal: Terminal,
  words: readonly string[],
  options: CommonOptions & GatewayOptions,
): Promise<ExitCode> {
  const path = `/api/messages/count?${new URLSearchParams({ q: queryOf(words, {}) }).toString()}`;
  const { body } = await new GatewayClient(options).get<BoundedCount>(path);
  if (options.json) terminal.json(body);
  else terminal.line(body.more ? `${body.count}+` : String(body.count));
  return EXIT.OK;
}

interface Isolated {
  readonly link: string;
  readonly at: string;
  readonly code: string;
  readonly count: number;
  readonly claimedMessageId?: string;
  readonly sha256: string;
}

export interface QuarantineOptions extends CommonOptions, GatewayOptions {
  readonly octets?: string;
  readonly output?: string;
}

/** `landbridge messages quarantine`. */
export async function listQuarantine(terminal: Terminal, options: QuarantineOptions): Promise<ExitCode> {
  if (options.octets !== undefined) return saveQuarantined(terminal, options, options.octets);
  const { body } = await new GatewayClient(options).get<{ quarantine: readonly Isolated[] }>('/api/quarantine');
  if (options.json) terminal.json(body);
  else
    await terminal.table(
      [...TIME_HEADS, 'link', 'code', 'times', 'says it is', 'sha256'],
      body.quarantine.map((one) => [...timeCells(one.at), one.link, one.code, one.count, one.claimedMessageId, one.sha256]),
    );
  return EXIT.OK;
}

async function saveQuarantined(terminal: Terminal, options: QuarantineOptions, sha256: string): Promise<ExitCode> {
  if (options.output === undefined) throw usage('--output', 'Says where the octets go: -o FILE.');
  const path = `/api/quarantine/${encodeURIComponent(sha256)}/octets`;
  const { body } = await new GatewayClient(options).get<{ bytes: number; cut: boolean; base64: string }>(path);
  const octets = Buffer.from(body.base64, 'base64');
  await saveFrame(terminal, octets, options.output);
  if (options.json) terminal.json({ file: options.output, bytes: body.bytes, cut: body.cut });
  else if (body.cut) terminal.note(`the first ${octets.length} of ${body.bytes} bytes`);
  return EXIT.OK;
}

export const LINE_HEADS = [...TIME_HEADS, 'dir', 'link', 'type', 'fn', 'state', 'tries', 'dup', 'code', 'key', 'message id'];

export const lineCells = (line: Line): Cell[] => [
  ...timeCells(line.at),
  line.direction,
  line.link,
  line.type,
  line.functionCode,
  line.state,
  line.attempt,
  line.duplicates,
  line.code,
  line.keys?.[0],
  line.messageId,
];

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
    code: detail.code,
    keys: detail.keys?.join(' '),
    'next try': detail.nextAt && timeCells(detail.nextAt).join(', '),
    deadline: detail.deadline && timeCells(detail.deadline).join(', '),
    'send again':
      detail.replay &&
      `${detail.replay.possible ? `yes (${detail.replay.kinds.join(', ')})` : 'no'}, because ${reasonText(detail.replay.because)}`,
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
