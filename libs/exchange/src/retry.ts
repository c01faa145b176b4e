import type { Link } from '#model';

/**
 * Time of the next attempt: exponential with full jitter, `random(0, min(cap, base·2^(attempt−1)))`, so that many
 * messages that failed together do not come back together. `random` is in [0, 1).
 */
export function nextAttempt(now: Date, attempt: number, delivery: Link['delivery'], random: () => number): Date {
  const ceiling = Math.min(delivery.retryCapSeconds, delivery.retryBaseSeconds * 2 ** Math.min(attempt - 1, 30));
  // A floor of a tenth keeps a lucky draw from hammering a link that just failed.
  return new Date(now.getTime() + Math.ceil(1000 * ceiling * (0.1 + 0.9 * random())));
}
