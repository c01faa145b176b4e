/** One direction of a list: rows in order, from a position on, looking at a bounded number of them. */
import type { Criteria, Direction } from './criteria.ts';

/** Where a row stands in the order of its direction: time, then id, then sender; newest first. */
export interface Position {
  readonly at: Date;
  /** In: message id. Out: number of the outbox row. */
  readonly id: string;
  readonly sender: string;
}

export interface StreamPage {
  readonly hits: readonly Position[];
  /** Last row looked at, or the last hit where more of them were found than asked for; absent: none. */
  readonly end?: Position;
  /** Nothing more is behind `end`. */
  readonly exhausted: boolean;
}

export type Rows = <Row extends object>(text: string, values: readonly unknown[]) => Promise<Row[]>;

/** Rows looked at in one statement when not every one fits, first and later. */
const FIRST_SCAN = 2_000;
const LATER_SCAN = 8_000;
/** No further statement is begun after this long. */
const BUDGET_MILLISECONDS = 30;
/** Rows looked at for one count. */
const COUNT_SCAN = 20_000;
/** Counting ends here. */
export const MAX_COUNT = 1_000;

export async function readStream(
  rows: Rows,
  direction: Direction,
  criteria: Criteria,
  from: Position | undefined,
  limit: number,
): Promise<StreamPage> {
  if (criteria.nothing) return { hits: [], exhausted: true };
  const hits: Position[] = [];
  const began = performance.now();
  let position = from;
  for (let scan = criteria.rest.length === 0 ? limit + 1 : FIRST_SCAN; ; scan = LATER_SCAN) {
    const found = await rows<ScanRow>(
      scanStatement(direction, criteria, position, scan, limit + 1 - hits.length),
      scanValues(criteria, position),
    );
    const seen = Number(found[0]?.seen ?? 0);
    for (const row of found) if (row.id !== null) hits.push(positionOf(row));
    if (hits.length > limit) return { hits: hits.slice(0, limit), end: hits[limit - 1] as Position, exhausted: false };
    const last = found[0];
    if (last && last.end_at !== null) position = { at: last.end_at, id: String(last.end_id), sender: last.end_sender ?? '' };
    const done = { hits, ...(position && { end: position }) };
    if (seen < scan) return { ...done, exhausted: true };
    if (hits.length === limit || performance.now() - began > BUDGET_MILLISECONDS) return { ...done, exhausted: false };
  }
}

/** How many rows fit, up to MAX_COUNT, among a bounded number looked at. */
export async function countStream(rows: Rows, direction: Direction, criteria: Criteria): Promise<{ count: number; more: boolean }> {
  if (criteria.nothing) return { count: 0, more: false };
  const scan = criteria.rest.length === 0 ? MAX_COUNT + 1 : COUNT_SCAN;
  const text = `WITH ${scanned(direction, criteria, undefined, scan)} SELECT count(*) AS seen, count(*) FILTER (WHERE ok) AS fit FROM scan`;
  const [row] = await rows<{ seen: string; fit: string }>(text, scanValues(criteria, undefined));
  const fit = Number(row?.fit ?? 0);
  return { count: Math.min(fit, MAX_COUNT), more: fit > MAX_COUNT || Number(row?.seen ?? 0) === scan };
}

interface ScanRow {
  readonly seen: string;
  readonly end_at: Date | null;
  readonly end_id: string | null;
  readonly end_sender: string | null;
  readonly at: Date;
  readonly id: string | null;
  readonly sender: string;
}

const positionOf = ({ at, id, sender }: ScanRow): Position => ({ at, id: String(id), sender });

/** At least one row comes back: how many were looked at and where that ended, beside the hits. */
function scanStatement(direction: Direction, criteria: Criteria, from: Position | undefined, scan: number, limit: number): string {
  return `WITH ${scanned(direction, criteria, from, scan)},
seen AS (SELECT count(*) AS seen FROM scan),
last AS (SELECT at AS end_at, id AS end_id, sender AS end_sender FROM scan ORDER BY at, id, sender LIMIT 1),
hit AS (SELECT at, id, sender FROM scan WHERE ok ORDER BY at DESC, id DESC, sender DESC LIMIT ${limit})
SELECT seen.seen, last.*, hit.* FROM seen LEFT JOIN last ON true LEFT JOIN hit ON true ORDER BY hit.at DESC, hit.id DESC, hit.sender DESC`;
}

/** Parameters: those of the criteria, then the position's. */
const scanValues = ({ values }: Criteria, from: Position | undefined): unknown[] => [
  ...values,
  ...(from ? [from.at, from.id, from.sender] : []),
];

/**
 * `scan`: the next rows of the index the criteria chose, each with its verdict on the other conditions. Those stand in the
 * select list so that no other index looks tempting. Rows of keys and ids are few and are sorted after they were found:
 * walking the time until a rare key turns up would read the whole journal.
 */
function scanned(direction: Direction, criteria: Criteria, from: Position | undefined, scan: number): string {
  const { drive, where, rest } = criteria;
  const delivered = direction === 'out' && (drive === 'notable' || drive === 'findings');
  const [at, id, sender, source] = delivered ? SOURCES.out.delivered : SOURCES[direction].usual;
  const ok = rest.length === 0 ? 'true' : rest.map((condition) => `(${condition})`).join(' AND ');
  const columns = `SELECT ${at} AS at, ${id} AS id, ${sender} AS sender, (${ok}) AS ok FROM ${source}`;
  const base = direction === 'out' ? [delivered ? `d.kind = 'message'` : `o.kind = 'message'`] : [];
  const n = criteria.values.length;
  const after = (a: string, b: string, c: string): string[] =>
    from ? [`${a} <= $${n + 1}`, `(${a}, ${b}, ${c}) < ($${n + 1}::timestamptz, $${n + 2}::${ID_TYPE[direction]}, $${n + 3}::text)`] : [];
  const filter = (conditions: readonly string[]): string => (conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '');
  if (drive === 'keys' || drive === 'ids') {
    return `found AS MATERIALIZED (${columns}${filter([...base, ...where])}),
scan AS MATERIALIZED (SELECT * FROM found${filter(after('at', 'id', 'sender'))} ORDER BY at DESC, id DESC, sender DESC LIMIT ${scan})`;
  }
  return `scan AS MATERIALIZED (${columns}${filter([...base, ...where, ...after(at, id, sender)])} ORDER BY ${at} DESC, ${id} DESC, ${sender} DESC LIMIT ${scan})`;
}

const ID_TYPE = { in: 'text', out: 'bigint' } as const;

/** Time, id, sender and tables of a direction. */
const SOURCES = {
  in: {
    usual: ['i.received_at', 'i.message_id', 'i.sender', 'inbox i'],
  },
  out: {
    usual: ['o.created_at', 'o.id', `''::text`, 'outbox o JOIN delivery d ON d.id = o.id'],
    delivered: ['d.created_at', 'd.id', `''::text`, 'delivery d JOIN outbox o ON o.id = d.id'],
  },
} as const;
