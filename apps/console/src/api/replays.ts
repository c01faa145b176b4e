import type { Line } from './types.ts';

/** What the gateway answers about replays and the stop switch, as far as the screens use it. */
export type ReplayKind = 'redeliver' | 'retranslate' | 'edit' | 'reroute';
export type Verdict = 'safe' | 'care' | 'pointless' | 'harmful';
export type PlanAct = 'approve' | 'refuse' | 'run' | 'pause' | 'resume' | 'stop';

interface Judged {
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly messageId: string;
  readonly link: string;
  readonly type: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
}
/** Which messages a plan is of: named, described by a query, or what an ended plan did not send. */
export type Choice = { readonly messages: readonly string[] } | { readonly query: string } | { readonly again: string };

export interface Verdicts {
  readonly verdicts: readonly (Judged & { readonly state: string })[];
  readonly counts: Readonly<Record<Verdict, number>>;
}
export interface PlanItem extends Judged {
  readonly position: number;
  readonly state: string;
  readonly code?: string;
  readonly results: readonly { readonly messageId: string; readonly state: string }[];
}
export type PlanCounts = Readonly<
  Record<'waiting' | 'sent' | 'failed' | 'skipped' | 'excluded' | 'dropped' | 'good' | 'bad' | 'open' | 'unknown', number>
>;
export interface Plan {
  readonly id: string;
  readonly kind: ReplayKind;
  readonly state: string;
  readonly cause?: string;
  readonly reason: string;
  readonly query?: string;
  readonly author: { readonly name: string };
  readonly approver?: { readonly name: string };
  readonly decision?: string;
  readonly needsSecondPerson: boolean;
  readonly digest: string;
  readonly links: readonly string[];
  readonly canary: number;
  readonly rate: number;
  readonly maxFailures: number;
  readonly report?: string;
  readonly at: string;
  readonly expiresAt: string;
  readonly may: readonly PlanAct[];
}
export interface PlanShown {
  readonly plan: Plan;
  readonly counts: PlanCounts;
  readonly items: readonly PlanItem[];
}
export interface Stop {
  readonly link: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: string;
}

/** The name by which a replay knows a message of a list. */
export const subjectOf = ({ direction, sender, messageId }: Pick<Line, 'direction' | 'sender' | 'messageId'>): string =>
  direction === 'in' ? `in:${sender ?? ''}/${messageId}` : `out:${messageId}`;

/** How many of a plan go or went; what was left out when it was made does not count. */
export const sizeOf = ({ waiting, sent, failed, skipped, dropped }: PlanCounts): number => waiting + sent + failed + skipped + dropped;

/** The exact documents of one message: as it is, and as it would be sent. Octets in base64. */
export interface Preview {
  readonly subject: string;
  readonly link: string;
  readonly before: string;
  readonly after: string;
  readonly charset: string;
}

/** Actors are recorded with their kind and immutable id; people read the name. */
export const nameOf = (actor: string): string => actor.replace(/^(?:person|service):[^:]*:/, '');
