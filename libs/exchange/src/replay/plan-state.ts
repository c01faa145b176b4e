import type { PlanKind, VerdictReason } from './verdict.ts';

/**
 * The life of a plan. `submitted` waits for a second person, `ready` for whoever runs it; both end by themselves when their time
 * is over. `running` is worked on by whichever gateway process holds the lease.
 */
export const PLAN_MOVES = {
  submitted: ['ready', 'refused', 'expired', 'stopped'],
  ready: ['running', 'expired', 'stopped'],
  running: ['paused', 'stopped', 'done'],
  paused: ['running', 'stopped'],
  stopped: [],
  done: [],
  refused: [],
  expired: [],
} as const satisfies Record<string, readonly string[]>;
export type PlanState = keyof typeof PLAN_MOVES;
export const PLAN_STATES = Object.keys(PLAN_MOVES) as [PlanState, ...PlanState[]];

export const planMayMove = (from: PlanState, to: PlanState): boolean => (PLAN_MOVES[from] as readonly string[]).includes(to);
export const planStatesBefore = (to: PlanState): PlanState[] => PLAN_STATES.filter((from) => planMayMove(from, to));
export const isOpen = (state: PlanState): boolean => PLAN_MOVES[state].length > 0;

/** How long a submission and an approval are good for. */
export const APPROVAL_HOURS = 24;

export interface PlanRisk {
  readonly kind: PlanKind;
  readonly count: number;
  /** Reasons of all messages that would be sent. */
  readonly reasons: ReadonlySet<VerdictReason>;
  readonly bulkLimit: number;
}

/** Four eyes: changed content, another destination, what a partner had accepted before, and many at once. */
export function needsSecondPerson({ kind, count, reasons, bulkLimit }: PlanRisk): boolean {
  return kind === 'edit' || kind === 'reroute' || reasons.has('ALREADY_ACCEPTED') || count > bulkLimit;
}

/** How far a running plan is. Results are what became of the messages it sent. */
export interface PlanProgress {
  readonly waiting: number;
  /** Not sent although they were to be: the attempt failed on our side. */
  readonly failed: number;
  readonly sent: number;
  readonly skipped: number;
  /** Of the messages sent: the partner has them; it refused them, or their time was over, or it signed that it lacks them; neither yet. */
  readonly good: number;
  readonly bad: number;
  readonly open: number;
  /** Sent, and no receipt came in time: not failed, but no proof for the canary either. */
  readonly unknown: number;
  /** Failures a person knew of when the plan was resumed. */
  readonly tolerated: number;
  readonly canary: number;
  readonly maxFailures: number;
}

export type PlanStep =
  | { readonly do: 'send' }
  /** For the canary's receipts, or at the end for those of the last messages. */
  | { readonly do: 'wait' }
  | { readonly do: 'pause'; readonly cause: 'CANARY_FAILED' | 'TOO_MANY_FAILURES' }
  | { readonly do: 'finish' };

/** What a running plan does next. The canary goes first and alone; nothing follows until its receipts are in. Pure. */
export function nextStep(progress: PlanProgress): PlanStep {
  const { waiting, failed, sent, skipped, bad, open, unknown, tolerated, canary, maxFailures } = progress;
  const handled = sent + failed + skipped;
  const inCanary = handled <= canary;
  const failures = Math.max(0, failed + bad - tolerated);
  if (failures > 0 && inCanary && waiting > 0) return { do: 'pause', cause: 'CANARY_FAILED' };
  if (failures > maxFailures && waiting > 0) return { do: 'pause', cause: 'TOO_MANY_FAILURES' };
  if (waiting === 0) return open > 0 ? { do: 'wait' } : { do: 'finish' };
  if (handled === canary && open + unknown > 0) return { do: 'wait' };
  return { do: 'send' };
}
