import { ExchangeError } from '#model';
import { KeyDirectory, type AnySigner, type KeyRecord } from '#trust';
import type { Clock } from '../ports/clock.port.ts';
import type { KeyStore, PrivateKeys } from '../ports/key-store.port.ts';

/** Who signs now. Asked at the moment of signing and never kept: the answer changes while the process runs. */
export abstract class Signers {
  abstract current(): AnySigner;
}

export interface KeyRingOptions {
  readonly gateway: string;
  readonly store: KeyStore;
  readonly privateKeys: PrivateKeys;
  readonly clock: Clock;
  /** Told about entries that were not believed and failures that were survived. */
  readonly report: (error: unknown) => void;
}

/**
 * The key directory of a running gateway, always as the store has it, and our own signers. One `KeyDirectory` for the life of
 * the process: whoever verifies holds on to it and sees every change; whoever signs asks `current`.
 */
export class KeyRing extends Signers {
  readonly directory = new KeyDirectory();
  readonly #options: KeyRingOptions;
  readonly #signers = new Map<string, AnySigner>();
  readonly #listeners: (() => void)[] = [];
  /** Positions of kept entries that are not believed, and the highest version kept of each party, believed or not. */
  readonly #disbelieved = new Set<string>();
  readonly #versions = new Map<string, number>();
  #position: string | undefined;
  #refreshing: Promise<boolean> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: KeyRingOptions) {
    super();
    this.#options = options;
  }

  /** Reads everything, then follows the store until `stop`. */
  async start(pollMilliseconds = 1_000): Promise<void> {
    await this.refresh();
    const follow = (): void => void this.refresh().catch(this.#options.report);
    this.#options.store.onChange(follow);
    this.#timer = setInterval(follow, pollMilliseconds);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Called after the directory changed. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Takes in what was appended since, by whichever process. Resolves true when there was something; at most one read at a time. */
  refresh(): Promise<boolean> {
    this.#refreshing ??= this.#read().finally(() => (this.#refreshing = undefined));
    return this.#refreshing;
  }

  /**
   * As `refresh`, but what was appended before the call is certainly seen: a read that is under way may have missed it.
   */
  async refreshNow(): Promise<boolean> {
    const underWay = await this.#refreshing?.catch(() => false);
    return (await this.refresh()) || underWay === true;
  }

  /**
   * Our newest active key that this process holds. While a new key is not here yet (another host made it), one that is
   * retiring still serves: partners verify with both.
   */
  override current(): AnySigner {
    const signer = this.#newest('active') ?? this.#newest('retiring');
    if (signer) return signer;
    throw new ExchangeError('CONFIGURATION_INVALID', {
      pointer: 'keys',
      detail: `No active private key of ${this.#options.gateway}; run landbridge keys generate --party ${this.#options.gateway}.`,
    });
  }

  /** The key that will be active next, when there is one: what we answer tests with. */
  next(): AnySigner {
    return this.#newest('published') ?? this.current();
  }

  /** Our signer of a key, when its private half is here. */
  signerOf(kid: string): AnySigner | undefined {
    return this.#signers.get(kid);
  }

  /** Whether an entry of the store counts. What is kept and not believed (somebody wrote to the store) is evidence of nothing. */
  believes(position: string): boolean {
    return !this.#disbelieved.has(position);
  }

  /** A version above every one kept of a party, also above what is not believed: such an entry must not stop every later change. */
  nextVersion(party: string): number {
    return Math.max(this.directory.document(party)?.version ?? 0, this.#versions.get(party) ?? 0) + 1;
  }

  #newest(status: KeyRecord['status']): AnySigner | undefined {
    const at = this.#options.clock.now();
    const usable = this.directory
      .records(this.#options.gateway)
      .filter((key) => key.status === status && this.#signers.has(key.kid) && this.directory.resolve(key.kid, { at, purpose: 'verify' }).ok)
      .sort((a, b) => b.from.localeCompare(a.from))[0];
    return usable && this.#signers.get(usable.kid);
  }

  async #read(): Promise<boolean> {
    const { store, gateway, report } = this.#options;
    const entries = await store.since(this.#position);
    for (const { jws, position, party, version } of entries) {
      await this.#hold(party === gateway ? kidsIn(jws) : []);
      const restored = this.directory.restore(jws, { ours: gateway, holds: (kid) => this.#signers.has(kid) });
      if (!restored.ok) {
        this.#disbelieved.add(position);
        report(
          new ExchangeError('KEY_REFUSED', { pointer: `${party} ${version}`, detail: `A kept entry is not believed: ${restored.reason}.` }),
        );
      }
      this.#versions.set(party, Math.max(version, this.#versions.get(party) ?? 0));
      this.#position = position;
    }
    await this.#hold(this.directory.records(gateway).map(({ kid }) => kid));
    if (entries.length > 0) for (const listener of this.#listeners) listener();
    return entries.length > 0;
  }

  /** Opens private halves that are not open yet; one that came to this host later is found by a later read. */
  async #hold(kids: readonly string[]): Promise<void> {
    for (const kid of kids) {
      if (this.#signers.has(kid)) continue;
      const signer = await this.#options.privateKeys.signer(kid);
      if (signer) this.#signers.set(kid, signer);
    }
  }
}

/** Keys a document lists, by its own word: only to find private halves. */
function kidsIn(jws: Buffer): string[] {
  try {
    const payload = JSON.parse(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8')) as {
      keys?: { kid?: unknown }[];
    };
    return (payload.keys ?? []).flatMap(({ kid }) => (typeof kid === 'string' && /^[A-Za-z0-9_-]{43}$/.test(kid) ? [kid] : []));
  } catch {
    return [];
  }
}
