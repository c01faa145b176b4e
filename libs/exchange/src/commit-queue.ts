import { ExchangeError } from '#model';
import { StaleBatchError } from './ports/exchange-store.port.ts';

/** How often a plan may turn out stale before we stop believing in a race. */
const MAX_STALE = 20;

/**
 * Commits plans one after another in the order they were handed in, while the next plan is already being made.
 *
 * A plan extends hash chains, so it rests on the plans before it. When one of those did not go through as planned, every
 * plan made on top of it is thrown away and made again from the store's truth. `#epoch` tells them apart: it grows each
 * time the truth departs from what was assumed. A plan that takes time (its signatures come from elsewhere) is made when its turn
 * comes, and nothing is planned on top of it before it is whole.
 */
export class CommitQueue<Plan, Result> {
  #tail: Promise<unknown> = Promise.resolve();
  #epoch = 0;
  /** The last commit failed: what the planner remembers may be wrong, so nothing is planned on it. */
  #unknown = false;
  /** Plans that take time and are not made yet. */
  #slow = 0;
  readonly #commit: (plan: Plan) => Promise<Result>;

  constructor(commit: (plan: Plan) => Promise<Result>) {
    this.#commit = commit;
  }

  /**
   * `plan` is called at once and assumes that all before it succeed; `replan` starts from the store. `discard` is called for
   * every plan that is not committed. Rejects when the store fails, or the plan cannot be made; nothing of it was committed then.
   */
  run(plan: () => Plan, replan: () => Promise<Plan>, discard: (plan: Plan) => void): Promise<{ plan: Plan; result: Result }> {
    const first = this.#unknown || this.#slow > 0 ? undefined : { plan: plan(), epoch: this.#epoch };
    return this.#enqueue(() => this.#settle(first, replan, discard));
  }

  /** As `run`, for a plan that takes time: called when all before it are committed, and undone by itself when it rejects. */
  runSlowly(
    plan: () => Promise<Plan>,
    replan: () => Promise<Plan>,
    discard: (plan: Plan) => void,
  ): Promise<{ plan: Plan; result: Result }> {
    this.#slow += 1;
    return this.#enqueue(async () => {
      const made = await (this.#unknown ? this.#again(replan) : plan()).finally(() => (this.#slow -= 1));
      return this.#settle({ plan: made, epoch: this.#epoch }, replan, discard);
    });
  }

  #enqueue<T>(settle: () => Promise<T>): Promise<T> {
    const work = this.#tail.then(settle);
    this.#tail = work.catch(() => undefined);
    return work;
  }

  async #settle(first: { plan: Plan; epoch: number } | undefined, replan: () => Promise<Plan>, discard: (plan: Plan) => void) {
    let current = first?.plan;
    if (first && first.epoch !== this.#epoch) {
      discard(first.plan);
      current = undefined;
    }
    for (let stale = 0; ; stale += 1) {
      current ??= await this.#again(replan);
      try {
        const result = await this.#commit(current);
        return { plan: current, result };
      } catch (error) {
        discard(current);
        this.#epoch += 1;
        this.#unknown = true;
        if (!(error instanceof StaleBatchError)) throw error;
        // Facts read anew were stale again and again: not a race but a plan that can never fit. The transport tries later.
        if (stale === MAX_STALE)
          throw new ExchangeError('INTERNAL', { detail: 'A batch could not be planned on a settled state.', cause: error });
        current = undefined;
      }
    }
  }

  async #again(replan: () => Promise<Plan>): Promise<Plan> {
    this.#epoch += 1;
    const plan = await replan();
    this.#unknown = false;
    return plan;
  }
}
