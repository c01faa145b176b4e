import { ExchangeError } from '#model';
import type { Clock } from '../ports/clock.port.ts';
import type { LogStore } from '../ports/message-log.port.ts';
import type { TimeStamper } from '../ports/time-stamper.port.ts';

/** `pending`: a root waits for its time-stamp; `late`: longer than allowed without a warning; `stopped`: nothing is accepted any more. */
export type StampingState = 'current' | 'pending' | 'late' | 'stopped';

export interface TimeStampingOptions {
  readonly store: LogStore;
  readonly stamper: TimeStamper;
  readonly clock: Clock;
  readonly warnMinutes: number;
  readonly stopMinutes: number;
  readonly report: (error: unknown) => void;
  /** Told about every change of state. */
  readonly changed: (state: StampingState, oldest: Date | undefined) => void;
}

/** Roots stamped in one turn; more wait for the next, so that an authority that comes back is not flooded. */
const AT_ONCE = 100;

/**
 * Gives roots their time-stamps and watches how long the oldest waits: evidence is pending, then the operator is warned, then
 * messages are refused until it came. Recovers by itself: an outage of the authority loses nothing but time.
 */
export class TimeStamping {
  readonly #options: TimeStampingOptions;
  #oldest: Date | undefined;
  #told: StampingState = 'current';

  constructor(options: TimeStampingOptions) {
    this.#options = options;
  }

  get state(): StampingState {
    if (this.#oldest === undefined) return 'current';
    const minutes = (this.#options.clock.now().getTime() - this.#oldest.getTime()) / 60_000;
    if (minutes >= this.#options.stopMinutes) return 'stopped';
    return minutes >= this.#options.warnMinutes ? 'late' : 'pending';
  }

  /** Throws EVIDENCE_OVERDUE while no message may be accepted. */
  readonly admit = (): void => {
    if (this.state === 'stopped') throw new ExchangeError('EVIDENCE_OVERDUE');
  };

  /** Stamps what waits, oldest first, and stops at the first failure. Rejects only when the store fails. */
  async turn(): Promise<void> {
    const { store, stamper, clock, report } = this.#options;
    const waiting = [...(await store.unstamped(AT_ONCE))];
    this.#oldest = waiting[0]?.closedAt;
    try {
      for (let root = waiting[0]; root; root = waiting[0]) {
        const token = await stamper.stamp(root.jws);
        await store.addTimestamp(root.sequence, token, clock.now());
        waiting.shift();
      }
      this.#oldest = (await store.unstamped(1))[0]?.closedAt;
    } catch (error) {
      this.#oldest = waiting[0]?.closedAt;
      report(error);
    } finally {
      this.#tell();
    }
  }

  #tell(): void {
    const { state } = this;
    if (state !== this.#told) this.#options.changed(state, this.#oldest);
    this.#told = state;
  }
}
