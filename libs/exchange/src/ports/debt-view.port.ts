import type { Scope } from '../access/scope.ts';

/** What is owed: R1 stored, R2 judged, R3 the business answer (LB-PROTO-1 §5). */
export type DebtLevel = 'R1' | 'R2' | 'R3';

/** One receipt or business answer that one party owes another. */
export interface Debt {
  /** Keyset position: grows with the age of the message behind it. */
  readonly position: string;
  readonly link: string;
  readonly debtor: string;
  readonly creditor: string;
  readonly owed: DebtLevel;
  /** The message that the receipt is about, in the creditor's own ids. */
  readonly messageId: string;
  readonly type: string;
  /** State of the delivery behind the debt: of the message for a partner's debt, of our receipt for ours. */
  readonly state: string;
  readonly since: Date;
  readonly due: Date;
  /** Questions asked so far about an unknown message. */
  readonly asked: number;
}

export interface DebtFilter {
  readonly link?: string;
  /** `ours`: what the gateway owes. */
  readonly side?: 'ours' | 'theirs';
  /** Only debts behind this position. */
  readonly after?: string;
  readonly limit: number;
}

/** How much stands open with one link, counted up to `COUNTED` a side. */
export interface DebtCount {
  readonly link: string;
  readonly partner: string;
  readonly theirs: number;
  readonly ours: number;
}
export const COUNTED = 10_000;

/**
 * The debts board: who owes whom which receipt since when. Oldest message first. A published message whose receipt is not due yet is
 * no debt. Cost is bounded by what is asked for, not by the size of the journal.
 */
export abstract class DebtView {
  abstract debts(scope: Scope, filter: DebtFilter): Promise<readonly Debt[]>;
  abstract counts(scope: Scope): Promise<readonly DebtCount[]>;
}
