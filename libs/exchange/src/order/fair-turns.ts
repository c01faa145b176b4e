/** Batches that are understood and planned at a time: while one waits for the store, another has the processor. */
const PLACES = 2;
/** Messages of one turn while links compete, for each share. */
const QUANTUM = 20;
/** A link that asked within so many milliseconds competes. */
const COMPETES_MS = 1_000;

export interface FairTurnsOptions {
  /** Share of the work as agreed now, relative to other links (`links[].limits.share`). */
  readonly shareOf: (link: string) => number;
  readonly now: () => number;
  readonly places?: number;
}

interface Asked {
  readonly link: string;
  /** Virtual time at which the link has had its share of what came before. */
  readonly start: number;
  readonly go: (end: () => void) => void;
}

/**
 * Weighted fair turns between links where they compete for one gateway process (start-time fair queueing, Goyal, Vin and Cheng 1996): whose
 * turn begins earliest in virtual time goes next, and each turn moves its link on by cost / share. A link that was silent begins now and
 * has saved nothing up; one that sends a hundred times its rate waits behind its own turns and nobody else does. The turns of one link
 * stay in order. What is waiting elsewhere (a signature service, a late commit) holds no place.
 */
export class FairTurns {
  readonly #options: FairTurnsOptions;
  readonly #finish = new Map<string, number>();
  readonly #lastAsked = new Map<string, number>();
  #waiting: Asked[] = [];
  #taken = 0;
  #virtual = 0;

  constructor(options: FairTurnsOptions) {
    this.#options = options;
  }

  /** Resolves when it is the link's turn, to what ends it (calling it again does nothing). `cost` in messages of usual size. */
  turn(link: string, cost: number): Promise<() => void> {
    this.#lastAsked.set(link, this.#options.now());
    const start = Math.max(this.#virtual, this.#finish.get(link) ?? 0);
    this.#finish.set(link, start + cost / this.#options.shareOf(link));
    return new Promise((go) => {
      this.#waiting.push({ link, start, go });
      this.#next();
    });
  }

  /** How many messages of a link may go in one turn: its quantum while others compete, so that nobody waits long for its turn. */
  most(link: string, usual: number): number {
    const since = this.#options.now() - COMPETES_MS;
    const competes = [...this.#lastAsked].some(([other, at]) => other !== link && at >= since);
    return competes ? Math.min(usual, Math.ceil(QUANTUM * this.#options.shareOf(link))) : usual;
  }

  #next(): void {
    const { places = PLACES } = this.#options;
    while (this.#taken < places && this.#waiting.length > 0) {
      // Of those that begin at the same time who asked first.
      const first = this.#waiting.reduce((best, one) => (one.start < best.start ? one : best));
      this.#waiting = this.#waiting.filter((one) => one !== first);
      this.#virtual = Math.max(this.#virtual, first.start);
      this.#taken += 1;
      let ended = false;
      first.go(() => {
        if (ended) return;
        ended = true;
        this.#taken -= 1;
        this.#next();
      });
    }
  }
}

/** Bytes of a message of usual size. */
const USUAL = 4_096;
export const costOf = (frames: readonly Buffer[]): number => frames.reduce((sum, frame) => sum + 1 + frame.length / USUAL, 0) / 2;
