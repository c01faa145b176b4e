import type { Clock } from '../ports/clock.port.ts';
import type { IncidentStore } from '../ports/incident-store.port.ts';

export interface IncidentKeeperOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  readonly pollMilliseconds: number;
  /** Without a failure for so long an incident resolves. */
  readonly cleanHours: number;
  readonly report: (error: unknown) => void;
}

/** What resolves and what opens by itself may take so long; it looks through the messages of incidents. */
const SETTLE_MS = 60_000;

/** Follows what fails, away from the hot path. Nothing is kept between turns: any process goes on where the last one committed. */
export class IncidentKeeper {
  readonly #options: IncidentKeeperOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #settledAt: Date | undefined;

  constructor(options: IncidentKeeperOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.tick(), this.#options.pollMilliseconds);
    this.#timer.unref();
  }

  /** One turn, unless one runs; never rejects. */
  tick(): Promise<void> {
    this.#running ??= this.#turn()
      .catch(this.#options.report)
      .finally(() => (this.#running = undefined));
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #turn(): Promise<void> {
    const { store, clock, cleanHours } = this.#options;
    let found = await store.follow();
    while (found === 'more' && !this.#stopped) found = await store.follow();
    // What failed meanwhile is counted first: nothing resolves while failures wait to be read.
    if (found !== 'done') return;
    const now = clock.now();
    if (this.#settledAt && now.getTime() - this.#settledAt.getTime() < SETTLE_MS) return;
    await store.settle(now, new Date(now.getTime() - cleanHours * 3_600_000));
    this.#settledAt = now;
  }
}
