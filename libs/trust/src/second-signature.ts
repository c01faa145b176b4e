/**
 * The second signature slot (LB-PROTO-1 §11): somebody else's algorithm (SM2, GOST, P-384) over the same manifest octets.
 * On the wire it is its own small artefact beside the compact JWS, so that the octets everybody verifies never change:
 *
 *     {"signatures":[{"protected":"…","signature":"…"}]}
 *
 * the JWS General JSON Serialization (RFC 7515 §7.2.1) with detached content (Appendix F), in exactly this spelling.
 * `generalJws` puts both signatures and the payload together as any JOSE library reads them. Who computes or judges the
 * signature value is a port of the exchange: this file never sees a key that node:crypto cannot use.
 */
import { createPublicKey, type KeyObject } from 'node:crypto';
import { ExchangeError, parseStrictJson } from '#model';
import { z } from 'zod';
import { isAlgorithm, signatureLength, signatureVerifies, type Algorithm } from './algorithms.ts';
import { decodeBase64url, sha256 } from './encoding.ts';
import { judgeKey, REGISTRATION } from './jwk.ts';
import { closedHeader, futureTime, MAX_JWS, readMembers, TYPES } from './jws.ts';
import { refuse, type Reason, type Refusal } from './refusal.ts';

/** A public key agreed for second signatures on a link. Never taken from a message. */
export interface SecondKey {
  /** SHA-256 of the DER SubjectPublicKeyInfo, canonical base64url: defined for every key type, also those JOSE has no name for. */
  readonly kid: string;
  /** A name registered for JOSE, or a collision-resistant one: `urn:oid:` and the signature's OID (RFC 7515 §4.1.1). */
  readonly alg: string;
  /** Absent where node:crypto cannot judge the algorithm: an external verifier does. */
  readonly key?: KeyObject;
  readonly pem: string;
  readonly from?: Date;
  readonly until?: Date;
  readonly compromisedSince?: Date;
}

export interface SecondSignature {
  readonly ok: true;
  readonly key: SecondKey;
  /** Exact octets that were signed: protected header, dot, payload, both in base64url. */
  readonly input: Buffer;
  readonly signature: Buffer;
  readonly issuedAt: Date;
}

const Artefact = z.strictObject({ signatures: z.tuple([z.strictObject({ protected: z.string(), signature: z.string() })]) });
const MAX_SIGNATURE = 1024;
const PEM = /^-----BEGIN PUBLIC KEY-----\n([A-Za-z0-9+/=\n]+)-----END PUBLIC KEY-----\n?$/;
/** Algorithms of RFC 7518 with a public key. ES256 and Ed25519 are the first signature's; a second of the same kind proves nothing more, but harms nobody. */
const isLocal = (alg: string): alg is Algorithm => isAlgorithm(alg) && !alg.startsWith('HS');

/** Reads an agreed key in PEM (RFC 7468 §13). `alg` is pinned to it here, once. Throws KEY_REFUSED. */
export function secondKey(pem: string, alg: string, times: Pick<SecondKey, 'from' | 'until' | 'compromisedSince'> = {}): SecondKey {
  const body = PEM.exec(pem.replaceAll('\r\n', '\n').trimStart())?.[1];
  if (body === undefined) throw new ExchangeError('KEY_REFUSED', { detail: 'Not one public key in PEM.' });
  const der = Buffer.from(body, 'base64');
  const base = { kid: sha256(der), alg, pem, ...times };
  if (!isLocal(alg)) return base;
  const key = publicKeyOf(der);
  const judged = key && judgeKey(key.export({ format: 'jwk' }), REGISTRATION);
  if (!judged?.ok || !judged.algorithms.includes(alg))
    throw new ExchangeError('KEY_REFUSED', { detail: `The public key is not a sound one for ${alg}.` });
  return { ...base, key: judged.key };
}

function publicKeyOf(der: Buffer): KeyObject | undefined {
  try {
    return createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

/** What a second signer has to sign for this compact JWS, and how its answer becomes the artefact. */
export function prepareSecond(
  jws: Buffer,
  { alg, kid }: Pick<SecondKey, 'alg' | 'kid'>,
  issuedAt: Date,
): { readonly input: Buffer; readonly finish: (signature: Buffer) => Buffer } {
  const header = { alg, kid, typ: TYPES.second, iat: Math.floor(issuedAt.getTime() / 1000) };
  const protectedHeader = Buffer.from(JSON.stringify(header)).toString('base64url');
  return {
    input: inputOf(protectedHeader, jws),
    finish: (signature) => {
      if (signature.length === 0 || signature.length > MAX_SIGNATURE)
        throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE', { detail: 'The second signer gave no usable signature.' });
      return spell(protectedHeader, signature);
    },
  };
}

/**
 * Reads the artefact beside a compact JWS whose own signature is verified already: one spelling, closed header, a key agreed
 * for this link and good now, algorithm equal to the one pinned for it. The signature value is still to be judged: with
 * `judgeSecond` where the key is here, else by an external verifier over exactly `input`.
 */
export function openSecond(octets: Buffer, jws: Buffer, keys: readonly SecondKey[], now: Date): SecondSignature | Refusal {
  if (octets.length > MAX_JWS[TYPES.second]) return refuse('TOO_LARGE');
  const parsed = parseStrictJson(octets, { depth: 4 });
  const artefact = parsed.ok ? Artefact.safeParse(parsed.value) : undefined;
  if (!artefact?.success) return refuse('SECOND_MALFORMED');
  const [entry] = artefact.data.signatures;
  const signature = decodeBase64url(entry.signature);
  if (!signature) return refuse('NOT_BASE64URL');
  if (signature.length === 0 || signature.length > MAX_SIGNATURE) return refuse('SIGNATURE_LENGTH');
  if (!spell(entry.protected, signature).equals(octets)) return refuse('SECOND_MALFORMED');
  const read = readMembers(entry.protected);
  if (!read.ok) return read;
  const closed = closedHeader(read.members, TYPES.second);
  if (!closed.ok) return closed;
  const key = keys.find(({ kid }) => kid === closed.kid);
  if (!key) return refuse('KEY_UNKNOWN');
  if (read.members['alg'] !== key.alg) return refuse('ALG_NOT_OF_KEY');
  const unusable = statusOf(key, now);
  if (unusable) return refuse(unusable);
  return futureTime(closed.issuedAt, now) ?? { ok: true, key, input: inputOf(entry.protected, jws), signature, issuedAt: closed.issuedAt };
}

/** Judges the value with the agreed key; undefined where this process cannot (`key.key` is absent). */
export function judgeSecond({ key, input, signature }: SecondSignature): 'valid' | 'invalid' | undefined {
  if (!key.key || !isLocal(key.alg)) return undefined;
  if (signature.length !== signatureLength(key.alg, key.key)) return 'invalid';
  return signatureVerifies(key.alg, key.key, input, signature) ? 'valid' : 'invalid';
}

/** Both signatures in the JWS General JSON Serialization (RFC 7515 §7.2.1), the compact one first, for any JOSE library. */
export function generalJws(jws: Buffer, second: Buffer): string {
  const [head, payload, signature] = jws.toString('latin1').split('.');
  const { signatures } = Artefact.parse(JSON.parse(second.toString('latin1')));
  return JSON.stringify({ payload, signatures: [{ protected: head, signature }, ...signatures] });
}

function statusOf({ from, until, compromisedSince }: SecondKey, now: Date): Reason | undefined {
  if (compromisedSince) return 'KEY_COMPROMISED';
  if (from && now < from) return 'KEY_NOT_YET_VALID';
  return until && now >= until ? 'KEY_EXPIRED' : undefined;
}

const inputOf = (protectedHeader: string, jws: Buffer): Buffer => {
  const first = jws.indexOf('.');
  return Buffer.concat([Buffer.from(`${protectedHeader}.`, 'latin1'), jws.subarray(first + 1, jws.lastIndexOf('.'))]);
};

const spell = (protectedHeader: string, signature: Buffer): Buffer =>
  Buffer.from(JSON.stringify({ signatures: [{ protected: protectedHeader, signature: signature.toString('base64url') }] }));
