import { ExchangeError } from '#model';
import { leafHash, encodeLogEntry, readLogRoot, sealLogRoot, sha256, signedBy, treeRoot, type AnySigner, type LogRoot } from '#trust';
import type { Clock } from '../ports/clock.port.ts';
import type { LogStore, StoredRoot } from '../ports/message-log.port.ts';

export interface LogKeeperOptions {
  readonly gateway: string;
  /** Who signs now; asked for each root. */
  readonly signer: () => AnySigner;
  readonly store: LogStore;
  readonly clock: Clock;
  readonly intervalSeconds: number;
  /** Gets each new root, to keep it also where whoever rules the database does not (a file, a partner). */
  readonly publish: (jws: Buffer) => Promise<void>;
  /** The root published last, by this process or one before it. */
  readonly kept?: () => Promise<Buffer | undefined>;
  /** Done after each interval, whether a root was made or not: time-stamps, reconciliation. */
  readonly afterwards?: () => Promise<void>;
  readonly report: (error: unknown) => void;
}

interface KnownRoot {
  readonly sequence: number;
  readonly digest: string;
}

function knownIn(jws: Buffer | undefined): KnownRoot | undefined {
  const root = jws && readLogRoot(jws);
  return root && { sequence: root.sequence, digest: sha256(jws) };
}

/**
 * Closes the intervals of the message log. Nothing is kept between the steps: a process that dies before the root is stored
 * leaves the interval open, and the next closer (this one after its restart, or another) makes its root.
 */
export class LogKeeper {
  readonly #options: LogKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Newest root known here, whatever the database says. */
  #known: KnownRoot | undefined;

  constructor(options: LogKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), this.#options.intervalSeconds * 1000);
    this.#timer.unref();
  }

  /** Closes the interval now; never rejects. Calls follow one another. */
  tick(): Promise<void> {
    this.#running = this.#running.then(async () => {
      try {
        await this.close();
        await this.#options.afterwards?.();
      } catch (error) {
        this.#options.report(error);
      }
    });
    return this.#running;
  }

  /** Closes what was logged until now, so that the end of a process leaves as little as possible without a root. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.tick();
  }

  /** Makes the next root; undefined when there is nothing new, or another process is closing. */
  async close(): Promise<Buffer | undefined> {
    const { store, publish } = this.#options;
    const jws = await store.alone(() => this.#close());
    if (jws) await publish(jws);
    return jws;
  }

  async #close(): Promise<Buffer | undefined> {
    const { store, gateway, signer, clock } = this.#options;
    const before = await store.lastRoot();
    await this.#mustStand(before);
    const previous = before && readLogRoot(before.jws);
    if (before && !previous)
      throw new ExchangeError('INTERNAL', {
        detail: `Root ${before.sequence} of the message log cannot be read: run landbridge log verify.`,
      });
    const last = await store.settled();
    const audit = await store.auditEnd();
    const after = previous?.entries.last ?? 0;
    if (last === after && audit.count === (previous?.audit.count ?? 0)) return undefined;
    const entries = await this.#interval(after, last);
    const sequence = (previous?.sequence ?? 0) + 1;
    const closedAt = clock.now();
    const chained = before ? { previous: sha256(before.jws) } : {};
    const total = (previous?.total ?? 0) + entries.size;
    const root = { gateway, sequence, closed: closedAt.toISOString(), ...chained, entries, total, audit };
    const jws = await signedBy(signer(), (by) => sealLogRoot(root, by));
    await store.addRoot({ sequence, lastId: entries.last, closedAt, jws });
    this.#known = { sequence, digest: sha256(jws) };
    return jws;
  }

  /** Whoever cuts off the end of the log while we run must not get a new end signed, nor the kept root replaced by it. */
  async #mustStand(last: StoredRoot | undefined): Promise<void> {
    this.#known ??= knownIn(await this.#options.kept?.());
    const found = last && { sequence: last.sequence, digest: sha256(last.jws) };
    const known = this.#known;
    const stands = !known || (found && (found.sequence > known.sequence || found.digest === known.digest));
    if (!stands)
      throw new ExchangeError('INTERNAL', {
        detail: `Root ${known.sequence} of the message log is gone or another, and no further one is made: run landbridge log verify (docs/operations.md, Message log).`,
      });
    this.#known = found;
  }

  /** Places may be empty (rolled back); the interval ends with the last entry that is there. */
  async #interval(after: number, settled: number): Promise<LogRoot['entries']> {
    const leaves: Buffer[] = [];
    let last = after;
    for await (const page of this.#options.store.entries(after, settled)) {
      for (const entry of page) leaves.push(leafHash(encodeLogEntry(entry)));
      last = page.at(-1)?.id ?? last;
    }
    return { after, last, size: leaves.length, tree: treeRoot(leaves).toString('base64url') };
  }
}
