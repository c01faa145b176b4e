import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FrameKind } from '#exchange';
import { ExchangeError } from '#model';

/**
 * The four boxes of a link's folder, named as in the client of the national single window, from the partner's side: it puts into OutBox
 * and takes from InBox; what the gateway has taken goes to SentBox, what it will never take to FailBox.
 */
export const BOXES = ['OutBox', 'SentBox', 'InBox', 'FailBox'] as const;
export type Box = (typeof BOXES)[number];

export const boxOf = (folder: string, box: Box): string => join(folder, box);

/** Makes the boxes of a link where they are missing. A box that is no folder of its own (a link to elsewhere) is refused. */
export async function makeBoxes(folder: string): Promise<void> {
  for (const box of BOXES) {
    const path = boxOf(folder, box);
    await mkdir(path, { recursive: true });
    if (!(await lstat(path)).isDirectory())
      throw new ExchangeError('CONFIGURATION_INVALID', { pointer: box, detail: 'A box of a folder link must be a folder itself.' });
  }
}

/** What the name of a frame's file says. Labels only, as on every transport: what counts is signed inside. */
export interface FrameLabel {
  /** Digits; files are taken in the order of their names, so these have the same number of digits. */
  readonly order: string;
  readonly kind: FrameKind;
  readonly messageId: string;
  readonly type: string;
  /** May have been delivered before. */
  readonly again: boolean;
}

const ENDING = '.lbm';
const AGAIN = '@again';
const NAME = /^(?<order>\d{1,20})@(?<kind>[a-z]{1,20})@(?<messageId>[^@]{1,120})@(?<type>[^@]{1,120})(?<again>@again)?\.lbm$/;
const KINDS = new Set<string>(['message', 'receipt', 'query', 'answer', 'keys', 'reconciliation'] satisfies FrameKind[]);

export const fileName = ({ order, kind, messageId, type, again }: FrameLabel): string =>
  `${order.padStart(20, '0')}@${kind}@${encodeURIComponent(messageId)}@${encodeURIComponent(type)}${again ? AGAIN : ''}${ENDING}`;

/** The label in a name; undefined when it is not a name of ours: something being written, or something else altogether. */
export function labelOf(name: string): FrameLabel | undefined {
  const found = NAME.exec(name)?.groups;
  if (!found || !KINDS.has(found['kind']!)) return undefined;
  try {
    return {
      order: found['order']!,
      kind: found['kind'] as FrameKind,
      messageId: decodeURIComponent(found['messageId']!),
      type: decodeURIComponent(found['type']!),
      again: found['again'] !== undefined,
    };
  } catch {
    return undefined;
  }
}

export const flagged = (name: string): string => (name.endsWith(AGAIN + ENDING) ? name : name.slice(0, -ENDING.length) + AGAIN + ENDING);

/** Names of whole frames in a box, in the order in which they are to be taken. */
export const framesIn = async (box: string): Promise<string[]> => framesAmong(await readdir(box));

export const framesAmong = (names: readonly string[]): string[] => names.filter((name) => labelOf(name) !== undefined).sort();

/** Numbers the files that one writer puts into a box: larger than whatever lies in these boxes, over restarts and clocks that go back, too. */
export class FileOrder {
  private last: Promise<bigint> | undefined;

  constructor(
    private readonly boxes: readonly string[],
    private readonly namesIn: (box: string) => Promise<string[]> = framesIn,
  ) {}

  async next(): Promise<string> {
    const before = (this.last ??= this.largest());
    this.last = before.then((last) => {
      const byClock = BigInt(Date.now()) * 1_000n;
      return byClock > last ? byClock : last + 1n;
    });
    this.last.catch(() => (this.last = undefined));
    return String(await this.last);
  }

  private async largest(): Promise<bigint> {
    const newest = await Promise.all(this.boxes.map(async (box) => (await this.namesIn(box)).at(-1)));
    return newest.reduce((largest, name) => {
      const order = BigInt((name && labelOf(name)?.order) ?? '0');
      return order > largest ? order : largest;
    }, 0n);
  }
}

/** Writes a file so that it is there whole or not at all: temporary name, fsync, rename. It survives a crash after `settle` of its box. */
export async function put(box: string, name: string, bytes: Buffer): Promise<void> {
  const temporary = join(box, `.${name}.part`);
  const file = await open(temporary, 'w', 0o640);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(box, name));
}

/** Makes the names in a box as durable as the files behind them. */
export async function settle(box: string): Promise<void> {
  const folder = await open(box, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Bytes of a frame, or why there are none: it has gone, is larger than agreed, or is no file of its own. Links are not followed. */
export async function readFrame(path: string, limit: number): Promise<Buffer | 'gone' | 'too-large' | 'no-file'> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(reasonNotOpened);
  if (typeof file === 'string') return file;
  try {
    const found = await file.stat();
    if (!found.isFile() || found.nlink !== 1) return 'no-file';
    if (found.size > limit) return 'too-large';
    const bytes = Buffer.allocUnsafe(found.size);
    let length = 0;
    while (length < found.size) {
      const { bytesRead } = await file.read(bytes, length, found.size - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

function reasonNotOpened(error: NodeJS.ErrnoException): 'gone' | 'no-file' {
  if (error.code === 'ENOENT') return 'gone';
  if (error.code === 'ELOOP' || error.code === 'ENXIO' || error.code === 'EISDIR') return 'no-file';
  throw error;
}

/** Moves or removes; whoever did the same before us has done it. */
export const moveIfThere = (from: string, to: string): Promise<void> => rename(from, to).catch(unlessGone);
export const removeIfThere = (path: string): Promise<void> => unlink(path).catch(unlessGone);

function unlessGone(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

/** Looks again and again until the signal; a look that fails (a share that is away) is reported and followed by another. */
export async function keepLooking(
  look: () => Promise<void>,
  everyMs: number,
  stop: AbortSignal,
  failed: (error: unknown) => void,
): Promise<void> {
  while (!stop.aborted) {
    await look().catch(failed);
    await sleep(everyMs, undefined, { signal: stop, ref: true }).catch(() => undefined);
  }
}
