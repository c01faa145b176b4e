import { ExchangeError, type AlertRule } from '#model';
import type { AlertChannel, AlertStore, Notice, NoticePlan } from '../ports/alert-store.port.ts';
import { Keeper, type KeeperOptions } from '../keeper.ts';
import type { Clock } from '../ports/clock.port.ts';
import { evaluate, type Reading } from './evaluate.ts';

export interface AlertKeeperOptions extends KeeperOptions {
  readonly store: AlertStore;
  readonly rules: readonly AlertRule[];
  /** What the rules find at this moment. */
  readonly measure: (now: Date) => Promise<readonly Reading[]>;
  readonly channels: readonly AlertChannel[];
  readonly clock: Clock;
  /** Rules are looked at once in so long, by one process of all. */
  readonly intervalSeconds: number;
  /** Nobody is told more often than this. */
  readonly pauseSeconds: number;
  readonly random: () => number;
}

/** Lines of a notice; what is beyond is counted. */
const LINES = 20;
/** About four hours with the pauses of `pauseAfter`. */
const ATTEMPTS = 12;
const FIRST_PAUSE_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Looks at the rules and tells people. */
export class AlertKeeper extends Keeper {
  readonly #options: AlertKeeperOptions;
  readonly #plan: NoticePlan;

  constructor(options: AlertKeeperOptions) {
    super(options);
    this.#options = options;
    this.#plan = { pauseSeconds: options.pauseSeconds, channels: options.channels.map(({ name }) => name), lines: LINES };
  }

  protected override async turn(): Promise<void> {
    const { store, clock, rules, measure, intervalSeconds } = this.#options;
    const now = clock.now();
    await store
      .turn(now, intervalSeconds, this.#plan, async (open) => evaluate(open, await measure(now), rules, now))
      .catch(this.#options.report);
    await this.deliver();
  }

  /** Sends what is due, one after the other; with `only` this one, if it is. */
  async deliver(only?: string): Promise<void> {
    const { store, clock } = this.#options;
    const again = (attempt: number): Date => new Date(clock.now().getTime() + this.#pauseAfter(attempt));
    while (!this.stopped) {
      const notice = await store.takeNotice(clock.now(), again, only);
      if (!notice) return;
      await this.#send(notice);
    }
  }

  async #send(notice: Notice): Promise<void> {
    const { store, clock, channels, report } = this.#options;
    try {
      const channel = channels.find(({ name }) => name === notice.channel);
      if (!channel) throw new ExchangeError('NOTICE_FAILED', { detail: `There is no channel ${notice.channel} any more.` });
      await channel.send(notice);
    } catch (error) {
      report(error);
      const code = error instanceof ExchangeError ? error.code : 'INTERNAL';
      return store.settleNotice(notice.id, clock.now(), { code, giveUp: notice.attempt >= ATTEMPTS });
    }
    await store.settleNotice(notice.id, clock.now());
  }

  /** Longer than any channel takes for an attempt, so that none runs twice at once. */
  #pauseAfter(attempt: number): number {
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);
    return pause * (1 + this.#options.random() / 4);
  }
}
