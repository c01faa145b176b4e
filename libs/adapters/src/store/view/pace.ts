/** How fast links send, from the newest events: nothing is counted on the way of a message, and a look costs the same however many there are. */
import type { DrainForecast } from '#exchange';
import type { Rows } from './stream.ts';

/** Events looked at, newest first. A busy gateway writes them in seconds, which is a good sample, too. */
const SAMPLE = 5_000;
const WINDOW_SECONDS = 300;
/** A pace over less than this says nothing: a first window leaves at once. */
const LEAST_SECONDS = 10;
/** Waiting rows counted of one link. */
const COUNTED = 200_000;

interface PaceRow {
  readonly link: string;
  readonly sent: string;
  readonly first: Date;
  readonly waiting: string;
}

/** Forecasts by link; a link that sent nothing lately, or has nothing to send, has none. */
export async function readForecasts(rows: Rows, links: readonly string[], now: Date): Promise<ReadonlyMap<string, DrainForecast>> {
  const found = await rows<PaceRow>(PACE, [links, new Date(now.getTime() - WINDOW_SECONDS * 1000), now]);
  return new Map(found.filter(({ waiting }) => waiting !== '0').map((row) => [row.link, forecastOf(row, now)]));
}

/** The pace counts from the first that left in the window: after an outage that is when the link came back. */
export function forecastOf({ sent, first, waiting }: Omit<PaceRow, 'link'>, now: Date): DrainForecast {
  const seconds = Math.max(LEAST_SECONDS, (now.getTime() - first.getTime()) / 1000);
  const perSecond = Number(sent) / seconds;
  const counted = Math.min(Number(waiting), COUNTED);
  return {
    perMinute: Math.round(perSecond * 600) / 10,
    seconds: Math.ceil(counted / perSecond),
    more: Number(waiting) > COUNTED,
  };
}

const PACE = `
WITH recent AS MATERIALIZED (
  SELECT subject, from_state, to_state, at FROM event ORDER BY id DESC LIMIT ${SAMPLE}
), sent AS (
  SELECT o.link, count(*) AS sent, min(r.at) AS first
    FROM recent r JOIN outbox o ON o.message_id = substr(r.subject, 5)
   WHERE r.from_state = 'publishing' AND r.to_state <> 'retrying' AND starts_with(r.subject, 'out:') AND r.at > $2 AND r.at <= $3 AND o.link = ANY ($1)
   GROUP BY o.link
)
SELECT s.link, s.sent, s.first, (SELECT count(*) FROM (
         SELECT 1 FROM delivery d WHERE d.link = s.link AND d.state IN ('ready', 'retrying', 'publishing') LIMIT ${COUNTED + 1}) w) AS waiting
  FROM sent s`;
