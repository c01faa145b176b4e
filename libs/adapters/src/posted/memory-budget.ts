/** The part of the budget that one holder may have: another always finds the rest. */
const MOST_OF_ONE = 0.75;

/**
 * Bytes that requests may hold together. Without it a few hundred slow uploads of the largest size would exhaust the process; without a
 * bound for each link one partner's uploads would leave nothing to the others.
 */
export class MemoryBudget {
  private used = 0;
  private readonly held = new Map<string, number>();

  constructor(private readonly limit: number) {}

  /** False, and nothing taken, when the limit would be passed, or the holder's part of it. */
  take(bytes: number, holder: string): boolean {
    const held = (this.held.get(holder) ?? 0) + bytes;
    if (this.used + bytes > this.limit || held > this.limit * MOST_OF_ONE) return false;
    this.used += bytes;
    this.held.set(holder, held);
    return true;
  }

  give(bytes: number, holder: string): void {
    this.used -= bytes;
    const left = (this.held.get(holder) ?? 0) - bytes;
    if (left > 0) this.held.set(holder, left);
    else this.held.delete(holder);
  }
}
