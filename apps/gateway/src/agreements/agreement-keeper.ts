import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { agreementsDigest, type AgreementBook, type AgreementStore, type AuditLog, type Clock, type Edition } from '#exchange';
import { ExchangeError, type Agreements } from '#model';

export interface AgreementKeeperOptions {
  readonly book: AgreementBook;
  readonly store: AgreementStore;
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  /** The agreements file of this installation; absent: the one that comes with the program, which nobody edits. */
  readonly file: string | undefined;
  /** Reads it. Throws CONFIGURATION_INVALID with every fault of form. */
  readonly read: () => Agreements;
  /** Throws CONFIGURATION_INVALID with everything that keeps agreements from coming into force here. */
  readonly requireSound: (agreements: Agreements) => void;
  readonly report: (error: unknown) => void;
}

/** Changes everything that runs to these agreements. */
type Follow = (agreements: Agreements, edition: Edition) => Promise<void>;

/** How a process stands to the newest version of the agreements. */
export interface AgreementStanding {
  /** What this process runs. */
  readonly version: number;
  readonly digest: string;
  /** It cannot run the newest one, which other processes may: it is reported and on record why. */
  readonly behind: boolean;
}

/**
 * Keeps this process at the newest version of the agreements. What an operator puts into the file becomes a version of its own; what two
 * persons decided on is one already. A version that is not sound here is not run: the process goes on with what it has and says so.
 */
export class AgreementKeeper {
  readonly #options: AgreementKeeperOptions;
  #follow: Follow | undefined;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #seen: string | undefined;
  /** The newest version that cannot be run here. */
  #failed = 0;

  constructor(options: AgreementKeeperOptions) {
    this.#options = options;
  }

  get standing(): AgreementStanding {
    const { version, digest } = this.#options.book.edition;
    return { version, digest, behind: this.#failed > version };
  }

  /**
   * Before anything is built on the book: the file counts when it is not what a file said last; otherwise what was decided since. Throws
   * CONFIGURATION_INVALID for a version that is not sound here.
   */
  async begin(): Promise<void> {
    const { book, store } = this.#options;
    this.#seen = await this.#mark();
    if ((await store.lastFile()) !== book.edition.digest) await this.#takeFile(book.agreements);
    const newest = await store.find(await store.newest());
    if (newest) book.adopt(newest.agreements, newest);
  }

  /** From now on changes come into force by themselves, within about a second. `follow` changes everything that runs. */
  async start(follow: Follow, pollMilliseconds = 1_000): Promise<void> {
    this.#follow = follow;
    await this.#ran();
    this.#timer = setInterval(() => void this.look(), pollMilliseconds);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Takes in what has changed; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#look()
      .catch(this.#options.report)
      .finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<void> {
    const { book, store, report } = this.#options;
    await this.#lookAtFile().catch(report);
    const newest = await store.newest();
    if (newest === book.edition.version || newest === this.#failed || !this.#follow) return;
    try {
      const found = await store.find(newest);
      if (!found) return;
      this.#options.requireSound(found.agreements);
      await this.#follow(found.agreements, found);
      await this.#ran();
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.code !== 'CONFIGURATION_INVALID') throw error;
      this.#failed = newest;
      await this.#record('agreements.cannot-run', { version: newest, faults: error.issues });
      report(error);
    }
  }

  /** A file with faults is reported once and changes nothing; mended, it counts. */
  async #lookAtFile(): Promise<void> {
    const mark = await this.#mark();
    if (mark === undefined || mark === this.#seen) return;
    this.#seen = mark;
    const agreements = this.#options.read();
    if (agreementsDigest(agreements) === this.#options.book.edition.digest) return;
    this.#options.requireSound(agreements);
    await this.#takeFile(agreements);
  }

  async #takeFile(agreements: Agreements): Promise<void> {
    const { store, clock } = this.#options;
    const digest = agreementsDigest(agreements);
    const [author, at] = [`file:${userInfo().username}`, clock.now()];
    for (;;) {
      const newest = await store.newest();
      // Another process reads the same file.
      if ((await store.find(newest))?.digest === digest) return;
      const version = newest + 1;
      await this.#record('agreements.take', { version, digest });
      if (await store.add({ version, digest, origin: 'file', author, reason: 'The agreements file says so.', at, agreements })) return;
    }
  }

  async #mark(): Promise<string | undefined> {
    if (this.#options.file === undefined) return undefined;
    const found = await stat(this.#options.file).catch(() => undefined);
    return found && `${found.mtimeMs} ${found.size} ${found.ino}`;
  }

  #ran(): Promise<void> {
    const { version, digest } = this.#options.book.edition;
    return this.#record('agreements.run', { version, digest, pid: process.pid });
  }

  async #record(action: string, after: unknown): Promise<void> {
    const { audit, book, clock } = this.#options;
    await audit.append({
      actor: `process:${userInfo().username}`,
      action,
      subject: `gateway:${book.gateway}`,
      after,
      at: clock.now(),
    });
  }
}
