import type { Scope } from '../access/scope.ts';
import type { IncidentRecord, IncidentState } from '../incidents/incident.ts';

export interface Incident extends IncidentRecord {
  /** For people: a number. */
  readonly id: string;
  readonly owner?: { readonly id: string; readonly name: string };
  /** `id@version` of the mapping that mends it. */
  readonly fixedBy?: string;
}

/** Something said or done about an incident; stays for ever. */
export interface IncidentNote {
  readonly id: string;
  readonly kind: 'note' | 'owner' | 'state' | 'replay';
  /** What was said: a reason, a note. */
  readonly text: string;
  /** A state, an owner, a replay plan. */
  readonly value?: string;
  readonly author: string;
  readonly at: Date;
}

export interface IncidentFilter {
  readonly states?: readonly IncidentState[];
  /** The last line of the page before. */
  readonly after?: { readonly lastAt: Date; readonly id: string };
  readonly limit: number;
}

export interface IncidentChange extends Omit<IncidentNote, 'id'> {
  readonly to?: IncidentState;
  readonly ignoredUntil?: Date;
  /** null: nobody any more. */
  readonly owner?: { readonly id: string; readonly name: string } | null;
  readonly fixedBy?: string;
}

/** Failures gathered into incidents, and what people do about them. Every method may reject with STORE_UNAVAILABLE. */
export abstract class IncidentStore {
  /**
   * Takes in the next failures: one transaction, together with the place it goes on from, so that each counts once whoever dies when.
   * `busy`: another process is at it. `more`: there is more already.
   */
  abstract follow(): Promise<'busy' | 'more' | 'done'>;
  /** Resolves what did not fail since `cleanSince`; opens what was ignored until `now`. Resolves to how many changed. */
  abstract settle(now: Date, cleanSince: Date): Promise<number>;
  /** Newest failure first. */
  abstract list(scope: Scope, filter: IncidentFilter): Promise<readonly Incident[]>;
  abstract find(scope: Scope, id: string): Promise<Incident | undefined>;
  /** Oldest first, at most 500. */
  abstract notes(id: string): Promise<readonly IncidentNote[]>;
  /** Subjects of its messages that still stand failed, oldest failure first. */
  abstract failing(id: string, limit: number): Promise<readonly string[]>;
  /** Changes it and keeps why. */
  abstract change(id: string, change: IncidentChange): Promise<void>;
}
