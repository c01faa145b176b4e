import type { Partners } from '../access/scope.ts';

/** A query of the message list that somebody keeps by a name. */
export interface SavedView {
  readonly id: string;
  readonly name: string;
  /** One-line query. */
  readonly query: string;
  /** Columns of the list, in order; empty: those that everybody sees first. */
  readonly columns: readonly string[];
  /** Account that keeps it. */
  readonly ownerId: string;
  readonly owner: string;
  /** A team view: seen by everybody who sees the owner's partners. */
  readonly shared: boolean;
  /** What the owner saw when it was saved. */
  readonly partners: Partners;
  readonly at: Date;
}

/** Views of lists. Errors: STORE_UNAVAILABLE. */
export abstract class SavedViewStore {
  /** Keeps it in place of the owner's view of that name; false where the owner keeps `most` others already. */
  abstract put(view: SavedView, most: number): Promise<boolean>;
  /** The owner's own and everything shared, by name. */
  abstract list(ownerId: string): Promise<readonly SavedView[]>;
  abstract find(id: string): Promise<SavedView | undefined>;
  /** False where it is gone already. */
  abstract remove(id: string): Promise<boolean>;
}
