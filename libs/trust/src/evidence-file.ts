/**
 * The file of an evidence pack: a ZIP (APPNOTE 6.3) in one form only, so that any archive tool opens it and no octet of it is
 * free. Entries are stored, never compressed; no time, no attributes, no extra fields, no comments, nothing between or after.
 * `writeEvidenceFile` has one result for one input; a reader writes again what it read and compares (`evidence.ts`), so that
 * whatever a lax archive tool would overlook (a time, a flag, a gap) is a difference.
 */
import { crc32 } from 'node:zlib';
import { ExchangeError } from '#model';

export interface FileEntry {
  /** Letters, digits, `.`, `_`, `-`, `/`. */
  readonly name: string;
  readonly bytes: Buffer;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
/** 1 January 1980, the first day a ZIP can name; no time of making is kept. */
const NO_DATE = 0x0021;
const VERSION = 20;
const MAX_ENTRIES = 0xfffe;
/** Well below the 4 GiB of the format, and what one reads into memory at once. */
const MAX_OCTETS = 1024 * 1024 * 1024;

/** Throws TOO_LARGE where the entries do not fit into one file. */
export function writeEvidenceFile(entries: readonly FileEntry[]): Buffer {
  const octets = entries.reduce((sum, { name, bytes }) => sum + LOCAL_SIZE + CENTRAL_SIZE + 2 * name.length + bytes.length, END_SIZE);
  if (entries.length > MAX_ENTRIES || octets > MAX_OCTETS)
    throw new ExchangeError('TOO_LARGE', { detail: 'The evidence does not fit into one pack.' });
  const file = Buffer.alloc(octets);
  const central: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const head = common(entry);
    central.push(centralHeader(entry, head, at));
    at = file.writeUInt32LE(LOCAL, at);
    at += head.copy(file, at);
    at += file.write(entry.name, at, 'latin1');
    at += entry.bytes.copy(file, at);
  }
  const start = at;
  for (const header of central) at += header.copy(file, at);
  file.writeUInt32LE(END, at);
  file.writeUInt16LE(entries.length, at + 8);
  file.writeUInt16LE(entries.length, at + 10);
  file.writeUInt32LE(at - start, at + 12);
  file.writeUInt32LE(start, at + 16);
  return file;
}

/** What local and central header share: version needed to extra length. */
function common({ name, bytes }: FileEntry): Buffer {
  const head = Buffer.alloc(LOCAL_SIZE - 4);
  head.writeUInt16LE(VERSION, 0);
  head.writeUInt16LE(NO_DATE, 8);
  head.writeUInt32LE(crc32(bytes), 10);
  head.writeUInt32LE(bytes.length, 14);
  head.writeUInt32LE(bytes.length, 18);
  head.writeUInt16LE(name.length, 22);
  return head;
}

function centralHeader({ name }: FileEntry, head: Buffer, offset: number): Buffer {
  const header = Buffer.alloc(CENTRAL_SIZE + name.length);
  header.writeUInt32LE(CENTRAL, 0);
  header.writeUInt16LE(VERSION, 4);
  head.copy(header, 6);
  header.writeUInt32LE(offset, 42);
  header.write(name, CENTRAL_SIZE, 'latin1');
  return header;
}

/** Takes the entries out, as views of `file`. Undefined where a length does not fit; everything else shows when it is written again. */
export function readEvidenceFile(file: Buffer): FileEntry[] | undefined {
  if (file.length > MAX_OCTETS) return undefined;
  const entries: FileEntry[] = [];
  let at = 0;
  while (at + LOCAL_SIZE <= file.length && file.readUInt32LE(at) === LOCAL) {
    const size = file.readUInt32LE(at + 18);
    const named = at + LOCAL_SIZE + file.readUInt16LE(at + 26);
    if (named + size > file.length || entries.length === MAX_ENTRIES) return undefined;
    entries.push({ name: file.toString('latin1', at + LOCAL_SIZE, named), bytes: file.subarray(named, named + size) });
    at = named + size;
  }
  return entries;
}
