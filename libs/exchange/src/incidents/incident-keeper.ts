import { Keeper, type KeeperOptions } from '../keeper.ts';
import type { Clock } from '../ports/clock.port.ts';
import type { IncidentStore } from '../ports/incident-store.port.ts';

export interface IncidentKeeperOptions extends KeeperOptions {
  readonly store: IncidentStore;
  readonly clock: Clock;
  /** Without a failure for so long an incident resolves. */
  readonly cleanHours: number;
}

/** What resolves and what opens by itself may take so long; it looks through the messages of incidents. */
const SETTLE_MS = 60_000;

/** Follows what fails, away from the hot path. */
export class IncidentKeeper extends Keeper {
  readonly #options: IncidentKeeperOptions;
  #settledAt: Date | undefined;

  constructor(options: IncidentKeeperOptions) {
    super(options);
    this.#options = options;
  }

  protected override async turn(): Promise<void> {
    const { store, clock, cleanHours } = this.#options;
    let found = await store.follow();
    while (found === 'more' && !this.stopped) found = await store.follow();
    // What failed meanwhile is counted first: nothing resolves while failures wait to be read.
    if (found !== 'done') return;
    const now = clock.now();
    if (this.#settledAt && now.getTime() - this.#settledAt.getTime() < SETTLE_MS) return;
    await store.settle(now, new Date(now.getTime() - cleanHours * 3_600_000));
    this.#settledAt = now;
  }
}
