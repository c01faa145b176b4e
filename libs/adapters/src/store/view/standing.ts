/** How links stand at this moment, from indexes that hold only what is under way: as fast with millions of settled messages as with none. */
import type { BoundedCount, LinkStanding } from '#exchange';
import type { Names } from './list.ts';
import { readForecasts } from './pace.ts';
import { MAX_COUNT, type Rows } from './stream.ts';

interface StandingRow {
  readonly link: string;
  readonly waiting: string;
  readonly unknown: string;
  readonly blocked: string;
  readonly oldest: Date | null;
  readonly last_in: Date | null;
  readonly last_out: Date | null;
}

export async function readStanding(rows: Rows, links: readonly string[], now: Date, { partnerOf }: Names): Promise<LinkStanding[]> {
  const [found, forecasts] = await Promise.all([rows<StandingRow>(STANDING, [links]), readForecasts(rows, links, now)]);
  return found.map(({ link, waiting, unknown, blocked, oldest, last_in: lastIn, last_out: lastOut }) => ({
    link,
    partner: partnerOf(link),
    waiting: bounded(waiting),
    unknown: bounded(unknown),
    blockedKeys: bounded(blocked),
    ...(oldest && { oldestWaiting: oldest }),
    ...(lastIn && { lastIn }),
    ...(lastOut && { lastOut }),
    ...(forecasts.has(link) && { drain: forecasts.get(link)! }),
  }));
}

const bounded = (text: string): BoundedCount => ({ count: Math.min(Number(text), MAX_COUNT), more: Number(text) > MAX_COUNT });

const WAITING = `d.link = l.link AND d.state IN ('ready', 'retrying', 'publishing')`;
const some = (from: string): string => `(SELECT count(*) FROM (SELECT 1 FROM ${from} LIMIT ${MAX_COUNT + 1}) x)`;

/** The oldest of each class, since a class is drained in the order in which it came. */
const STANDING = `
SELECT l.link,
       ${some(`delivery d WHERE ${WAITING}`)} AS waiting,
       ${some(`delivery d WHERE d.link = l.link AND d.state = 'unknown'`)} AS unknown,
       ${some(`(SELECT DISTINCT u.order_key FROM delivery u WHERE u.link = l.link AND u.state = 'unknown' AND u.order_key IS NOT NULL) k
                WHERE EXISTS (SELECT 1 FROM delivery d WHERE ${WAITING} AND d.order_key = k.order_key)`)} AS blocked,
       (SELECT min(o.created_at) FROM (VALUES ('A'), ('B'), ('C')) p (priority),
               LATERAL (SELECT d.created_at FROM delivery d WHERE ${WAITING} AND d.priority = p.priority ORDER BY d.id LIMIT 1) o) AS oldest,
       (SELECT i.received_at FROM inbox i WHERE i.link = l.link ORDER BY i.received_at DESC LIMIT 1) AS last_in,
       (SELECT o.created_at FROM outbox o WHERE o.link = l.link AND o.kind = 'message' ORDER BY o.created_at DESC LIMIT 1) AS last_out
  FROM unnest($1::text[]) WITH ORDINALITY AS l (link, place) ORDER BY l.place`;
