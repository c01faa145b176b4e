import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { ExchangeError } from '#model';
import type { SigningAlgorithm } from './algorithms.ts';
import { checkKey, type PublicJwk } from './jwk.ts';

/** Whoever signs at once, with a key held in memory. Printing a signer shows `kid` and `alg` only. */
export abstract class Signer {
  abstract readonly kid: string;
  abstract readonly alg: SigningAlgorithm;
  /** Signature over the bytes; ECDSA as IEEE P1363 (RFC 7518 §3.4). */
  abstract sign(bytes: Buffer): Buffer;
}

/**
 * A key that never comes here: an HSM behind PKCS #11, a key management service, a smart card. It takes its time and sometimes fails;
 * nothing signs in its place. Used through `signedBy`, which believes no signature that does not verify.
 */
export abstract class RemoteSigner {
  abstract readonly jwk: PublicJwk;
  abstract readonly kid: string;
  abstract readonly alg: SigningAlgorithm;
  /** As `Signer.sign`. Rejects with SIGNATURE_SERVICE_UNAVAILABLE when there is no signature to be had now. */
  abstract sign(bytes: Buffer): Promise<Buffer>;
}

export type AnySigner = Signer | RemoteSigner;

export class LocalSigner extends Signer {
  override readonly kid: string;
  override readonly alg: SigningAlgorithm;
  readonly jwk: PublicJwk;
  readonly #privateKey: KeyObject;

  /** Takes a private EC P-256 or Ed25519 key; others are refused (`KEY_REFUSED`). */
  constructor(privateKey: KeyObject) {
    super();
    const checked = checkKey(createPublicKey(privateKey).export({ format: 'jwk' }));
    if (!checked.ok) throw new ExchangeError('KEY_REFUSED', { detail: checked.reason });
    this.kid = checked.kid;
    this.alg = checked.alg;
    this.jwk = checked.jwk;
    this.#privateKey = privateKey;
  }

  override sign(bytes: Buffer): Buffer {
    if (this.alg === 'Ed25519') return sign(null, bytes, this.#privateKey);
    return sign('sha256', bytes, { key: this.#privateKey, dsaEncoding: 'ieee-p1363' });
  }
}

/**
 * A new private key; `new LocalSigner(key)` gives thumbprint and public half. KeyObjects never print their content. Its thumbprint
 * does not begin with `-`, as one in 64 would: on a command line that is an option.
 */
export function generateKey(alg: SigningAlgorithm): KeyObject {
  for (;;) {
    const { privateKey } = alg === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
    if (!new LocalSigner(privateKey).kid.startsWith('-')) return privateKey;
  }
}
