import { claimedType, MAX_JWS, readCompact, signJws, TYPES, type ArtefactType } from './jws.ts';
import type { KeyDirectory } from './key-directory.ts';
import type { Signer } from './signer.ts';

/**
 * A kept artefact of ours as it goes out now: the very octets while its key is good for live traffic; after the key was retired or
 * called compromised, the same payload under `signer` (LB-PROTO-1 §3.2). Whoever gets it again finds every id and digest of the
 * content unchanged. What is no artefact of this protocol is given back as it is.
 */
export function underGoodKey(jws: Buffer, { directory, signer, now }: Renewal): Buffer {
  const typ = claimedType(jws);
  if (!isArtefactType(typ)) return jws;
  const read = readCompact(jws, MAX_JWS[typ]);
  const kid = read.ok ? read.header['kid'] : undefined;
  if (!read.ok || typeof kid !== 'string' || directory.resolve(kid, { at: now, purpose: 'verify' }).ok) return jws;
  return signJws(read.payload, typ, signer, now);
}

export interface Renewal {
  readonly directory: KeyDirectory;
  readonly signer: Signer;
  readonly now: Date;
}

const KNOWN: ReadonlySet<string> = new Set(Object.values(TYPES));
const isArtefactType = (typ: string | undefined): typ is ArtefactType => typ !== undefined && KNOWN.has(typ);
