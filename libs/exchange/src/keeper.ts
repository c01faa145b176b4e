export interface KeeperOptions {
  readonly pollMilliseconds: number;
  /** Told about every failure that is survived by trying again. */
  readonly report: (error: unknown) => void;
}

/**
 * Does a turn of work now and then, beside the hot path. Nothing is kept between turns, so that any process goes on where the last one
 * committed.
 */
export abstract class Keeper {
  readonly #options: KeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Long turns look at this between their steps. */
  protected get stopped(): boolean {
    return this.#stopped;
  }

  protected abstract turn(): Promise<void>;

  start(): void {
    this.#timer = setInterval(() => void this.tick(), this.#options.pollMilliseconds);
    this.#timer.unref();
  }

  /** One turn, unless one runs; never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.turn()
      .catch(this.#options.report)
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }
}
