export interface FailureLimits {
  /** Failures in a row that are free. */
  readonly burst: number;
  /** Failures forgiven a second. */
  readonly perSecond: number;
  /** Callers remembered; the longest silent is forgotten first. */
  readonly callers: number;
}

/**
 * Bounds requests that fail authentication, a caller (network address) at a time: a token bucket that only failures drain, so
 * that a partner who signs properly is never slowed down. Bounded memory.
 */
export class FailureLimiter {
  private readonly buckets = new Map<string, { tokens: number; at: number }>();

  constructor(
    private readonly limits: FailureLimits = { burst: 30, perSecond: 0.5, callers: 10_000 },
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Seconds until the caller is heard again; 0: now. */
  waitOf(caller: string): number {
    const tokens = this.tokensOf(caller);
    return tokens >= 1 ? 0 : Math.ceil((1 - tokens) / this.limits.perSecond);
  }

  failed(caller: string): void {
    const tokens = Math.max(0, this.tokensOf(caller) - 1);
    this.buckets.delete(caller); // to the end of the order of insertion
    this.buckets.set(caller, { tokens, at: this.now() });
    if (this.buckets.size > this.limits.callers) this.buckets.delete(this.buckets.keys().next().value!);
  }

  private tokensOf(caller: string): number {
    const bucket = this.buckets.get(caller);
    if (!bucket) return this.limits.burst;
    return Math.min(this.limits.burst, bucket.tokens + ((this.now() - bucket.at) / 1000) * this.limits.perSecond);
  }
}
