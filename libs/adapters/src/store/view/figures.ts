/** Figures of links over a while, from the newest messages: a look costs the same however many there are. */
import type { Durations, Figures } from '#exchange';
import type { Rows } from './stream.ts';

/** Messages of a link looked at, each way: a fair sample of a busy one, all of a quiet one. */
const SAMPLE = 1_000;

interface ReceivedRow {
  readonly link: string | null;
  readonly seen: string;
  readonly judged: string;
  readonly passed: string;
}
interface SentRow extends ReceivedRow {
  readonly from_partners: string;
  readonly handed: string;
  readonly passages: string;
  readonly passage: number[] | null;
  readonly receipts: string;
  readonly receipt: number[] | null;
}

export async function readFigures(rows: Rows, links: readonly string[], since: Date) {
  const values = [links, since];
  const [received, sent] = await Promise.all([rows<ReceivedRow>(RECEIVED, values), rows<SentRow>(SENT, values)]);
  const full = new Set([...received, ...sent].flatMap(({ link, seen }) => (link !== null && Number(seen) === SAMPLE ? [link] : [])));
  const of = (link: string | null): Figures => {
    const came = received.find((row) => row.link === link);
    const went = sent.find((row) => row.link === link);
    return {
      received: firstPass(came),
      sent: firstPass(went),
      passage: durations(went?.passage, went?.passages, went?.from_partners),
      receipt: durations(went?.receipt, went?.receipts, went?.handed),
      more: link === null ? full.size > 0 : full.has(link),
    };
  };
  return { links: links.map((link) => ({ link, ...of(link) })), total: of(null) };
}

const firstPass = (row: ReceivedRow | undefined) => ({ judged: Number(row?.judged ?? 0), passed: Number(row?.passed ?? 0) });

function durations(percentiles: readonly number[] | null | undefined, known = '0', of = '0'): Durations {
  const [p50, p90] = percentiles ?? [];
  return {
    ...(p50 !== undefined && { p50Seconds: rounded(p50) }),
    ...(p90 !== undefined && { p90Seconds: rounded(p90) }),
    known: Number(known),
    of: Number(of),
  };
}

const rounded = (seconds: number): number => Math.round(seconds * 1000) / 1000;

/** What was parked and went on later was helped: its errors stay with it. */
const RECEIVED = `
WITH looked AS (
  SELECT l.link, i.* FROM unnest($1::text[]) AS l (link) CROSS JOIN LATERAL (
    SELECT x.state, x.issues FROM inbox x WHERE x.link = l.link AND x.received_at > $2 ORDER BY x.received_at DESC LIMIT ${SAMPLE}) AS i)
SELECT link, count(*) AS seen, count(*) FILTER (WHERE state IN ('routed', 'refused', 'parked')) AS judged,
       count(*) FILTER (WHERE state = 'routed' AND NOT issues @> '[{"severity": "error"}]') AS passed
  FROM looked GROUP BY GROUPING SETS ((link), ())`;

const took = (from: string, to: string): string => `CASE WHEN ${to} < ${from} THEN 0 ELSE extract(epoch FROM ${to} - ${from})::float8 END`;
const percentiles = (what: string): string => `percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY ${what})`;

/** A message that was sent again shows the last time it was handed over: a receipt is then of the time before, and takes no time. */
const SENT = `
WITH looked AS (
  SELECT l.link, o.*, ${took('i.received_at', 'o.published_at')} AS passage, ${took('o.published_at', 'r.at')} AS receipt
    FROM unnest($1::text[]) AS l (link) CROSS JOIN LATERAL (
      SELECT x.message_id, x.source_sender, x.source_message_id, d.state, d.attempt, d.published_at FROM outbox x JOIN delivery d USING (id)
       WHERE x.link = l.link AND x.kind = 'message' AND x.created_at > $2 ORDER BY x.created_at DESC LIMIT ${SAMPLE}) AS o
    LEFT JOIN inbox i ON i.sender = o.source_sender AND i.message_id = o.source_message_id
    LEFT JOIN LATERAL (SELECT min(t.at) AS at FROM receipt t WHERE t.about_message_id = o.message_id AND t.direction = 'received') AS r ON true)
SELECT link, count(*) AS seen,
       count(*) FILTER (WHERE state IN ('valid', 'accepted', 'closed', 'refused', 'expired', 'dead', 'missing', 'superseded')) AS judged,
       count(*) FILTER (WHERE state IN ('valid', 'accepted', 'closed') AND attempt = 1) AS passed,
       count(source_message_id) AS from_partners, count(passage) AS passages, ${percentiles('passage')} AS passage,
       count(published_at) AS handed, count(receipt) AS receipts, ${percentiles('receipt')} AS receipt
  FROM looked GROUP BY GROUPING SETS ((link), ())`;
