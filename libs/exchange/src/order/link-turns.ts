/** The batch of a link before the one at hand. */
export interface BatchBefore {
  /** Resolves when it is committed, at once where there is none under way; rejects when it was not committed. */
  readonly committed: Promise<void>;
  /** Throws where it is known already that it was not committed. */
  check(): void;
}

export const NONE_BEFORE: BatchBefore = { committed: Promise.resolve(), check: () => undefined };

/**
 * The batch of each link whose commit is under way. The one behind it is understood and planned meanwhile, and is committed only
 * if that one was: otherwise a message could overtake another of its key, and an acknowledgement speak for what is not kept.
 */
export class LinkTurns {
  readonly #last = new Map<string, BatchBefore>();

  before(link: string): BatchBefore {
    return this.#last.get(link) ?? NONE_BEFORE;
  }

  /** From now on what comes on the link stands behind this commit. */
  follow(link: string, commit: Promise<unknown>): void {
    let failure: { readonly error: unknown } | undefined;
    const committed = commit.then(() => undefined);
    const turn: BatchBefore = {
      committed,
      check: () => {
        if (failure) throw failure.error;
      },
    };
    const end = () => {
      if (this.#last.get(link) === turn) this.#last.delete(link);
    };
    committed.then(end, (error: unknown) => {
      failure = { error };
      end();
    });
    this.#last.set(link, turn);
  }
}
