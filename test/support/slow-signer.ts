import { setImmediate as soon } from 'node:timers/promises';
import { ExchangeError } from '#model';
import { generateKey, LocalSigner, RemoteSigner, type SigningAlgorithm } from '#trust';

/** A module that signs by itself: takes turns of the event loop, fails when told, lies when told, and counts what it was asked. */
export class SlowSigner extends RemoteSigner {
  readonly #inside: LocalSigner;
  /** Whose signature it gives instead of its own. */
  liar: LocalSigner | undefined;
  /** How many of the next requests fail; Infinity: it is down. */
  failing = 0;
  asked = 0;
  /** Set, it answers nothing before this resolves. */
  gate: Promise<void> | undefined;

  constructor(alg: SigningAlgorithm = 'ES256', inside = new LocalSigner(generateKey(alg))) {
    super();
    this.#inside = inside;
  }

  get jwk() {
    return this.#inside.jwk;
  }
  get kid() {
    return this.#inside.kid;
  }
  get alg() {
    return this.#inside.alg;
  }

  override async sign(bytes: Buffer): Promise<Buffer> {
    this.asked += 1;
    await this.gate;
    await soon();
    if (this.failing > 0) {
      this.failing -= 1;
      throw new ExchangeError('SIGNATURE_SERVICE_UNAVAILABLE');
    }
    return (this.liar ?? this.#inside).sign(bytes);
  }
}
