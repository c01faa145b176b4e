/**
 * A place in the events for whoever follows them. Numbers of events are given before their transactions commit, so a lower one may
 * become visible after a higher one. A place therefore names two points: `low`, up to which all was told, and `high` with the newest
 * transaction there was when `high` was the end. Once every transaction of that time has ended, nothing can appear at or below `high`
 * any more, and it is told: in order, once, and nothing is left out.
 */
export interface Place {
  readonly low: bigint;
  readonly high: bigint;
  /** First transaction number not yet given when `high` was the end. */
  readonly transaction: bigint;
}

const NOW = `SELECT pg_snapshot_xmin(s)::text AS oldest, pg_snapshot_xmax(s)::text AS next, (SELECT max(id) FROM event) AS end FROM pg_current_snapshot() AS s`;

/** The end of the events as a place, and the oldest transaction that still runs: not below `transaction`, a place's `high` is settled. */
export async function readEnd(
  rows: (text: string) => Promise<readonly object[]>,
): Promise<{ readonly end: Place; readonly oldest: bigint }> {
  const [now] = (await rows(NOW)) as { oldest: string; next: string; end: string | null }[];
  const last = BigInt(now?.end ?? 0);
  return { end: { low: last, high: last, transaction: BigInt(now?.next ?? 0) }, oldest: BigInt(now?.oldest ?? 0) };
}

/** Where one goes on: from the last one told while there are more up to `high`, else towards the end. */
export const placeAfter = (place: Place, end: Place, lastTold: bigint | undefined): Place =>
  lastTold === undefined ? { ...end, low: place.high } : { ...place, low: lastTold };
