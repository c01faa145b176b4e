/**
 * Verdicts for `landbridge probe`: any JWS of RFC 7515 style judged by the same strict core as the message path, with a
 * key given beforehand. Wider than the message path in two ways only: every algorithm of RFC 7518 and RFC 8037 that fits
 * the key is judged, and header members this profile does not know are left aside as RFC 7515 §4 says.
 */
import { checkSignature, MAX_JWS, readCompact } from './jws.ts';
import { checkKey, judgeKey, REGISTRATION, VERIFICATION, type KeyFault } from './jwk.ts';
import type { Reason } from './refusal.ts';

export interface ProbeVerdict {
  readonly verdict: 'accept' | 'refuse';
  /** `VERIFIED`, `KEY_ACCEPTED`, `KEY_NOT_FOR_SIGNING`, or the internal reason of the refusal. */
  readonly code: 'VERIFIED' | 'KEY_ACCEPTED' | Reason | KeyFault;
}

/** Judges one compact JWS with one JWK. A private JWK is used for its public half. Never throws. */
export function probeJws({ jwk, jws }: { readonly jwk: unknown; readonly jws: unknown }): ProbeVerdict {
  if (typeof jws !== 'string') return { verdict: 'refuse', code: 'NOT_COMPACT' };
  const key = judgeKey(jwk, VERIFICATION);
  if (!key.ok) return { verdict: 'refuse', code: key.reason };
  const read = readCompact(Buffer.from(jws, 'utf8'), MAX_JWS['lb-receipt+jws']);
  if (!read.ok) return { verdict: 'refuse', code: read.reason };
  const { kid } = read.header;
  const named = (jwk as { kid?: unknown }).kid;
  if (kid !== undefined && named !== undefined && kid !== named) return { verdict: 'refuse', code: 'KEY_MISMATCH' };
  const pinned = key.algorithms.find((alg) => alg === read.alg);
  if (!pinned) return { verdict: 'refuse', code: 'ALG_NOT_OF_KEY' };
  const wrong = checkSignature(read, pinned, key.key);
  return wrong ? { verdict: 'refuse', code: wrong } : { verdict: 'accept', code: 'VERIFIED' };
}

/**
 * Judges a public key by the rules of registration. A sound key of another type (RSA from 3072 bits, P-384, P-521) is
 * accepted with the code KEY_NOT_FOR_SIGNING: it may stand in carried evidence, never on a message.
 */
export function probeKey(jwk: unknown): ProbeVerdict {
  const checked = checkKey(jwk);
  if (checked.ok) return { verdict: 'accept', code: 'KEY_ACCEPTED' };
  return { verdict: judgeKey(jwk, REGISTRATION).ok ? 'accept' : 'refuse', code: checked.reason };
}
