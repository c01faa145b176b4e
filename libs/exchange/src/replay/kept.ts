import { ExchangeError } from '#model';
import { decodeFrame, MAX_JWS, parseManifest, readCompact, sha256, TYPES, verifyParts, type VerifiedMessage } from '#trust';

/**
 * A message out of a frame of our own store. It was verified (or signed by us) before it was kept, so its signature is not judged
 * again; its form and the digests of its parts are. Without parts where its documents were removed. Throws INTERNAL where the store holds something else than was put there.
 */
export function readKept(frame: Buffer): VerifiedMessage {
  const decoded = decodeFrame(frame, frame.length);
  const jws = decoded.ok ? readCompact(decoded.jws, MAX_JWS[TYPES.message]) : decoded;
  if (!decoded.ok || !jws.ok) throw broken();
  const parsed = parseManifest(jws.payload);
  const purged = decoded.parts.length === 0;
  const compared = parsed.ok && !purged ? verifyParts(parsed.manifest, decoded.parts) : parsed;
  if (!parsed.ok || !compared.ok) throw broken();
  return {
    manifest: parsed.manifest,
    manifestBytes: jws.payload,
    manifestDigest: sha256(jws.payload),
    jws: decoded.jws,
    jwsDigest: sha256(decoded.jws),
    kid: String(jws.header['kid']),
    parts: 'parts' in compared ? compared.parts : [],
  };
}

const broken = () => new ExchangeError('INTERNAL', { detail: 'A frame that is kept cannot be read.' });
