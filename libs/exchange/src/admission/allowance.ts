import type { LinkLimits } from '#model';

/** What was taken from a partner. */
export interface Taken {
  readonly messages: number;
  readonly bytes: number;
}
export const NOTHING_TAKEN: Taken = { messages: 0, bytes: 0 };

export type LimitCode = 'TOO_MANY_OPEN' | 'RATE_LIMITED' | 'QUOTA_USED';
/** Why nothing is taken now, and for how many milliseconds. */
export interface Shut {
  readonly code: LimitCode;
  readonly waitMs: number;
}

/** What became of something taken: `kept` counts, `repeated` counts for the rate alone, `void` not at all: it was not the partner's, or comes again. */
export type Fate = 'kept' | 'repeated' | 'void';

/** How a link stands to its limits. Absent numbers: nothing is agreed. */
export interface AllowanceStanding {
  /** Taken since midnight UTC, what is being taken included. */
  readonly today: Taken;
  readonly open: number;
  readonly leftOpen: number;
  readonly leftInBurst?: number;
  readonly leftMessages?: number;
  readonly leftBytes?: number;
  /** When the day's quota begins anew. */
  readonly renews: Date;
  readonly shut?: Shut;
}

const MINUTE = 60_000;
const DAY = 86_400_000;
/** How soon a place among the open ones may be free again. */
const OPEN_MS = 1_000;

export const dayOf = (at: Date): string => at.toISOString().slice(0, 10);
const renewalOf = (at: Date): Date => new Date(Date.parse(`${dayOf(at)}T00:00:00Z`) + DAY);
const sum = (one: Taken, other: Taken): Taken => ({ messages: one.messages + other.messages, bytes: one.bytes + other.bytes });
const less = (one: Taken, other: Taken): Taken => ({
  messages: Math.max(0, one.messages - other.messages),
  bytes: Math.max(0, one.bytes - other.bytes),
});

/**
 * What one link may still take. The rate is a bucket of this process; the quota counts what the store keeps (of every process) and
 * what this process took since the store was last asked, so that it is never counted too low by itself. Pure but for its own counts:
 * the time is given.
 */
export class Allowance {
  #tokens: number | undefined;
  #at = 0;
  #day = '';
  /** As the store said. */
  #kept = NOTHING_TAKEN;
  /** Taken here and kept since the store was asked. */
  #since = NOTHING_TAKEN;
  /** Being taken. */
  #open = NOTHING_TAKEN;
  /** Who is over the day's quota and cannot be sent away goes on at an even pace; from here on. */
  #even = 0;

  /** Undefined: one message may be taken. What lasts longest is said first. */
  shut(limits: LinkLimits, now: Date): Shut | undefined {
    this.#turn(limits, now);
    if (this.#over(limits)) return { code: 'QUOTA_USED', waitMs: renewalOf(now).getTime() - now.getTime() };
    const waitMs = this.#rateWait(limits);
    if (waitMs > 0) return { code: 'RATE_LIMITED', waitMs };
    return this.#open.messages >= limits.prefetch ? { code: 'TOO_MANY_OPEN', waitMs: OPEN_MS } : undefined;
  }

  /** Milliseconds until messages that already lie in a queue of ours may be taken: past the quota, at the pace that uses it evenly over a day. */
  wait(limits: LinkLimits, now: Date): number {
    this.#turn(limits, now);
    return Math.max(this.#rateWait(limits), this.#over(limits) ? this.#even - now.getTime() : 0, 0);
  }

  take(limits: LinkLimits, what: Taken, now: Date): void {
    this.#turn(limits, now);
    if (this.#over(limits)) {
      const pause = Math.max(what.messages * evenly(limits.dayMessages), what.bytes * evenly(limits.dayBytes));
      this.#even = Math.max(this.#even, now.getTime()) + pause;
    }
    this.#open = sum(this.#open, what);
    if (this.#tokens !== undefined) this.#tokens -= what.messages;
  }

  settle(limits: LinkLimits, what: Taken, as: Fate): void {
    this.#open = less(this.#open, what);
    if (as === 'kept') this.#since = sum(this.#since, what);
    if (as === 'void' && this.#tokens !== undefined) this.#tokens = Math.min(burstOf(limits), this.#tokens + what.messages);
  }

  /** Begins a look at the store; what is answered by the function returned is what the store keeps of that day. */
  look(): (day: string, kept: Taken) => void {
    const counted = this.#since;
    return (day, kept) => {
      // A day ended meanwhile: its counts are gone already.
      if (day !== this.#day) return;
      this.#kept = kept;
      this.#since = less(this.#since, counted);
    };
  }

  standing(limits: LinkLimits, now: Date): AllowanceStanding {
    const shut = this.shut(limits, now);
    const today = this.#today;
    const { dayMessages, dayBytes, perMinute } = limits;
    return {
      today,
      open: this.#open.messages,
      leftOpen: Math.max(0, limits.prefetch - this.#open.messages),
      ...(perMinute !== undefined && { leftInBurst: Math.max(0, Math.floor(this.#tokens ?? 0)) }),
      ...(dayMessages !== undefined && { leftMessages: Math.max(0, dayMessages - today.messages) }),
      ...(dayBytes !== undefined && { leftBytes: Math.max(0, dayBytes - today.bytes) }),
      renews: renewalOf(now),
      ...(shut && { shut }),
    };
  }

  get #today(): Taken {
    return sum(sum(this.#kept, this.#since), this.#open);
  }

  #over({ dayMessages = Infinity, dayBytes = Infinity }: LinkLimits): boolean {
    const { messages, bytes } = this.#today;
    return messages >= dayMessages || bytes >= dayBytes;
  }

  #rateWait({ perMinute }: LinkLimits): number {
    if (perMinute === undefined || this.#tokens === undefined || this.#tokens >= 1) return 0;
    return Math.ceil(((1 - this.#tokens) * MINUTE) / perMinute);
  }

  #turn(limits: LinkLimits, now: Date): void {
    if (this.#day !== dayOf(now)) {
      this.#day = dayOf(now);
      this.#kept = this.#since = NOTHING_TAKEN;
      this.#even = 0;
    }
    const { perMinute } = limits;
    const passed = Math.max(0, now.getTime() - this.#at);
    this.#at = now.getTime();
    this.#tokens =
      perMinute === undefined ? undefined : Math.min(burstOf(limits), (this.#tokens ?? burstOf(limits)) + (passed * perMinute) / MINUTE);
  }
}

/** Messages at once after a silence; unless agreed otherwise a minute's worth. */
export const burstOf = ({ perMinute = 0, burst = perMinute }: LinkLimits): number => burst;
/** Milliseconds of a day for each of so many. */
const evenly = (quota: number | undefined): number => (quota === undefined ? 0 : DAY / quota);
