import type { CountedMessage, Differences } from '#trust';
import type { Scope } from '../access/scope.ts';

/** A signed statement of ours about one day of one link. */
export interface ReconciliationRow {
  readonly link: string;
  /** UTC, `2026-03-14`. */
  readonly day: string;
  /** `lb-reconciliation+jws`. */
  readonly jws: Buffer;
  readonly at: Date;
}

export type FoundReconciliation = ReconciliationRow & { readonly answer?: Buffer; readonly contradictions: readonly string[] };

/** What we and the partner do not agree about, in each direction as we see it. */
export interface ReconciliationDifferences {
  readonly out: Differences;
  readonly in: Differences;
}

/** The partner's signed answer. */
export interface ReconciliationAnswerRow extends ReconciliationRow {
  readonly agreed: boolean;
  /** Of a day that is not agreed. */
  readonly differences?: ReconciliationDifferences;
}

/** A further answer that says something else than the first one. */
export interface ContradictingAnswerRow extends ReconciliationAnswerRow {
  /** Digest of what it says, however often it was signed. */
  readonly content: string;
}

/** One answer of a day that has more than one. */
export interface SignedAnswer {
  readonly at: Date;
  /** SHA-256 (base64url) of its exact octets. */
  readonly digest: string;
  readonly agreed: boolean;
  readonly differences?: ReconciliationDifferences;
}

/** How a day of a link stands. */
export interface ReconciliationState {
  readonly link: string;
  readonly day: string;
  /** `contradicted`: the partner signed answers that say different things, whatever the first of them said. */
  readonly state: 'open' | 'agreed' | 'disagreed' | 'contradicted';
  readonly sent: number;
  readonly received: number;
  readonly made: Date;
  readonly answered?: Date;
  readonly differences?: ReconciliationDifferences;
  /** Of a contradicted day: every answer kept, the first one first. */
  readonly answers?: readonly SignedAnswer[];
}

export interface ReconciliationFilter {
  readonly link?: string | undefined;
  readonly day?: string | undefined;
  readonly limit: number;
}

/** Messages of a link in one direction with sequence numbers above `after` up to `last`, kept at `since` or later. */
export interface CountedRange {
  readonly link: string;
  readonly direction: 'in' | 'out';
  readonly after: number;
  readonly last: number;
  readonly since?: Date | undefined;
}

/** Reads daily reconciliations, both signatures of each. */
export abstract class ReconciliationView {
  /** Newest day first; only of links within the scope. */
  abstract list(scope: Scope, filter: ReconciliationFilter): Promise<readonly ReconciliationState[]>;
}

/** Statements and answers are kept for ever and never changed; what they speak of is read from the message log. */
export abstract class ReconciliationStore extends ReconciliationView {
  /** The newest statement of a link. */
  abstract last(link: string): Promise<ReconciliationRow | undefined>;
  /** The statement of a day, with the first answer to it and the `content` of those kept that contradict it. */
  abstract find(link: string, day: string): Promise<FoundReconciliation | undefined>;
  /** Keeps an answer that contradicts the first, as an event of the link too; one of this content that is kept changes nothing. */
  abstract addContradiction(row: ContradictingAnswerRow): Promise<void>;
  /** Day (UTC) of the first message of a link; undefined while there is none. */
  abstract firstDay(link: string): Promise<string | undefined>;
  /** Highest sequence number kept in each direction between the two times; 0 where there is none. */
  abstract ends(link: string, since: Date | undefined, before: Date): Promise<{ readonly in: number; readonly out: number }>;
  abstract counted(range: CountedRange): Promise<readonly CountedMessage[]>;
  /** Whether a message of ours up to this number may still be on its way. */
  abstract onTheWay(link: string, last: number): Promise<boolean>;
  /** The first statement of a day stays. */
  abstract add(row: ReconciliationRow): Promise<void>;
  /** Newest statements of a link without an answer. */
  abstract unanswered(link: string, limit: number): Promise<readonly ReconciliationRow[]>;
  /** The first answer stays; a disagreement stands among the events of the link with the same commit. Resolves false when there was one. */
  abstract addAnswer(row: ReconciliationAnswerRow): Promise<boolean>;
}
