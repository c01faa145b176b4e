/** Most entries of one commit. */
const BATCH = 100;

export interface LateLaneOptions {
  /** Told about every failure that is tried again. */
  readonly report: (error: unknown) => void;
  /** Milliseconds before the first repetition; doubles up to fifty times that. */
  readonly pauseMilliseconds?: number;
}

/**
 * Commits what left its batch, in the order of `push`, together what is ready together. A commit that fails is tried again with
 * the same entries until `close`, and nothing overtakes it: after `close` the entries that are left are rejected, and come again
 * from their transports.
 */
export class LateLane<T, Result> {
  readonly #commit: (entries: readonly T[]) => Promise<readonly Result[]>;
  readonly #options: LateLaneOptions;
  #waiting: { readonly entry: T; readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void }[] = [];
  #running = false;
  #closed: Error | undefined;
  #endPause: () => void = () => undefined;

  constructor(commit: (entries: readonly T[]) => Promise<readonly Result[]>, options: LateLaneOptions) {
    this.#commit = commit;
    this.#options = options;
  }

  push(entry: T): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      if (!this.#running) void this.#run();
    });
  }

  close(reason: Error): void {
    this.#closed = reason;
    this.#endPause();
  }

  async #run(): Promise<void> {
    this.#running = true;
    // What becomes ready in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, BATCH);
      const results = await this.#untilDone(batch.map(({ entry }) => entry));
      this.#waiting = this.#waiting.slice(batch.length);
      batch.forEach(({ resolve, reject }, i) => {
        const result = results?.[i];
        if (result === undefined) reject(this.#closed);
        else resolve(result);
      });
    }
    this.#running = false;
  }

  async #untilDone(entries: readonly T[]): Promise<readonly Result[] | undefined> {
    const { report, pauseMilliseconds = 100 } = this.#options;
    for (let pause = pauseMilliseconds; !this.#closed; pause = Math.min(pause * 2, pauseMilliseconds * 50)) {
      try {
        return await this.#commit(entries);
      } catch (error) {
        report(error);
        await this.#pause(pause);
      }
    }
    return undefined;
  }

  #pause(milliseconds: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
