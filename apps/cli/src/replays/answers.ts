import type { PlanCounts, Preview, ReplayItem, ReplayPlan, ReplayVerdict, Stop, VerdictLine } from '#exchange';

/** What comes over HTTP: times and octets as text. */
type Told<T> = { readonly [Key in keyof T]: T[Key] extends Date | Buffer | undefined ? string : T[Key] };

/** A plan, and what the asking account may do with it now. */
export type ReplayPlanAnswer = Told<ReplayPlan> & { readonly may: readonly string[] };
export interface PlanAnswer {
  readonly plan: ReplayPlanAnswer;
}
export interface ReplayPlansAnswer {
  readonly plans: readonly (Omit<ReplayPlanAnswer, 'action' | 'report'> & { readonly counts: PlanCounts })[];
}
export interface ReplayShowAnswer extends PlanAnswer {
  readonly counts: PlanCounts;
  readonly items: readonly Told<ReplayItem>[];
}
export interface VerdictsAnswer {
  readonly verdicts: readonly VerdictLine[];
  readonly counts: Readonly<Record<ReplayVerdict, number>>;
}
export interface StopsAnswer {
  readonly stops: readonly Told<Stop>[];
}
export interface DryRunAnswer {
  readonly verdicts: readonly VerdictLine[];
  readonly previews: readonly Told<Preview>[];
}
