import { mkdir, open, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeFrame, type BodyKind } from '#trust';

export type Shelf = 'sent' | 'received' | 'unproven';

/**
 * What a party sent and received, as files that a person can open: the signed octets (`.lbm` for a message, `.jws` for a
 * receipt) and beside them the document in clear. The signed octets are on disk before `keep` resolves.
 */
export class KeptFiles {
  #next: number;

  private constructor(
    private readonly folder: string,
    filesSoFar: number,
  ) {
    this.#next = filesSoFar + 1;
  }

  static async open(folder: string, filesSoFar: number): Promise<KeptFiles> {
    for (const shelf of ['sent', 'received', 'unproven']) await mkdir(join(folder, shelf), { recursive: true });
    return new KeptFiles(folder, filesSoFar);
  }

  /** Keeps a body under a name that sorts by time and says what it is; returns the path inside the party's folder. */
  async keep(shelf: Shelf, body: Buffer, label: string, kind: BodyKind, mediaType?: string): Promise<string> {
    const number = String(this.#next++).padStart(4, '0');
    const stem = `${shelf}/${number}-${label.replaceAll(/[^A-Za-z0-9.]+/g, '-')}`;
    const path = stem + (kind === 'message' ? '.lbm' : '.jws');
    await durably(join(this.folder, path), body);
    const clear = kind === 'message' ? documentOf(body) : readableReceipt(body);
    if (clear) await writeFile(join(this.folder, stem + (kind === 'message' ? extension(mediaType) : '.json')), clear);
    return path;
  }

  read(path: string): Promise<Buffer> {
    return readFile(join(this.folder, path));
  }
}

/** Temporary name, fsync, rename, fsync of the folder: after a crash the file is whole or not there. */
async function durably(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function documentOf(frame: Buffer): Buffer | undefined {
  const decoded = decodeFrame(frame);
  return decoded.ok ? decoded.parts[0]?.bytes : undefined;
}

/** The payload of a receipt, indented, for reading only. */
function readableReceipt(jws: Buffer): string | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8'));
    return `${JSON.stringify(payload, null, 2)}\n`;
  } catch {
    return undefined;
  }
}

const EXTENSIONS: readonly (readonly [RegExp, string])[] = [
  [/json/, '.json'],
  [/xml/, '.xml'],
  [/edifact/, '.edi'],
];
const extension = (mediaType = ''): string => EXTENSIONS.find(([pattern]) => pattern.test(mediaType))?.[1] ?? '.bin';
