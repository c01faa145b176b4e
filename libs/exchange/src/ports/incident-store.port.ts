import type { Scope } from '../access/scope.ts';
import type { IncidentRecord, IncidentState } from '../incidents/incident.ts';

export interface Incident extends IncidentRecord {
  /** For people: a number. */
  readonly id: string;
  readonly owner?: { readonly id: string; readonly name: string };
  /** `id@version` of the mapping that mends it. */
  readonly fixedBy?: string;
  /** The incident it counts with since somebody merged it. */
  readonly mergedInto?: string;
  /** Of a group, its own first; else one. */
  readonly links: readonly string[];
  /** Incidents that were merged into it, as far as the scope reaches. Counts, keys and mappings are of all of them. */
  readonly parts: number;
  /** Messages that waited for us when it was resolved despite them. */
  readonly leftStanding?: number;
  /** Failures in each of the last 24 hours, UTC, the running one last. */
  readonly hours: readonly number[];
}

/** Something said or done about an incident; stays for ever. */
export interface IncidentNote {
  readonly id: string;
  readonly kind: 'note' | 'owner' | 'state' | 'replay' | 'merge' | 'split';
  /** What was said: a reason, a note. */
  readonly text: string;
  /** A state, an owner, a replay plan, another incident. */
  readonly value?: string;
  readonly author: string;
  readonly at: Date;
}

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  /** The last line of the page before. */
  readonly after?: { readonly lastAt: Date; readonly id: string };
  readonly limit: number;
  readonly now: Date;
}

export interface IncidentChange extends Omit<IncidentNote, 'id'> {
  readonly to?: IncidentState;
  readonly ignoredUntil?: Date;
  /** null: nobody any more. */
  readonly owner?: { readonly id: string; readonly name: string } | null;
  readonly fixedBy?: string;
  /** Resolved although so many wait for us. */
  readonly leftStanding?: number;
}

export type Regrouping = Pick<IncidentNote, 'text' | 'author' | 'at'>;

/** Failures gathered into incidents, and what people do about them. Every method may reject with STORE_UNAVAILABLE. */
export abstract class IncidentStore {
  /**
   * Takes in the next failures: one transaction, together with the place it goes on from, so that each counts once whoever dies when.
   * `busy`: another process is at it. `more`: there is more already.
   */
  abstract follow(): Promise<'busy' | 'more' | 'done'>;
  /**
   * Resolves what did not fail since `cleanSince` and of which no message waits for us; opens what was ignored until `now`. Resolves to
   * how many changed.
   */
  abstract settle(now: Date, cleanSince: Date): Promise<number>;
  /** Newest failure first. What was merged stands with its head, or by itself where that lies outside the scope. */
  abstract list(scope: Scope, filter: IncidentFilter): Promise<readonly Incident[]>;
  abstract find(scope: Scope, id: string, now: Date): Promise<Incident | undefined>;
  /** What was merged into it. */
  abstract parts(scope: Scope, id: string, now: Date): Promise<readonly Incident[]>;
  /** Failures of these together in each of the last 30 days, UTC, the running one last. */
  abstract days(ids: readonly string[], now: Date): Promise<readonly number[]>;
  /** Of these together, oldest first, at most 500. */
  abstract notes(ids: readonly string[]): Promise<readonly IncidentNote[]>;
  /** Subjects of their messages that still stand failed, oldest failure first. */
  abstract failing(ids: readonly string[], limit: number): Promise<readonly string[]>;
  /** How many of their messages wait for us: parked, expired, given up, or missing at their receiver. What was refused has been answered. */
  abstract standing(ids: readonly string[], limit: number): Promise<number>;
  /** Changes it, with its state all of its group, and keeps why. */
  abstract change(id: string, change: IncidentChange): Promise<void>;
  /** Puts `part`, with what was merged into it, into the group of `head`, or takes it out again; both keep why. False: they do not stand so. */
  abstract regroup(what: 'merge' | 'split', part: string, head: string, why: Regrouping): Promise<boolean>;
}
