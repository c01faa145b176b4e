/**
 * Attached compact JWS (RFC 7515 §7.1) over exact octets: what was received is what is verified, digested and stored.
 * One strict core (`readCompact`, `checkSignature`) serves the message path and the probe; the message path adds the
 * closed header of LB-PROTO-1 and keys from the directory. Nothing in a JWS ever chooses the key's algorithm or brings a key.
 */
import type { KeyObject } from 'node:crypto';
import { parseStrictJson } from '#model';
import { isAlgorithm, signatureLength, signatureVerifies, type Algorithm, type SigningAlgorithm } from './algorithms.ts';
import { decodeBase64url } from './encoding.ts';
import { refuse, type Reason, type Refusal } from './refusal.ts';
import type { Signer } from './signer.ts';

/** `typ` of each artefact (RFC 8725 §3.11): one can never be taken for another. */
export const TYPES = {
  message: 'lb-message+jws',
  receipt: 'lb-receipt+jws',
  keys: 'lb-keys+jws',
  mailbox: 'lb-mailbox+jws',
} as const;
export type ArtefactType = (typeof TYPES)[keyof typeof TYPES];

/** Largest JWS in octets, checked before anything is decoded. A receipt may list thousands of errors. */
export const MAX_JWS: Record<ArtefactType, number> = {
  'lb-message+jws': 256 * 1024,
  'lb-receipt+jws': 4 * 1024 * 1024,
  'lb-keys+jws': 1024 * 1024,
  'lb-mailbox+jws': 4 * 1024,
};

const MAX_HEADER = 2048;
const DOT = 0x2e;
/** Members that bring or fetch a key, compress, or change what is signed. Refused even where they would be ignored. */
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'zip', 'b64'];
const MESSAGE_MEMBERS = new Set(['alg', 'kid', 'typ', 'iat', 'crit']);
const THUMBPRINT = /^[A-Za-z0-9_-]{43}$/;

export interface CompactJws {
  readonly octets: Buffer;
  readonly header: Readonly<Record<string, unknown>>;
  readonly alg: Algorithm;
  readonly payload: Buffer;
  readonly signature: Buffer;
}

/** Splits, decodes and reads the protected header strictly; believes nothing yet. */
export function readCompact(octets: Buffer, maxOctets: number): ({ readonly ok: true } & CompactJws) | Refusal {
  if (octets.length > maxOctets) return refuse('TOO_LARGE');
  const first = octets.indexOf(DOT);
  const second = octets.indexOf(DOT, first + 1);
  if (first < 1 || second < 0 || octets.indexOf(DOT, second + 1) >= 0) return refuse('NOT_COMPACT');
  if (first > MAX_HEADER) return refuse('TOO_LARGE');
  const protectedHeader = decodeBase64url(octets.toString('latin1', 0, first));
  const payload = decodeBase64url(octets.toString('latin1', first + 1, second));
  const signature = decodeBase64url(octets.toString('latin1', second + 1));
  if (!protectedHeader || !payload || !signature) return refuse('NOT_BASE64URL');
  const parsed = parseStrictJson(protectedHeader, { depth: 4 });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
    return refuse('HEADER_MALFORMED');
  const header = parsed.value;
  const wrong = headerFault(header);
  if (wrong) return refuse(wrong);
  return isAlgorithm(header['alg']) ? { ok: true, octets, header, alg: header['alg'], payload, signature } : refuse('ALG_REFUSED');
}

function headerFault(header: Readonly<Record<string, unknown>>): Reason | undefined {
  if (REFUSED_MEMBERS.some((name) => Object.hasOwn(header, name))) return 'HEADER_MEMBER_REFUSED';
  // LB-PROTO-1 defines no critical extension, so every crit names something unknown here (RFC 7515 §4.1.11).
  if (Object.hasOwn(header, 'crit')) return 'CRITICAL_UNKNOWN';
  return undefined;
}

/** Checks the signature with a key and the algorithm pinned for it, never with what the header asks for. */
export function checkSignature(jws: CompactJws, pinned: Algorithm, key: KeyObject): Reason | undefined {
  if (jws.alg !== pinned) return 'ALG_NOT_OF_KEY';
  if (jws.signature.length !== signatureLength(pinned, key)) return 'SIGNATURE_LENGTH';
  const input = jws.octets.subarray(0, jws.octets.lastIndexOf(DOT));
  return signatureVerifies(pinned, key, input, jws.signature) ? undefined : 'SIGNATURE_WRONG';
}

/** A key as the directory hands it out: owner and algorithm are pinned to it. */
export interface ResolvedKey {
  readonly ok: true;
  readonly kid: string;
  readonly party: string;
  readonly alg: SigningAlgorithm;
  readonly key: KeyObject;
}

export interface OpenOptions {
  readonly typ: ArtefactType;
  /** Finds the key by thumbprint; the directory applies status and time. */
  readonly resolve: (kid: string) => ResolvedKey | Refusal;
}

export interface OpenedJws {
  readonly ok: true;
  readonly payload: Buffer;
  readonly kid: string;
  /** Owner of the key. */
  readonly party: string;
  readonly alg: SigningAlgorithm;
  readonly issuedAt: Date;
}

export const CLOCK_TOLERANCE_SECONDS = 300;

/** Refuses a time of issue that lies in the future beyond the tolerance. The past is bounded by not-after, not here. */
export function futureTime(issuedAt: Date, now: Date, toleranceSeconds = CLOCK_TOLERANCE_SECONDS): Refusal | undefined {
  return issuedAt.getTime() > now.getTime() + toleranceSeconds * 1000 ? refuse('ISSUED_IN_FUTURE', 'CLOCK_SKEW') : undefined;
}

/** Verifies one artefact of this profile and returns the very octets that were signed. Its time is the caller's to judge (`futureTime`). */
export function openJws(octets: Buffer, options: OpenOptions): OpenedJws | Refusal {
  const jws = readCompact(octets, MAX_JWS[options.typ]);
  if (!jws.ok) return jws;
  const { kid, typ, iat } = jws.header;
  if (Object.keys(jws.header).some((name) => !MESSAGE_MEMBERS.has(name))) return refuse('HEADER_MEMBER_UNKNOWN');
  if (typeof kid !== 'string' || !THUMBPRINT.test(kid)) return refuse('HEADER_VALUE');
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat) || iat < 0) return refuse('HEADER_VALUE');
  if (typ !== options.typ) return refuse('TYPE_WRONG');
  const key = options.resolve(kid);
  if (!key.ok) return key;
  const wrong = checkSignature(jws, key.alg, key.key);
  if (wrong) return refuse(wrong);
  return { ok: true, payload: jws.payload, kid, party: key.party, alg: key.alg, issuedAt: new Date(iat * 1000) };
}

/** Signs exact octets. The result is stored and sent as it is, for ever. */
export function signJws(payload: Uint8Array, typ: ArtefactType, signer: Signer, issuedAt: Date): Buffer {
  const header = { alg: signer.alg, kid: signer.kid, typ, iat: Math.floor(issuedAt.getTime() / 1000) };
  const input = Buffer.from(
    `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(payload).toString('base64url')}`,
    'latin1',
  );
  return Buffer.concat([input, Buffer.from(`.${signer.sign(input).toString('base64url')}`, 'latin1')]);
}
