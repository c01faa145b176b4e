/**
 * Judges a JSON Web Key (RFC 7517) before anyone believes it. Two policies over one set of checks: registration of a
 * partner's signing key, and verification with a given key (the probe), which must also judge the keys of the RFCs.
 */
import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { ALGORITHMS, GATEWAY_ALGORITHMS, isAlgorithm, type Algorithm, type SigningAlgorithm } from './algorithms.ts';
import { decodeBase64url, sha256 } from './encoding.ts';
import { isRoca, isSoundEd25519 } from './weak-keys.ts';

/** Public half of a signing key, exactly the members its thumbprint covers. */
export const PublicJwk = z.discriminatedUnion('kty', [
  z.strictObject({ kty: z.literal('EC'), crv: z.literal('P-256'), x: z.string(), y: z.string() }),
  z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }),
]);
export type PublicJwk = z.infer<typeof PublicJwk>;

/** Why a key is refused, one code a reason; these may be told to whoever offers the key. */
export const KEY_FAULTS = {
  KEY_MALFORMED: 'not a JWK: a member is missing, repeated, not canonical base64url, or of the wrong length',
  KEY_TYPE: 'the key type is not known here',
  KEY_SYMMETRIC: 'a shared secret cannot prove who signed',
  KEY_PRIVATE: 'the JWK holds private members; the key must be considered lost',
  KEY_CURVE: 'the curve is not on the list',
  KEY_POINT: 'the public value is not a sound point of its curve',
  KEY_RSA_SIZE: 'the RSA modulus is too short',
  KEY_RSA_MODULUS: 'the RSA modulus is even or has a leading zero octet',
  KEY_RSA_EXPONENT: 'the RSA exponent is not acceptable',
  KEY_RSA_ROCA: 'the RSA modulus bears the ROCA fingerprint (CVE-2017-15361)',
  KEY_SECRET_SHORT: 'the secret is shorter than the hash of its algorithm (RFC 7518 §3.2)',
  KEY_USE: 'use or key_ops do not allow verifying signatures',
  KEY_ALG: 'alg does not fit the key',
  KEY_CERTIFICATE: 'the certificate chain cannot be read, or its first certificate is of another key',
  KEY_NOT_FOR_SIGNING: 'sound, but messages are signed with EC P-256 or Ed25519 only',
} as const;
export type KeyFault = keyof typeof KEY_FAULTS;
export interface KeyRefusal {
  readonly ok: false;
  readonly code: 'KEY_REFUSED';
  readonly reason: KeyFault;
}

/** A key judged sound: the algorithms that fit it (one, where the JWK or its type says so), ready for node:crypto. */
export interface SoundKey {
  readonly ok: true;
  readonly kid: string;
  readonly algorithms: readonly Algorithm[];
  readonly key: KeyObject;
  readonly kty: string;
}

interface KeyPolicy {
  readonly rsaBits: number;
  readonly exponent: (e: bigint) => boolean;
  readonly symmetric: boolean;
  /** Whether private members are an offence or merely left aside. */
  readonly refusePrivate: boolean;
}

/** What a partner may register. */
export const REGISTRATION: KeyPolicy = { rsaBits: 3072, exponent: (e) => e === 65537n, symmetric: false, refusePrivate: true };
/** What a signature may be judged with: RFC 7515 and 7520 print private keys, 2048-bit RSA and shared secrets. */
export const VERIFICATION: KeyPolicy = { rsaBits: 2048, exponent: (e) => e >= 3n && e % 2n === 1n, symmetric: true, refusePrivate: false };

const CURVES: Record<string, number> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth'];

type Members = Readonly<Record<string, unknown>>;
type Parsed = { readonly jwk: JsonWebKey; readonly key: KeyObject } | KeyFault;

/** Judges any JWK. Never throws; `jwk` is whatever strict JSON gave. */
export function judgeKey(jwk: unknown, policy: KeyPolicy): SoundKey | KeyRefusal {
  if (typeof jwk !== 'object' || jwk === null || Array.isArray(jwk)) return refused('KEY_MALFORMED');
  const members = jwk as Members;
  if (members['kty'] === 'oct' && !policy.symmetric) return refused('KEY_SYMMETRIC');
  if (policy.refusePrivate && PRIVATE_MEMBERS.some((name) => Object.hasOwn(members, name))) return refused('KEY_PRIVATE');
  const parsed = parse(members, policy);
  if (typeof parsed === 'string') return refused(parsed);
  if (!mayVerify(members)) return refused('KEY_USE');
  const fitting = algorithmsOf(members, parsed.jwk);
  if (fitting.length === 0) return refused('KEY_ALG');
  const algorithms = fitting.filter((alg) => !secretTooShort(alg, parsed.key));
  if (algorithms.length === 0) return refused('KEY_SECRET_SHORT');
  return { ok: true, kid: thumbprint(parsed.jwk), algorithms, key: parsed.key, kty: parsed.jwk.kty ?? '' };
}

/** Judges a key offered for signing messages to us: EC P-256 or Ed25519, public, sound. */
export function checkKey(
  jwk: unknown,
):
  | { readonly ok: true; readonly kid: string; readonly alg: SigningAlgorithm; readonly jwk: PublicJwk; readonly key: KeyObject }
  | KeyRefusal {
  const judged = judgeKey(jwk, REGISTRATION);
  if (!judged.ok) return judged;
  const alg = GATEWAY_ALGORITHMS.find((name) => judged.algorithms.includes(name));
  if (!alg) return refused('KEY_NOT_FOR_SIGNING');
  const { kid, key } = judged;
  return { ok: true, kid, alg, key, jwk: PublicJwk.parse(key.export({ format: 'jwk' })) };
}

/** RFC 7638 SHA-256 thumbprint over the required members in lexicographic order. */
export function thumbprint(jwk: JsonWebKey): string {
  const required =
    { EC: ['crv', 'kty', 'x', 'y'], OKP: ['crv', 'kty', 'x'], RSA: ['e', 'kty', 'n'], oct: ['k', 'kty'] }[jwk.kty ?? ''] ?? [];
  const source = jwk as Members;
  return sha256(Buffer.from(JSON.stringify(Object.fromEntries(required.map((name) => [name, source[name]])))));
}

function refused(reason: KeyFault): KeyRefusal {
  return { ok: false, code: 'KEY_REFUSED', reason };
}

function parse(members: Members, policy: KeyPolicy): Parsed {
  switch (members['kty']) {
    case 'EC':
      return parseEc(members);
    case 'OKP':
      return parseOkp(members);
    case 'RSA':
      return parseRsa(members, policy);
    case 'oct':
      return parseSecret(members);
    default:
      return 'KEY_TYPE';
  }
}

/** One base64url member in its canonical spelling; with `octets`, of exactly that length. */
function octetsOf(members: Members, name: string, octets?: number): Buffer | undefined {
  const text = members[name];
  const bytes = typeof text === 'string' ? decodeBase64url(text) : undefined;
  return bytes && bytes.length > 0 && (octets === undefined || bytes.length === octets) ? bytes : undefined;
}

function parseEc(members: Members): Parsed {
  const { crv, x, y } = members;
  const size = typeof crv === 'string' && Object.hasOwn(CURVES, crv) ? CURVES[crv] : undefined;
  if (size === undefined) return 'KEY_CURVE';
  if (!octetsOf(members, 'x', size) || !octetsOf(members, 'y', size)) return 'KEY_MALFORMED';
  // OpenSSL refuses a point that does not satisfy the curve equation.
  return imported({ kty: 'EC', crv, x, y } as JsonWebKey, 'KEY_POINT');
}

function parseOkp(members: Members): Parsed {
  if (members['crv'] !== 'Ed25519') return 'KEY_CURVE';
  const point = octetsOf(members, 'x', 32);
  if (!point) return 'KEY_MALFORMED';
  if (!isSoundEd25519(point)) return 'KEY_POINT';
  return imported({ kty: 'OKP', crv: 'Ed25519', x: members['x'] } as JsonWebKey, 'KEY_POINT');
}

function parseRsa(members: Members, policy: KeyPolicy): Parsed {
  const n = octetsOf(members, 'n');
  const e = octetsOf(members, 'e');
  if (!n || !e) return 'KEY_MALFORMED';
  const modulus = BigInt(`0x${n.toString('hex')}`);
  if (n[0] === 0 || e[0] === 0 || modulus % 2n === 0n) return 'KEY_RSA_MODULUS';
  if (modulus.toString(2).length < policy.rsaBits) return 'KEY_RSA_SIZE';
  if (!policy.exponent(BigInt(`0x${e.toString('hex')}`))) return 'KEY_RSA_EXPONENT';
  if (isRoca(modulus)) return 'KEY_RSA_ROCA';
  return imported({ kty: 'RSA', n: members['n'], e: members['e'] } as JsonWebKey, 'KEY_MALFORMED');
}

function parseSecret(members: Members): Parsed {
  const secret = octetsOf(members, 'k');
  return secret ? { jwk: { kty: 'oct', k: secret.toString('base64url') }, key: createSecretKey(secret) } : 'KEY_MALFORMED';
}

function imported(jwk: JsonWebKey, fault: KeyFault): Parsed {
  try {
    return { jwk, key: createPublicKey({ key: jwk, format: 'jwk' }) };
  } catch {
    return fault;
  }
}

function mayVerify(members: Members): boolean {
  const { use, key_ops: operations } = members;
  if (use !== undefined && use !== 'sig') return false;
  return (
    operations === undefined ||
    (Array.isArray(operations) && operations.length > 0 && operations.every((name) => name === 'verify' || name === 'sign'))
  );
}

/** Algorithms this key may be used with: the one the JWK names, if it fits; otherwise all of its type and curve. */
function algorithmsOf(members: Members, { kty, crv }: JsonWebKey): Algorithm[] {
  const fitting = (Object.keys(ALGORITHMS) as Algorithm[]).filter((name) => {
    const row: { kty: string; crv?: string } = ALGORITHMS[name];
    return row.kty === kty && row.crv === crv;
  });
  const named = members['alg'];
  if (named === undefined) return fitting;
  return isAlgorithm(named) && fitting.includes(named) ? [named] : [];
}

function secretTooShort(alg: Algorithm, key: KeyObject): boolean {
  return key.type === 'secret' && (key.symmetricKeySize ?? 0) < (ALGORITHMS[alg] as { octets?: number }).octets!;
}
