/** Bytes that requests may hold together. Without it a few hundred slow uploads of the largest size would exhaust the process. */
export class MemoryBudget {
  private used = 0;

  constructor(private readonly limit: number) {}

  /** False, and nothing taken, when the limit would be passed. */
  take(bytes: number): boolean {
    if (this.used + bytes > this.limit) return false;
    this.used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.used -= bytes;
  }
}
