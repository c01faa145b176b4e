/** Blocked keys, requests that two persons decide on, and dead letters: the answers of /api/links and /api/dead-letters. */
import type { Verdict } from './replays.ts';
import type { Bounded } from './types.ts';

export interface BlockedKey {
  readonly position: string;
  readonly link: string;
  readonly key: string;
  readonly messageId: string;
  readonly type: string;
  readonly state: 'unknown' | 'missing' | 'retrying';
  readonly code?: string;
  readonly attempts: number;
  readonly since: string;
  readonly nextAt?: string;
  readonly behind: Bounded;
}

export type RequestAct = 'approve' | 'refuse';
export interface LinkRequest {
  readonly id: string;
  readonly kind: 'release-key' | 'discard-letter' | 'change-agreements';
  readonly state: 'submitted' | 'done' | 'refused' | 'expired';
  readonly link: string;
  readonly subject: string;
  readonly reason: string;
  readonly author: { readonly name: string };
  readonly approver?: { readonly name: string };
  readonly decision?: string;
  readonly digest: string;
  readonly action: string;
  readonly results: readonly string[];
  readonly at: string;
  readonly expiresAt: string;
  readonly may: readonly RequestAct[];
}

export interface DeadLetter {
  readonly id: string;
  readonly link: string;
  readonly partner: string;
  readonly way: 'in' | 'out';
  readonly reason: string;
  readonly queue: string;
  readonly exchange: string;
  readonly routingKey: string;
  readonly messageId?: string;
  readonly type?: string;
  readonly bytes: number;
  readonly diedAt: string;
  readonly deaths: number;
  readonly state: 'open' | 'replayed' | 'discarded';
  readonly outcome?: string;
}
export interface ShownLetter {
  readonly letter: DeadLetter;
  readonly claims?: {
    readonly messageId: string;
    readonly sender: string;
    readonly type: string;
    readonly notAfter: string;
    readonly keys: readonly string[];
  };
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}
export interface DeadQueue {
  readonly link: string;
  readonly partner: string;
  readonly queue: string;
  readonly count?: number;
  readonly fault?: 'unreachable' | 'not-allowed' | 'missing';
  readonly letters: readonly { readonly queue: string; readonly reason: string; readonly count: number; readonly oldest: string }[];
  readonly kept: number;
  readonly difference?: number;
}

/** The answer of /api/links/figures: what a day was like. */
export interface FirstPass {
  readonly judged: number;
  readonly passed: number;
}
export interface Durations {
  readonly p50Seconds?: number;
  readonly p90Seconds?: number;
  readonly known: number;
  readonly of: number;
}
export interface Figures {
  readonly received: FirstPass;
  readonly sent: FirstPass;
  readonly passage: Durations;
  readonly receipt: Durations;
  /** They are of the newest messages only. */
  readonly more: boolean;
}
/** The answer of /api/links/limits: what a link's partner may send, and has sent today. */
export interface LinkLimits {
  readonly link: string;
  readonly agreed: { readonly dayMessages?: number; readonly dayBytes?: number };
  readonly today: { readonly messages: number; readonly bytes: number };
  readonly shut?: { readonly code: 'TOO_MANY_OPEN' | 'RATE_LIMITED' | 'QUOTA_USED' };
}

export interface Expiry {
  readonly what: 'key' | 'certificate';
  readonly kid: string;
  readonly until: string;
  /** From now on, in whole and parts; negative: it has run out. */
  readonly days: number;
}
export interface LinkFigures {
  readonly links: readonly (Figures & { readonly link: string; readonly expiry?: Expiry })[];
  readonly total: Figures;
  readonly own?: Expiry;
}
