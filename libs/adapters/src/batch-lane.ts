export interface BatchLaneOptions<T> {
  /** Most entries of one batch. */
  readonly batch: number;
  /** Most bytes of one batch (a single larger entry still goes, alone). */
  readonly batchBytes?: number;
  /** How long the first entry waits for company, in milliseconds. */
  readonly waitMs: number;
  readonly sizeOf?: (entry: T) => number;
  /** Entries that nothing before them may share a batch with: it is handled whole before they are looked at. */
  readonly opensBatch?: (entry: T) => boolean;
  /** Entries whose sender has gone or will offer them again are dropped instead of handled. */
  readonly wanted?: (entry: T) => boolean;
  readonly retryBaseMs?: number;
  readonly retryCapMs?: number;
  readonly onRetry?: (entries: readonly T[], error: unknown, delayMs: number) => void;
}

/**
 * The way in of one link: entries in order, handled in batches, one batch at a time; while one is being handled the next is
 * collected. A batch whose handler rejects is handled again, the same entries, after a growing pause with jitter, and nothing
 * overtakes it.
 */
export class BatchLane<T> {
  private waiting: T[] = [];
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private due = false;
  private closed = false;
  private endPause: (() => void) | undefined;

  constructor(
    private readonly handle: (entries: readonly T[]) => Promise<void>,
    private readonly options: BatchLaneOptions<T>,
  ) {}

  /** Entries collected and not yet being handled. */
  get length(): number {
    return this.waiting.length;
  }

  push(entry: T): void {
    if (this.closed) return;
    this.waiting.push(entry);
    if (this.waiting.length >= this.options.batch) this.due = true;
    this.schedule();
  }

  /** Drops what is no longer wanted, now, and wakes a batch that pauses before its next try. */
  prune(): void {
    this.waiting = this.waiting.filter((entry) => this.wanted(entry));
    this.endPause?.();
  }

  /** Takes nothing more in, drops what is only collected, and waits for the batch being handled: true when it ended in time. */
  async drain(deadlineMs: number): Promise<boolean> {
    this.closed = true;
    this.waiting = [];
    clearTimeout(this.timer);
    this.endPause?.();
    if (!this.running) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    const inTime = await Promise.race([this.running.then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  private wanted(entry: T): boolean {
    return this.options.wanted?.(entry) ?? true;
  }

  private schedule(): void {
    if (this.running || this.waiting.length === 0) return;
    if (this.due) return this.start();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.due = true;
      this.schedule();
    }, this.options.waitMs);
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const entries = this.take();
    this.due = this.waiting.length >= this.options.batch;
    this.running = this.handleUntilDone(entries).finally(() => {
      this.running = undefined;
      // What came in meanwhile has waited long enough.
      this.due = this.waiting.length > 0;
      this.schedule();
    });
  }

  private take(): T[] {
    const { batch, batchBytes = Infinity, sizeOf = () => 0, opensBatch = () => false } = this.options;
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      bytes += sizeOf(entry);
      if (count === batch || (count > 0 && (bytes > batchBytes || opensBatch(entry)))) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async handleUntilDone(batch: readonly T[]): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const entries = batch.filter((entry) => this.wanted(entry));
      if (entries.length === 0) return;
      try {
        return await this.handle(entries);
      } catch (error) {
        if (this.closed) return;
        await this.pause(entries, error, attempt);
        if (this.closed) return;
      }
    }
  }

  private pause(entries: readonly T[], error: unknown, attempt: number): Promise<void> {
    const { retryBaseMs = 100, retryCapMs = 5_000, onRetry } = this.options;
    const delayMs = Math.round(Math.min(retryCapMs, retryBaseMs * 2 ** attempt) * (0.5 + Math.random() / 2));
    onRetry?.(entries, error, delayMs);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delayMs);
      this.endPause = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

/** Waits for work that goes on beside the lane, until a time (Date.now()) at the latest. */
export async function settledBy(work: Iterable<Promise<unknown>>, deadline: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, Math.max(0, deadline - Date.now()));
  });
  await Promise.race([Promise.allSettled(work), late]);
  clearTimeout(timer);
}
