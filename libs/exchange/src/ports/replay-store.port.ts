import type { Scope } from '../access/scope.ts';
import type { PlanProgress, PlanState } from '../replay/plan-state.ts';
import type { PlanKind, ReplayVerdict, VerdictReason } from '../replay/verdict.ts';
import type { InboxKey } from './exchange-store.port.ts';

/** A message that may be sent again, with what the store knows of it. */
export interface ReplayCandidate {
  /** `in:<sender>/<message id>` or `out:<message id>`. */
  readonly subject: string;
  readonly direction: 'in' | 'out';
  /** In: who sent it. */
  readonly sender?: string;
  readonly messageId: string;
  readonly link: string;
  readonly type: string;
  readonly state: string;
  readonly at: Date;
  readonly orderKey?: string;
  readonly businessKeys: readonly string[];
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly test: boolean;
  readonly priority: 'A' | 'B' | 'C';
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  /** Out: the signed statement how it was made. */
  readonly translation?: string;
  readonly source?: InboxKey;
  readonly deadline?: Date;
  readonly publishedBefore: boolean;
  readonly successor?: string;
  readonly openPlan?: string;
  /** The newest younger message of its order key; of a voyage only what speaks of one of its bills, or of none by name (`BY_BILL`). */
  readonly newer?: 'waits' | 'received';
  readonly frame: Buffer;
}

export interface ReplayItem {
  readonly position: number;
  readonly subject: string;
  readonly direction: 'in' | 'out';
  readonly sender?: string;
  readonly messageId: string;
  /** Where it goes; for an inbound message the link it came from. */
  readonly link: string;
  readonly type: string;
  readonly orderKey?: string;
  readonly verdict: ReplayVerdict;
  readonly reasons: readonly VerdictReason[];
  /** `excluded`: shown, never sent, because it was pointless or harmful when the plan was made. `dropped`: the plan ended before. */
  readonly state: 'waiting' | 'sent' | 'failed' | 'skipped' | 'excluded' | 'dropped';
  readonly code?: string;
  /** `<link> <SHA-256>` of every document that comes out, as it was when the plan was made; empty where the same bytes go. */
  readonly becomes: readonly string[];
  /** Messages it became: its own id after a redelivery, else new ones. */
  readonly results: readonly { readonly messageId: string; readonly state: string }[];
  readonly at?: Date;
}

/** A payload somebody changed. The original stays as it is. */
export interface ReplayEdit {
  readonly payload: Buffer;
  readonly originalDigest: string;
  readonly digest: string;
}

export interface ReplayPlan {
  readonly id: string;
  readonly kind: PlanKind;
  readonly state: PlanState;
  /** Why it paused. */
  readonly cause?: string;
  readonly reason: string;
  readonly author: { readonly id: string; readonly name: string };
  readonly approver?: { readonly id: string; readonly name: string };
  readonly decision?: string;
  readonly decidedAt?: Date;
  readonly needsSecondPerson: boolean;
  /** SHA-256 (base64url) of `action`: what an approval binds to. */
  readonly digest: string;
  /** The exact action as canonical JSON octets. */
  readonly action: Buffer;
  readonly links: readonly string[];
  readonly canary: number;
  /** Messages a second. */
  readonly rate: number;
  readonly maxFailures: number;
  readonly at: Date;
  /** Until when it may be approved, or run after the approval. */
  readonly expiresAt: Date;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
  /** Link it goes to instead; `reroute` only. */
  readonly to?: string;
  /** The query that described the set. */
  readonly query?: string;
  readonly report?: string;
}

export type PlanCounts = Readonly<Record<ReplayItem['state'], number>> & Pick<PlanProgress, 'good' | 'bad' | 'open' | 'unknown'>;

export type NewReplayPlan = Omit<ReplayPlan, 'approver' | 'decision' | 'decidedAt' | 'cause' | 'startedAt' | 'endedAt' | 'report'> & {
  /** Of the author: the same token gives the same plan. */
  readonly request: string;
  readonly items: readonly Omit<ReplayItem, 'results' | 'code' | 'at'>[];
  readonly edit?: ReplayEdit;
};

/** One message of a plan taken and sent, in the commit of what it sends. */
export interface ReplayStep {
  readonly plan: string;
  readonly position: number;
  readonly outcome: 'sent' | 'failed' | 'skipped';
  readonly code?: string;
  readonly results: readonly string[];
  /** Links it sends on: one that is stopped makes the step stale. */
  readonly links: readonly string[];
  readonly actor: string;
  readonly at: Date;
  /** Same bytes, same id: goes back to its queue. */
  readonly redeliver?: string;
  /** A new message in place of an old one. The old one is superseded unless its receiver had accepted it. */
  readonly succession?: { readonly predecessor: string; readonly successor: string };
  /** A parked message that is passed on now. */
  readonly route?: InboxKey;
  /** The plan sends nothing before. */
  readonly nextAt: Date;
}

export interface LeasedPlan {
  readonly plan: ReplayPlan;
  readonly progress: PlanProgress;
  readonly next?: ReplayItem;
}

export interface PlanChange {
  readonly from: readonly PlanState[];
  readonly to: PlanState;
  readonly at: Date;
  readonly cause?: string;
  readonly approver?: { readonly id: string; readonly name: string };
  readonly decision?: string;
  readonly expiresAt?: Date;
  readonly report?: string;
  /** Failures known by now are no reason to pause again. */
  readonly tolerate?: boolean;
}

/**
 * Plans, their frozen sets and what became of them. One open replay per message and one successor per message hold in the database
 * (unique indexes), whoever asks how often. `ReplayStep` belongs to `ExchangeStore.commit`.
 */
export abstract class ReplayStore {
  /** Candidates by message id, `<sender>/<message id>` or subject, as far as the scope reaches. A routed inbound message stands for what was made of it last. */
  abstract candidates(scope: Scope, ids: readonly string[], kind: PlanKind): Promise<readonly ReplayCandidate[]>;
  /** Frames of inbound messages by subject, for translating again. */
  abstract sources(keys: readonly InboxKey[]): Promise<ReadonlyMap<string, { readonly frame: Buffer; readonly link: string }>>;
  /** Keeps a plan. A token used before resolves to the id of its plan, unchanged. Rejects with REPLAY_TAKEN when a message is in another open plan. */
  abstract create(plan: NewReplayPlan): Promise<string>;
  /** The plan that an author made with this token. */
  abstract requested(authorId: string, request: string): Promise<string | undefined>;
  abstract plan(scope: Scope, id: string): Promise<ReplayPlan | undefined>;
  abstract list(
    scope: Scope,
    filter: { readonly state?: PlanState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly (ReplayPlan & { readonly counts: PlanCounts })[]>;
  abstract items(id: string, after: number, limit: number): Promise<readonly ReplayItem[]>;
  abstract counts(id: string): Promise<PlanCounts>;
  abstract edit(id: string): Promise<ReplayEdit | undefined>;
  /** Compare-and-set of a plan's state. False: it was in none of `from`. A plan that ends lets go of what it had not sent. */
  abstract move(id: string, change: PlanChange): Promise<boolean>;
  /**
   * Takes the running plan that is due, unless another process holds it; `until` ends the hold of a process that died. It is due again
   * at `restUntil`, or when a step says so. Undefined: there is none.
   */
  abstract lease(holder: string, now: Date, until: Date, restUntil: Date): Promise<LeasedPlan | undefined>;
  /** Ends submissions and approvals whose time is over. */
  abstract expire(now: Date): Promise<number>;
}
