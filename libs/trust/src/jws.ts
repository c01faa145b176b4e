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
  keyStatement: 'lb-keys-statement+jws',
  keyCompromised: 'lb-keys-compromised+jws',
  mailbox: 'lb-mailbox+jws',
  root: 'lb-root+jws',
  query: 'lb-query+jws',
  answer: 'lb-answer+jws',
  translation: 'lb-translation+jws',
  second: 'lb-second+jws',
  reconciliation: 'lb-reconciliation+jws',
  reconciliationAnswer: 'lb-reconciliation-answer+jws',
  replay: 'lb-replay+jws',
  conformance: 'lb-conformance+jws',
  bundle: 'lb-bundle+jws',
} as const;
export type ArtefactType = (typeof TYPES)[keyof typeof TYPES];

/** Largest JWS in octets, checked before anything is decoded. A receipt may list thousands of errors. */
export const MAX_JWS: Record<ArtefactType, number> = {
  'lb-message+jws': 256 * 1024,
  'lb-receipt+jws': 4 * 1024 * 1024,
  'lb-keys+jws': 1024 * 1024,
  'lb-keys-statement+jws': 32 * 1024,
  'lb-keys-compromised+jws': 4 * 1024,
  'lb-mailbox+jws': 4 * 1024,
  'lb-root+jws': 4 * 1024,
  'lb-query+jws': 4 * 1024,
  // Carries receipts, the largest of them always.
  'lb-answer+jws': 8 * 1024 * 1024,
  'lb-translation+jws': 16 * 1024,
  'lb-second+jws': 16 * 1024,
  // Roots of blocks of a day of four million messages.
  'lb-reconciliation+jws': 2 * 1024 * 1024,
  // And every digest of the blocks that differ.
  'lb-reconciliation-answer+jws': 8 * 1024 * 1024,
  'lb-replay+jws': 16 * 1024 * 1024,
  'lb-conformance+jws': 64 * 1024,
  'lb-bundle+jws': 32 * 1024 * 1024,
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
  const header = readHeader(octets.toString('latin1', 0, first));
  if (!header.ok) return header;
  const payload = decodeBase64url(octets.toString('latin1', first + 1, second));
  const signature = decodeBase64url(octets.toString('latin1', second + 1));
  if (!payload || !signature) return refuse('NOT_BASE64URL');
  return { ok: true, octets, header: header.members, alg: header.alg, payload, signature };
}

interface ReadHeader {
  readonly ok: true;
  readonly members: Readonly<Record<string, unknown>>;
  readonly alg: Algorithm;
}

/** Headers read lately: within a second those of one signer are the same letters. Bounded, and only what was in order is kept. */
const headers = new Map<string, ReadHeader>();
const HEADERS_KEPT = 256;

function readHeader(segment: string): ReadHeader | Refusal {
  const known = headers.get(segment);
  if (known) return known;
  const read = parseHeader(segment);
  if (!read.ok) return read;
  if (headers.size >= HEADERS_KEPT) headers.clear();
  headers.set(segment, read);
  return read;
}

function parseHeader(segment: string): ReadHeader | Refusal {
  const read = readMembers(segment);
  if (!read.ok) return read;
  const { members } = read;
  return isAlgorithm(members['alg']) ? { ok: true, members, alg: members['alg'] } : refuse('ALG_REFUSED');
}

/** Reads a protected header: one strict JSON object in canonical base64url, without a member that is refused everywhere. */
export function readMembers(segment: string): Pick<ReadHeader, 'ok' | 'members'> | Refusal {
  const octets = decodeBase64url(segment);
  if (!octets) return refuse('NOT_BASE64URL');
  const parsed = parseStrictJson(octets, { depth: 4 });
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null || Array.isArray(parsed.value))
    return refuse('HEADER_MALFORMED');
  const members = Object.freeze(parsed.value);
  const wrong = headerFault(members);
  if (wrong) return refuse(wrong);
  return { ok: true, members };
}

/** The `typ` a compact JWS claims; undefined where there is none to read. Believed by nobody. */
export function claimedType(octets: Buffer): string | undefined {
  const end = octets.subarray(0, MAX_HEADER).indexOf(DOT);
  const header = end < 1 ? undefined : readHeader(octets.toString('latin1', 0, end));
  const typ = header?.ok ? header.members['typ'] : undefined;
  return typeof typ === 'string' ? typ : undefined;
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

/**
 * What a link may leave of two rules for a time, by an exception of its agreement; there is no other, and none that leaves out a check.
 * `eddsaName`: an Ed25519 key may sign under the name `EdDSA` of RFC 8037. `toleranceSeconds`: how far ahead the partner's clock may be.
 */
export interface Leniency {
  readonly eddsaName?: boolean;
  readonly toleranceSeconds?: number;
}
export type LeniencyKind = 'eddsa-name' | 'clock-tolerance';

export interface OpenOptions {
  readonly typ: ArtefactType;
  /** Finds the key by thumbprint; the directory applies status and time. */
  readonly resolve: (kid: string) => ResolvedKey | Refusal;
  readonly leniency?: Leniency | undefined;
}

export interface OpenedJws {
  readonly ok: true;
  readonly payload: Buffer;
  readonly kid: string;
  /** Owner of the key. */
  readonly party: string;
  readonly alg: SigningAlgorithm;
  readonly issuedAt: Date;
  /** The header said `EdDSA`, which only an exception allows. */
  readonly legacyName?: true;
}

export const CLOCK_TOLERANCE_SECONDS = 300;

/** Refuses a time of issue that lies in the future beyond the tolerance. The past is bounded by not-after, not here. */
export function futureTime(issuedAt: Date, now: Date, toleranceSeconds = CLOCK_TOLERANCE_SECONDS): Refusal | undefined {
  return issuedAt.getTime() > now.getTime() + toleranceSeconds * 1000 ? refuse('ISSUED_IN_FUTURE', 'CLOCK_SKEW') : undefined;
}

/** Which exceptions an artefact needed to pass; absent where it passed by the rules. */
export function leniencyUsed(
  opened: Pick<OpenedJws, 'issuedAt' | 'legacyName'>,
  now: Date,
): { readonly leniency?: readonly LeniencyKind[] } {
  const used: LeniencyKind[] = [];
  if (opened.legacyName) used.push('eddsa-name');
  if (futureTime(opened.issuedAt, now)) used.push('clock-tolerance');
  return used.length > 0 ? { leniency: used } : {};
}

/** Verifies one artefact of this profile and returns the very octets that were signed. Its time is the caller's to judge (`futureTime`). */
export function openJws(octets: Buffer, options: OpenOptions): OpenedJws | Refusal {
  const jws = readCompact(octets, MAX_JWS[options.typ]);
  if (!jws.ok) return jws;
  const header = closedHeader(jws.header, options.typ);
  if (!header.ok) return header;
  const { kid, issuedAt } = header;
  const key = options.resolve(kid);
  if (!key.ok) return key;
  // The name alone: key, pinned algorithm and signature are checked as ever.
  const legacy = options.leniency?.eddsaName === true && jws.alg === 'EdDSA' && key.alg === 'Ed25519';
  const wrong = checkSignature(legacy ? { ...jws, alg: key.alg } : jws, key.alg, key.key);
  if (wrong) return refuse(wrong);
  return { ok: true, payload: jws.payload, kid, party: key.party, alg: key.alg, issuedAt, ...(legacy ? { legacyName: true } : {}) };
}

/** The closed header of LB-PROTO-1 §2: these members, of this form, and no others. `alg` is compared with the key's by the caller. */
export function closedHeader(
  header: Readonly<Record<string, unknown>>,
  expected: ArtefactType,
): { readonly ok: true; readonly kid: string; readonly issuedAt: Date } | Refusal {
  const { kid, typ, iat } = header;
  if (Object.keys(header).some((name) => !MESSAGE_MEMBERS.has(name))) return refuse('HEADER_MEMBER_UNKNOWN');
  if (typeof kid !== 'string' || !THUMBPRINT.test(kid)) return refuse('HEADER_VALUE');
  if (typeof iat !== 'number' || !Number.isSafeInteger(iat) || iat < 0) return refuse('HEADER_VALUE');
  if (typ !== expected) return refuse('TYPE_WRONG');
  return { ok: true, kid, issuedAt: new Date(iat * 1000) };
}

/** Signs exact octets. The result is stored and sent as it is, for ever. */
export function signJws(payload: Uint8Array, typ: ArtefactType, signer: Signer, issuedAt: Date): Buffer {
  const members = JSON.stringify({ alg: signer.alg, kid: signer.kid, typ, iat: Math.floor(issuedAt.getTime() / 1000) });
  const header = Buffer.from(members, 'latin1').toString('base64url');
  const body = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64url');
  const input = `${header}.${body}`;
  const signature = signer.sign(Buffer.from(input, 'latin1')).toString('base64url');
  return Buffer.from(`${input}.${signature}`, 'latin1');
}
