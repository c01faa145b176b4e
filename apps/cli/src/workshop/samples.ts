import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkshopSample } from '#formats/tools';
import { readInput } from '../input.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** A workshop is for a person to look at; whoever has more takes some of them. */
const MOST_FILES = 500;
const MOST_BYTES = 256 * 1024 * 1024;

/** Every file of the paths, folders with all that is in them; hidden files are none. Throws FILE_UNREADABLE, or USAGE where they are too many. */
export async function readSamples(
  terminal: Terminal,
  paths: readonly string[],
  { maxBytes, charsets }: { readonly maxBytes: number; readonly charsets: (bytes: Buffer) => readonly string[] },
): Promise<WorkshopSample[]> {
  const names = (await Promise.all(paths.map((path) => filesOf(path)))).flat();
  if (names.length === 0) throw usage(paths.join(' '), 'There are no files.');
  if (names.length > MOST_FILES) throw usage(paths.join(' '), `There are more than ${MOST_FILES} files; take some of each kind.`);
  const samples: WorkshopSample[] = [];
  let total = 0;
  for (const name of names) {
    const input = await readInput(name, maxBytes, terminal);
    if ('issue' in input) throw usage(name, input.issue.message);
    total += input.bytes.length;
    if (total > MOST_BYTES) throw usage(name, `The samples are more than ${MOST_BYTES / 1024 / 1024} MB; take some of each kind.`);
    samples.push({ name, bytes: input.bytes, charsets: charsets(input.bytes) });
  }
  return samples;
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found?.isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
