export interface BatchLaneOptions<T> {
  /** Most entries of one batch. */
  readonly batch: number;
  /** Fewer of one batch than usual, asked whenever one is begun. */
  readonly most?: (usual: number) => number;
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

/** Handles one batch. `next` says that the batch behind it may be begun before this one is settled (`ReceiveBatch`). */
export type HandleBatch<T> = (entries: readonly T[], next: () => void) => Promise<void>;

/** A batch being handled. */
interface Running<T> {
  readonly entries: readonly T[];
  /** The next may be begun. */
  passable: boolean;
  /** Never rejects. */
  ended: Promise<void>;
}

/**
 * The way in of one link: entries in order, handled in batches. One batch is handled at a time, and the next, if it is full, as
 * well from when the first lets it (`next`): two at most, settled in order. A batch whose handler rejects is handled again, the same entries, after a
 * growing pause with jitter, and nothing overtakes it: what was begun behind it ends first, and is begun again after it.
 */
export class BatchLane<T> {
  private waiting: T[] = [];
  /** In order; the second only beside the first. */
  private running: Running<T>[] = [];
  /** Something went wrong in the batch that runs, or behind it: nothing is begun beside it any more. */
  private alone = false;
  private timer: NodeJS.Timeout | undefined;
  private due = false;
  private closed = false;
  private endPause: (() => void) | undefined;

  constructor(
    private readonly handle: HandleBatch<T>,
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

  /** Takes nothing more in, drops what is only collected, and waits for the batches being handled: true when they ended in time. */
  async drain(deadlineMs: number): Promise<boolean> {
    this.closed = true;
    this.waiting = [];
    clearTimeout(this.timer);
    this.endPause?.();
    if (this.running.length === 0) return true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<boolean>((resolve) => {
      timer = setTimeout(() => resolve(false), deadlineMs);
    });
    const inTime = await Promise.race([Promise.all(this.running.map(({ ended }) => ended)).then(() => true), late]);
    clearTimeout(timer);
    return inTime;
  }

  private wanted(entry: T): boolean {
    return this.options.wanted?.(entry) ?? true;
  }

  private schedule(): void {
    if (this.waiting.length === 0) return;
    if (this.running.length > 0) {
      if (this.mayBeginBeside(this.running)) this.start();
      return;
    }
    if (this.due) return this.start();
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.due = true;
      this.schedule();
    }, this.options.waitMs);
  }

  /** Only a full batch: less is better collected until the one before it is done. */
  private mayBeginBeside([first, second]: readonly Running<T>[]): boolean {
    const { batch, batchBytes = Infinity, sizeOf = () => 0, opensBatch = () => false } = this.options;
    if (!first?.passable || second || this.alone || opensBatch(this.waiting[0] as T)) return false;
    let bytes = 0;
    return this.waiting.length >= batch || this.waiting.some((entry) => (bytes += sizeOf(entry)) >= batchBytes);
  }

  private start(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const batch: Running<T> = { entries: this.take(), passable: false, ended: Promise.resolve() };
    this.running.push(batch);
    this.due = this.waiting.length >= this.options.batch;
    batch.ended = this.handleUntilDone(batch).finally(() => {
      this.running = this.running.filter((one) => one !== batch);
      if (this.running.length === 0) this.alone = false;
      // What came in meanwhile has waited long enough.
      this.due = this.waiting.length > 0;
      this.schedule();
    });
  }

  private take(): T[] {
    const batch = Math.max(1, this.options.most?.(this.options.batch) ?? this.options.batch);
    const { batchBytes = Infinity, sizeOf = () => 0, opensBatch = () => false } = this.options;
    let bytes = 0;
    let count = 0;
    for (const entry of this.waiting) {
      bytes += sizeOf(entry);
      if (count === batch || (count > 0 && (bytes > batchBytes || opensBatch(entry)))) break;
      count++;
    }
    return this.waiting.splice(0, count);
  }

  private async handleUntilDone(batch: Running<T>): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const entries = batch.entries.filter((entry) => this.wanted(entry));
      if (entries.length === 0) return;
      try {
        return await this.handle(entries, () => this.pass(batch));
      } catch (error) {
        if (this.closed) return;
        this.alone = true;
        if (batch !== this.running[0]) return void this.waiting.unshift(...entries);
        await this.running[1]?.ended;
        await this.pause(entries, error, attempt);
        if (this.closed) return;
      }
    }
  }

  private pass(batch: Running<T>): void {
    batch.passable = true;
    // What the batch has set going goes first.
    setImmediate(() => this.schedule());
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
