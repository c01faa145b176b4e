import { setImmediate as breathe } from 'node:timers/promises';

/** Bytes looked at before others get their turn: a few milliseconds. */
const SLICE = 512 * 1024;
/** A document that hides its text does so near its beginning: in a base64 envelope, or in UTF-16. */
const HEAD = 256 * 1024;
const ENVELOPED = 2_000;
/** Both as 32-bit integers with a sign: anything else would be slow in the loop. */
const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** 1 for ASCII letters and digits. */
const ALPHANUMERIC = Uint8Array.from({ length: 256 }, (_, byte) => Number(/[0-9A-Za-z]/.test(String.fromCharCode(byte)) && byte < 128));

/**
 * Answers, before a document is read, whether a business key could stand in it. A key of a document is the text of its fields,
 * so every run of letters and digits of the key is a run of letters and digits of the bytes, in every charset that holds ASCII
 * as ASCII (UTF-8, GB18030, windows-1251, ISO 8859-5). A Bloom filter over all runs: `true` may be a mistake (one or two in a
 * hundred), `false` never is. A document that can hide text from its bytes (base64, UTF-16, character references, JSON
 * escapes) could hold any key.
 */
export class RunFilter {
  readonly #opaque: boolean;
  readonly #bits: Uint32Array;

  private constructor(opaque: boolean, bits: Uint32Array) {
    this.#opaque = opaque;
    this.#bits = bits;
  }

  /** One pass over the bytes, in slices that let other work in: a twentieth of a second of work for a document at the limits. */
  static async of(bytes: Buffer): Promise<RunFilter> {
    if (hidesText(bytes)) return new RunFilter(true, new Uint32Array(1));
    // Sixteen bits a run, and runs of some eight bytes.
    const bits = new Uint32Array(2 ** Math.max(4, Math.ceil(Math.log2(bytes.length / 16))));
    let hash = FNV_OFFSET;
    for (let start = 0; start < bytes.length; start += SLICE) {
      await breathe();
      hash = addRuns(bits, bytes, start, Math.min(bytes.length, start + SLICE), hash);
    }
    if (hash !== FNV_OFFSET) add(bits, hash);
    return new RunFilter(false, bits);
  }

  /** Whether a message of this order key (`scheme:value`) could be made of the document. */
  mayHold(key: string): boolean {
    return this.#opaque || runsOf(key).every((run) => has(this.#bits, hashOf(run)));
  }
}

/** Called for every byte of a document: nothing is allocated. Answers the hash of the run that goes on behind the end. */
function addRuns(bits: Uint32Array, bytes: Buffer, from: number, to: number, open: number): number {
  let hash = open;
  for (let i = from; i < to; i++) {
    const byte = bytes[i] as number;
    if (ALPHANUMERIC[byte] === 1) hash = Math.imul(hash ^ byte, FNV_PRIME);
    else if (hash !== FNV_OFFSET) {
      add(bits, hash);
      hash = FNV_OFFSET;
    }
  }
  return hash;
}

function add(bits: Uint32Array, hash: number): void {
  const mask = bits.length * 32 - 1;
  const [first, other] = [hash & mask, second(hash) & mask];
  bits[first >>> 5]! |= 1 << (first & 31);
  bits[other >>> 5]! |= 1 << (other & 31);
}

function has(bits: Uint32Array, hash: number): boolean {
  const mask = bits.length * 32 - 1;
  return [hash & mask, second(hash) & mask].every((bit) => ((bits[bit >>> 5] as number) & (1 << (bit & 31))) !== 0);
}

const runsOf = (key: string): readonly string[] => key.slice(key.indexOf(':') + 1).match(/[0-9A-Za-z]+/g) ?? [];

function hashOf(run: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < run.length; i++) hash = Math.imul(hash ^ run.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** Another mixing of the same hash (the finaliser of MurmurHash3). */
function second(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35) ^ (mixed >>> 16);
}

function hidesText(bytes: Buffer): boolean {
  const head = bytes.subarray(0, HEAD);
  if (head.subarray(0, 1_000).includes(0) || (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)) return true;
  let run = 0;
  for (const byte of head) {
    // Letters, digits, + / = and line ends.
    if (ALPHANUMERIC[byte] === 1 || byte === 0x2b || byte === 0x2f || byte === 0x3d) run += 1;
    else if (byte !== 0x0a && byte !== 0x0d) run = 0;
    if (run >= ENVELOPED) return true;
  }
  const json = bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('{');
  return bytes.includes('&#') || (json && bytes.includes('\\'));
}
