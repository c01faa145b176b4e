import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { ExchangeError } from '#model';
import { signatureLength, signatureVerifies } from './algorithms.ts';
import { sha256 } from './encoding.ts';
import { RemoteSigner, Signer, type AnySigner } from './signer.ts';

/** One artefact signs another at most so deep: a statement about a message, a receipt in an answer. */
const MAX_ROUNDS = 8;

/**
 * Makes signed artefacts with whoever signs. With a key in memory `make` is called once. With a remote signer it is called first to
 * learn the octets it wants signed, the signatures are asked for all together, and it is called again until every one is there: it
 * must ask for the same octets each time (no fresh ids, no clock), and what it made before the last time goes to `drop`.
 *
 * Resolves only with genuine signatures of that very key. Rejects with SIGNATURE_SERVICE_UNAVAILABLE when one cannot be had or does
 * not verify; then everything that was made has gone to `drop`.
 */
export async function signedBy<T>(signer: AnySigner, make: (signer: Signer) => T, drop: (made: T) => void = () => undefined): Promise<T> {
  if (signer instanceof Signer) return make(signer);
  const gathering = new Gathering(signer);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const made = make(gathering);
    if (gathering.complete) return made;
    drop(made);
    await gathering.fetch();
  }
  throw new ExchangeError('INTERNAL', { detail: 'What is to be signed is another each time it is made.' });
}

/** Hands out the signatures that are there, and remembers what it was asked for beyond. */
class Gathering extends Signer {
  readonly kid: string;
  readonly alg: Signer['alg'];
  readonly #remote: RemoteSigner;
  readonly #publicKey: KeyObject;
  readonly #signatures = new Map<string, Buffer>();
  readonly #wanted = new Map<string, Buffer>();

  constructor(remote: RemoteSigner) {
    super();
    this.#remote = remote;
    this.kid = remote.kid;
    this.alg = remote.alg;
    this.#publicKey = createPublicKey({ key: remote.jwk as JsonWebKey, format: 'jwk' });
  }

  get complete(): boolean {
    return this.#wanted.size === 0;
  }

  override sign(bytes: Buffer): Buffer {
    const digest = sha256(bytes);
    const signature = this.#signatures.get(digest);
    if (signature) return signature;
    this.#wanted.set(digest, bytes);
    // Of the right length and never let out.
    return Buffer.alloc(signatureLength(this.alg, this.#publicKey));
  }

  async fetch(): Promise<void> {
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    const signatures = await Promise.all(wanted.map(([, bytes]) => this.#ask(bytes)));
    wanted.forEach(([digest], i) => this.#signatures.set(digest, signatures[i] as Buffer));
  }

  async #ask(bytes: Buffer): Promise<Buffer> {
    const signature = await this.#remote.sign(bytes);
    const genuine = signature.length === signatureLength(this.alg, this.#publicKey);
    if (genuine && signatureVerifies(this.alg, this.#publicKey, bytes, signature)) return signature;
    throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE', { detail: `It gave something else than a signature of ${this.kid}.` });
  }
}
