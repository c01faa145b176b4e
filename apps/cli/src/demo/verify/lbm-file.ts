import { createHash } from 'node:crypto';

/** A kept message file read by hand from the description of the format (LB-PROTO-1 §7), without the code that wrote it. */
export interface LbmFile {
  readonly jws: string;
  readonly parts: readonly { readonly name: string; readonly bytes: Buffer }[];
}

/** `LBMF`, version (1 octet), number of parts (2), length of the JWS (4), the JWS; each part: length of its name (1), name, length (4), octets. */
export function readLbm(file: Buffer): LbmFile {
  if (file.toString('latin1', 0, 4) !== 'LBMF') throw new Error('not a message file');
  const count = file.readUInt16BE(5);
  let at = 11 + file.readUInt32BE(7);
  const jws = file.toString('latin1', 11, at);
  const parts = Array.from({ length: count }, () => {
    const nameEnd = at + 1 + file.readUInt8(at);
    const name = file.toString('latin1', at + 1, nameEnd);
    const end = nameEnd + 4 + file.readUInt32BE(nameEnd);
    const bytes = file.subarray(nameEnd + 4, end);
    at = end;
    return { name, bytes };
  });
  if (at !== file.length) throw new Error('octets left over');
  return { jws, parts };
}

/** The document a message carries. */
export const documentIn = (file: Buffer): Buffer => readLbm(file).parts[0]?.bytes ?? Buffer.alloc(0);

export const digestOf = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('base64url');
