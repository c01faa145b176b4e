import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SecondSigner } from '#exchange';
import { checkKey, RemoteSigner, type PublicJwk, type SigningAlgorithm } from '#trust';
import { ExchangeError } from '#model';

/** A module that is busy is asked again after these pauses; then whoever wanted the signature tries later. */
const PAUSES_MS = [200, 1_000];

/**
 * A key of ours inside a signature service (HSM behind PKCS #11, KMS, smart card; LB-PROTO-3 §5): asked with `operation: sign`, our
 * algorithm name, the thumbprint and the public half. Whether the answer is a signature of this key is judged by `signedBy`.
 */
export class ModuleSigner extends RemoteSigner {
  override readonly jwk: PublicJwk;
  override readonly kid: string;
  override readonly alg: SigningAlgorithm;
  readonly #service: SecondSigner;
  readonly #publicKey: string;
  readonly #pauses: readonly number[];

  /** Throws KEY_REFUSED where the public key is none of ours to sign with. */
  constructor(jwk: unknown, service: SecondSigner, pauses: readonly number[] = PAUSES_MS) {
    super();
    const checked = checkKey(jwk);
    if (!checked.ok) throw new ExchangeError('KEY_REFUSED', { detail: checked.reason });
    this.jwk = checked.jwk;
    this.kid = checked.kid;
    this.alg = checked.alg;
    this.#service = service;
    this.#publicKey = createPublicKey({ key: checked.jwk as JsonWebKey, format: 'jwk' })
      .export({ type: 'spki', format: 'pem' })
      .toString();
    this.#pauses = pauses;
  }

  override async sign(bytes: Buffer): Promise<Buffer> {
    const request = { algorithm: this.alg, kid: this.kid, publicKey: this.#publicKey, input: bytes };
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#service.sign(request);
      } catch (error) {
        const pause = this.#pauses[attempt];
        if (pause === undefined) throw error;
        await sleep(pause);
      }
    }
  }
}
