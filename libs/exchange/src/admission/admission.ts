import { ExchangeError, type LinkLimits } from '#model';
import { bodyKind } from '#trust';
import type { FairTurns } from '../order/fair-turns.ts';
import type { Clock } from '../ports/clock.port.ts';
import { isLater, type InboundOutcome, type InboundReply, type Verdict } from '../ports/transport.port.ts';
import { Allowance, dayOf, NOTHING_TAKEN, type AllowanceStanding, type Fate, type LimitCode, type Taken } from './allowance.ts';

/** A message that is not taken now. Nothing about it was kept; the same bytes may be sent again later. */
export class LimitReached extends ExchangeError {
  readonly retryAfterSeconds: number;
  constructor(code: LimitCode, waitMs: number) {
    super(code);
    this.retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  }
}

/** What a link's messages came to on one day (UTC, yyyy-mm-dd). */
export interface LinkUsage extends Taken {
  readonly link: string;
}

export interface AdmissionOptions {
  /** As agreed now; asked each time. */
  readonly limitsOf: (link: string) => LinkLimits | undefined;
  readonly usage: { usage(day: string): Promise<readonly LinkUsage[]> };
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
  /** Cuts batches while links compete. */
  readonly fair?: Pick<FairTurns, 'most'>;
  /** Waits for so many milliseconds or until the signal; tests need not. */
  readonly pause?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
}

/** Frames whose fate is not known yet. */
export interface Admitted {
  /** Call once, with what `receive` replied; with nothing when it rejected. */
  settle(replies?: readonly InboundReply[]): void;
}

const REFRESH_MS = 5_000;
const NOT_COUNTED: Admitted = { settle: () => undefined };

/**
 * Holds partners to the limits of their links, before anything of a frame is parsed. Only messages count: a receipt, an answer or a word
 * about keys always comes through. Who posts is refused with a code and a time to wait (`admit`); what lies in a queue of ours waits
 * there, not acknowledged (`pace`). The day's quota is what the store keeps, whoever restarts; several processes know of each other's
 * share after five seconds at most, and the rate is each process's own.
 */
export class Admission {
  readonly #allowances = new Map<string, Allowance>();
  readonly #end = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(private readonly options: AdmissionOptions) {}

  /** Reads what the day has used up and keeps reading. Nothing may be taken before it resolved. */
  async start(): Promise<void> {
    await this.refresh();
    this.#timer = setInterval(() => void this.refresh().catch(this.options.report), REFRESH_MS);
    this.#timer.unref();
  }

  /** What waits for its time is given up: its transport offers it again. */
  close(): void {
    clearInterval(this.#timer);
    this.#end.abort();
  }

  async refresh(): Promise<void> {
    const looks = [...this.#allowances].map(([link, allowance]) => [link, allowance.look()] as const);
    const day = dayOf(this.options.clock.now());
    const used = new Map((await this.options.usage.usage(day)).map((one) => [one.link, one]));
    for (const link of used.keys()) if (!this.#allowances.has(link)) looks.push([link, this.#of(link).look()]);
    const now = this.options.clock.now();
    for (const [link, seen] of looks) {
      const limits = this.options.limitsOf(link);
      if (!limits) continue;
      this.#of(link).shut(limits, now);
      seen(day, used.get(link) ?? NOTHING_TAKEN);
    }
  }

  /** Takes one posted frame in. Throws LimitReached. */
  admit(link: string, frame: Buffer): Admitted {
    const limits = this.options.limitsOf(link);
    if (!limits || !counts(frame)) return NOT_COUNTED;
    const now = this.options.clock.now();
    const allowance = this.#of(link);
    const shut = allowance.shut(limits, now);
    if (shut) throw new LimitReached(shut.code, shut.waitMs);
    // Anybody may post: what cannot be authenticated costs the partner nothing (and its caller, by network address, ever more time).
    return this.#take(link, limits, [frame], 'void');
  }

  /** Waits until these frames, which the partner has handed over already, may be taken. Rejects when the gateway stops. */
  async pace(link: string, frames: readonly Buffer[]): Promise<Admitted> {
    const limits = this.options.limitsOf(link);
    if (!limits || !frames.some(counts)) return NOT_COUNTED;
    const allowance = this.#of(link);
    for (;;) {
      const waitMs = allowance.wait(limits, this.options.clock.now());
      if (waitMs <= 0) return this.#take(link, limits, frames, 'repeated');
      if (this.#end.signal.aborted) throw new ExchangeError('OVERLOADED', { detail: 'The gateway stops.' });
      await (this.options.pause ?? pause)(Math.min(waitMs, REFRESH_MS), this.#end.signal);
    }
  }

  /** How many may be taken in one go: one at a time where a partner's queue is being slowed, so that receipts between them do not wait for all. */
  most(link: string, usual: number): number {
    const limits = this.options.limitsOf(link);
    const slowed = limits && this.#of(link).wait(limits, this.options.clock.now()) > 0;
    return slowed ? 1 : (this.options.fair?.most(link, usual) ?? usual);
  }

  standing(link: string): AllowanceStanding | undefined {
    const limits = this.options.limitsOf(link);
    return limits && this.#of(link).standing(limits, this.options.clock.now());
  }

  #of(link: string): Allowance {
    const known = this.#allowances.get(link) ?? new Allowance();
    this.#allowances.set(link, known);
    return known;
  }

  #take(link: string, limits: LinkLimits, frames: readonly Buffer[], unproven: Fate): Admitted {
    const allowance = this.#of(link);
    const taken = frames.map((frame) => (counts(frame) ? { messages: 1, bytes: frame.length } : undefined));
    const whole = taken.reduce<Taken>(
      (all, one) => ({ messages: all.messages + (one?.messages ?? 0), bytes: all.bytes + (one?.bytes ?? 0) }),
      NOTHING_TAKEN,
    );
    allowance.take(limits, whole, this.options.clock.now());
    const settle = (what: Taken, outcome?: InboundOutcome) => allowance.settle(limits, what, outcome ? fateOf(outcome, unproven) : 'void');
    return {
      settle: (replies) =>
        taken.forEach((what, i) => {
          if (!what) return;
          const reply = replies?.[i];
          if (!reply || !isLater(reply)) return settle(what, reply);
          reply.later.then(
            (outcome) => settle(what, outcome),
            () => settle(what),
          );
        }),
    };
  }
}

/** The first octets say what a frame is; nothing of it is parsed. */
const counts = (frame: Buffer): boolean => bodyKind(frame) === 'message';

const KEPT: ReadonlySet<Verdict> = new Set(['accepted', 'refused', 'parked']);
const fateOf = ({ verdict, code }: InboundOutcome, unproven: Fate): Fate =>
  KEPT.has(verdict) ? 'kept' : verdict === 'quarantined' && code === undefined ? unproven : 'repeated';

const pause = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', done);
  });
