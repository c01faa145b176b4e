import type { Scope } from '../access/scope.ts';

/** Why the broker gave a letter up, in RabbitMQ's own names; `other`: it did not say. */
export const DEATH_REASONS = ['rejected', 'expired', 'maxlen', 'delivery_limit', 'other'] as const;
export type DeathReason = (typeof DEATH_REASONS)[number];
export const LETTER_STATES = ['open', 'replayed', 'discarded'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** A letter as it lay in the dead queue of a link. */
export interface NewDeadLetter {
  readonly link: string;
  /** `in`: a partner's, that we did not take; `out`: ours, that the partner did not take. */
  readonly way: 'in' | 'out';
  readonly reason: DeathReason;
  /** Where it was, and how it came there: where it would go back to. */
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  /** As the broker's labels say, unproven. */
  readonly messageId?: string;
  readonly type?: string;
  /** When it died last and how often it did, by the broker's clock, to the second. */
  readonly diedAt: Date;
  readonly deaths: number;
  /** Taken from the broker. */
  readonly at: Date;
  readonly frame: Buffer;
}

export interface DeadLetter extends Omit<NewDeadLetter, 'frame'> {
  readonly id: string;
  readonly sha256: string;
  /** Octets of the frame. */
  readonly bytes: number;
  readonly state: LetterState;
  /** What became of it: a replay plan, or what the gateway said when it took it in. */
  readonly outcome?: string;
  readonly decidedBy?: string;
  readonly decidedAt?: Date;
}

export interface LetterCount {
  readonly link: string;
  readonly queue: string;
  readonly reason: DeathReason;
  readonly count: number;
  readonly oldest: Date;
}

/** What the exchange knows of the message a letter carries. */
export interface LetterFacts {
  /** In: it was taken in from another delivery. */
  readonly known: boolean;
  /** In: a message that its sender made later about one of its keys was taken in; of a voyage only where it speaks of one of its bills, or of all. */
  readonly newer: boolean;
}

/** Letters the broker gave up, kept before they are acknowledged there. Every method may reject with STORE_UNAVAILABLE. */
export abstract class DeadLetterStore {
  /** Durable when it resolves. A letter that was kept before (same bytes, same death) changes nothing. */
  abstract keep(letter: NewDeadLetter): Promise<void>;
  /** Newest first. */
  abstract list(
    scope: Scope,
    filter: { readonly link?: string; readonly state?: LetterState; readonly before?: string; readonly limit: number },
  ): Promise<readonly DeadLetter[]>;
  abstract find(scope: Scope, id: string): Promise<(DeadLetter & { readonly frame: Buffer }) | undefined>;
  /** Of open letters. */
  abstract counts(scope: Scope): Promise<readonly LetterCount[]>;
  abstract facts(letter: {
    readonly link: string;
    readonly sender: string;
    readonly messageId: string;
    readonly keys: readonly string[];
  }): Promise<LetterFacts>;
  /** Compare-and-set from open. False: somebody was faster. */
  abstract settle(id: string, settled: { readonly outcome: string; readonly by: string; readonly at: Date }): Promise<boolean>;
}

/** The dead queue of a link as the broker counts it, at the last look. */
export interface DeadQueue {
  readonly link: string;
  readonly queue: string;
  /** Letters that lie there; absent where they could not be counted. */
  readonly count?: number;
  readonly at: Date;
  /** `unreachable`: the broker does not answer; `not-allowed`: it does not let us read (topology apply mends it); `missing`: there is no such queue. */
  readonly fault?: 'unreachable' | 'not-allowed' | 'missing';
}

/** The broker's side of dead letters. */
export abstract class DeadQueues {
  /** Every link that has one, as of the last look of this process. */
  abstract standing(): readonly DeadQueue[];
}
