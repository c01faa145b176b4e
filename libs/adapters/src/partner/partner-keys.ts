import { ExchangeError } from '#model';
import {
  newMessageId,
  newNonce,
  openKeyStatement,
  readCompact,
  MAX_JWS,
  Signer,
  signKeyDocument,
  signKeyStatement,
  TYPES,
  type KeyDirectory,
  type KeyChange,
  type KeyStatus,
  type LocalSigner,
  type Reason,
  type SigningAlgorithm,
} from '#trust';
import type { KeyFolder } from '../keys/key-folder.ts';
import type { PartnerMessage } from './partner-endpoint.ts';

export interface PartnerKeysOptions {
  readonly party: string;
  readonly gateway: string;
  /** Its own private keys, its own document and the gateway's. */
  readonly folder: KeyFolder;
  readonly now: () => Date;
}

/**
 * The partner's end of the key exchange: keeps up with the gateway's keys, answers its tests, and rotates its own key without a
 * message being refused: publish, wait until the gateway says it verifies with it, activate, ask once more behind the last thing
 * signed with the old key, and retire that when the answer is here.
 */
export class PartnerKeys {
  readonly directory: KeyDirectory;
  /** Signs with the key that is active at the moment of signing; may be kept. */
  readonly signer: Signer;
  readonly #options: PartnerKeysOptions;
  readonly #signers = new Map<string, LocalSigner>();
  readonly #accepted = new Set<string>();
  readonly #answered = new Set<string>();

  private constructor(options: PartnerKeysOptions, directory: KeyDirectory) {
    this.#options = options;
    this.directory = directory;
    this.signer = new CurrentSigner(() => this.#newest('active') ?? this.#missing());
  }

  static async open(options: PartnerKeysOptions): Promise<PartnerKeys> {
    const keys = new PartnerKeys(options, await options.folder.directory());
    await keys.#hold();
    return keys;
  }

  /** Whether the gateway has said that it verifies with this key. */
  accepted(kid: string): boolean {
    return this.#accepted.has(kid);
  }

  /** A question to the gateway. Once it is answered, everything sent before it over this link has been taken in. */
  ask(): { readonly nonce: string; readonly question: PartnerMessage } {
    const nonce = newNonce();
    return { nonce, question: this.#say(this.signer, { ask: nonce }) };
  }

  answered(nonce: string): boolean {
    return this.#answered.has(nonce);
  }

  /** Our keys in one status, newest first. */
  inStatus(status: KeyStatus): readonly string[] {
    return this.directory
      .records(this.#options.party)
      .filter((key) => key.status === status)
      .sort((a, b) => b.from.localeCompare(a.from))
      .map(({ kid }) => kid);
  }

  /** Takes in what the gateway sent about keys; the answer, if one is due, is for the same link. */
  async take(
    jws: Buffer,
  ): Promise<{ readonly ok: true; readonly answer?: PartnerMessage } | { readonly ok: false; readonly reason: Reason }> {
    const { party, gateway, now } = this.#options;
    const read = readCompact(jws, MAX_JWS[TYPES.keys]);
    if (!read.ok) return read;
    if (read.header['typ'] === TYPES.keys) return this.#takeDocument(jws);
    const opened = openKeyStatement(jws, this.directory, { from: gateway, to: party, now: now() });
    if (!opened.ok) return opened;
    for (const kid of opened.statement.accepts) this.#accepted.add(kid);
    const { ask, answer } = opened.statement;
    if (answer !== undefined) this.#answered.add(answer);
    return ask === undefined ? { ok: true } : { ok: true, answer: this.#say(this.#newest('published') ?? this.signer, { answer: ask }) };
  }

  async #takeDocument(jws: Buffer) {
    const taken = this.directory.importSigned(jws, this.#options.now());
    if (!taken.ok && taken.reason !== 'DIRECTORY_STALE') return taken;
    if (taken.ok) await this.#options.folder.store(taken.document);
    return { ok: true as const, answer: this.#say(this.signer) };
  }

  /** Makes a key and publishes it; the update for the gateway is signed with the key that signs now. */
  async publishNext(alg: SigningAlgorithm): Promise<{ readonly kid: string; readonly update: PartnerMessage }> {
    const { folder, party, now } = this.#options;
    const { kid } = await folder.generate(party, alg, now());
    return { kid, update: await this.change({ change: 'publish', kid }) };
  }

  /** Takes one of our keys a step further; resolves to the signed update for the gateway. */
  async change(change: KeyChange): Promise<PartnerMessage> {
    const { folder, party, now } = this.#options;
    const before = this.#newest('active') ?? this.#missing();
    const document = await folder.change(party, change, now());
    const jws = signKeyDocument(document, before, now());
    this.directory.importTrusted(document);
    await this.#hold();
    return { kind: 'keys', frame: jws, messageId: newMessageId(now()), type: 'keys' };
  }

  #say(signer: Signer, what: { readonly ask?: string; readonly answer?: string } = {}): PartnerMessage {
    const { party, gateway, now } = this.#options;
    const { statement, jws } = signKeyStatement({ from: party, to: gateway, ...what }, this.directory, signer, now());
    return { kind: 'keys', frame: jws, messageId: statement.id, type: 'keys' };
  }

  #newest(status: KeyStatus): LocalSigner | undefined {
    const at = this.#options.now();
    const kid = this.inStatus(status).find((one) => this.#signers.has(one) && this.directory.resolve(one, { at, purpose: 'verify' }).ok);
    return kid === undefined ? undefined : this.#signers.get(kid);
  }

  #missing(): never {
    throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'keys', detail: `No active private key of ${this.#options.party}.` });
  }

  async #hold(): Promise<void> {
    const { folder, party } = this.#options;
    for (const { kid } of this.directory.records(party)) {
      const signer = this.#signers.has(kid) ? undefined : await folder.signerOf(kid);
      if (signer) this.#signers.set(kid, signer);
    }
  }
}

/** One signer to hand out, whichever key is active. Header and signature are made in one turn, so they cannot differ. */
class CurrentSigner extends Signer {
  constructor(private readonly current: () => Signer) {
    super();
  }
  override get kid(): string {
    return this.current().kid;
  }
  override get alg(): SigningAlgorithm {
    return this.current().alg;
  }
  override sign(bytes: Buffer): Buffer {
    return this.current().sign(bytes);
  }
}
