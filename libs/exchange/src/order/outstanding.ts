/**
 * What was taken in and is not committed yet, because it is large or stands behind such a one. Messages of one business key
 * keep their order; all others pass.
 */
export class Outstanding {
  readonly #links = new Map<string, Set<OutstandingMessage>>();

  /** Takes a message's place in the order of its link. `keys` as far as they are known; see `OutstandingMessage`. */
  open(link: string, id: string, mayHold: OutstandingMessage['mayHold']): OutstandingMessage {
    const all = this.#links.get(link) ?? new Set();
    this.#links.set(link, all);
    const message = new OutstandingMessage(id, mayHold, [...all], () => {
      all.delete(message);
      if (all.size === 0) this.#links.delete(link);
    });
    all.add(message);
    return message;
  }

  /** Whether anything of a link is outstanding, to spare the common case every question. */
  any(link: string): boolean {
    return this.#links.has(link);
  }

  /** The one with this id, taken in and not committed: the same message again waits for it. */
  same(link: string, id: string): OutstandingMessage | undefined {
    return [...(this.#links.get(link) ?? [])].find((message) => message.id === id);
  }

  /** Whether a message with these order keys has to stand behind something of its link. */
  async blocks(link: string, keys: readonly string[]): Promise<boolean> {
    for (const message of this.#links.get(link) ?? []) if (await message.holdsAny(keys)) return true;
    return false;
  }
}

export class OutstandingMessage {
  readonly id: string;
  readonly #before: readonly OutstandingMessage[];
  readonly #leave: () => void;
  /** Says of a key whether this message could have it: the exact answer once the document is read, a cautious one before. */
  mayHold: (key: string) => boolean | Promise<boolean>;
  readonly #place = placeOf();

  constructor(id: string, mayHold: OutstandingMessage['mayHold'], before: readonly OutstandingMessage[], leave: () => void) {
    this.id = id;
    this.mayHold = mayHold;
    this.#before = before;
    this.#leave = leave;
  }

  async holdsAny(keys: readonly string[]): Promise<boolean> {
    for (const key of keys) if (await this.mayHold(key)) return true;
    return false;
  }

  /** Resolves when everything of the link that came before and shares a key has its place in the order of commits. */
  async turn(keys: readonly string[]): Promise<void> {
    for (const earlier of this.#before) if (earlier.id === this.id || (await earlier.holdsAny(keys))) await earlier.#place.taken;
  }

  /** It has its place in the order of commits: those behind it may take theirs. */
  enqueued(): void {
    this.#place.take();
  }

  /** It will not be committed by this process, which is stopping: neither will what waits for it. */
  gaveUp(reason: unknown): void {
    this.#place.refuse(reason);
  }

  /** Committed, or offered again as if it had never come: nothing waits for it any more. */
  left(): void {
    this.#place.take();
    this.#leave();
  }
}

function placeOf() {
  let take = (): void => undefined;
  let refuse: (reason: unknown) => void = () => undefined;
  const taken = new Promise<void>((resolve, reject) => {
    take = resolve;
    refuse = reject;
  });
  // Whether anybody waits or not.
  taken.catch(() => undefined);
  return { taken, take, refuse };
}
