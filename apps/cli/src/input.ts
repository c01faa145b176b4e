import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { ExchangeError, issue, type Issue } from '#model';
import { Progress } from './terminal/progress.ts';
import type { Terminal } from './terminal/terminal.ts';

/** The bytes, or that they are more than will be read. */
export type Input = { readonly bytes: Buffer } | { readonly issue: Issue };

/** Large enough that reading takes a person's notice. */
const SHOW_PROGRESS = 8 * 1024 * 1024;

/**
 * Reads a file, or stdin for `-`. Stops at the limit without holding more than that; a file known to be larger is not read
 * at all. Throws FILE_UNREADABLE when there is no such file.
 */
export async function readInput(file: string, maxBytes: number, terminal: Terminal): Promise<Input> {
  const size = file === '-' ? undefined : await sizeOf(file);
  if (size !== undefined && size > maxBytes) return tooLarge(maxBytes);
  const stream = file === '-' ? terminal.stdin : createReadStream(file, { highWaterMark: 1024 * 1024 });
  const progress = size !== undefined && size > SHOW_PROGRESS ? new Progress(terminal, 'reading', size) : undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    // Leaving the loop destroys the stream, so that a writer on the other end of a pipe stops too.
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > maxBytes) return tooLarge(maxBytes);
      chunks.push(chunk);
      progress?.advance(chunk.length);
    }
  } catch {
    throw unreadable(file);
  } finally {
    progress?.end();
  }
  return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) };
}

/** A small file that a command needs beside its input; the limit keeps a wrong name from filling memory. */
export async function readSmallFile(file: string, terminal: Terminal): Promise<Buffer> {
  const read = await readInput(file, 1024 * 1024, terminal);
  if ('issue' in read) throw new ExchangeError('TOO_LARGE', { pointer: file, issues: [{ ...read.issue, pointer: file }] });
  return read.bytes;
}

/** The lines of stdin without their ends, as they come. */
export async function* stdinLines(terminal: Terminal): AsyncGenerator<string> {
  const lines = createInterface({ input: terminal.stdin, crlfDelay: Infinity });
  for await (const line of lines) if (line.trim() !== '') yield line;
}

async function sizeOf(file: string): Promise<number | undefined> {
  const found = await stat(file).catch(() => undefined);
  if (!found || found.isDirectory()) throw unreadable(file);
  // A pipe or device has no size to believe.
  return found.isFile() ? found.size : undefined;
}

const unreadable = (file: string): ExchangeError => new ExchangeError('FILE_UNREADABLE', { pointer: file });

const tooLarge = (maxBytes: number): Input => ({
  issue: issue('TOO_LARGE', '', `The limit is ${maxBytes} bytes; --max-bytes sets another.`),
});
