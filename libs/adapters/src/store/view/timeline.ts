/** Everything about one shipment in the order of time. */
import {
  isCarrier,
  KeyLinks,
  LINK_LIMITS,
  type Scope,
  type Timeline,
  type TimelineEntry,
  type TimelineQuery,
  type LinkedKey,
} from '#exchange';
import type { Names } from './list.ts';
import { LINE_IN, LINE_OUT, lineOf, type LineRow } from './lines.ts';
import type { Rows } from './stream.ts';

/** Numbers that come again with other goods; without bounds only their last months are looked at. */
const REUSED = /^(?:equipment|wagon|train|journey|call|object):/;
const REUSED_DAYS = 90;
/** Messages about a carrier alone: a train's departure concerns all it carries. */
const CARRIER_MESSAGES = 100;

interface StatementRow {
  readonly sender: string;
  readonly message_id: string;
  readonly received_at: Date;
  readonly keys: string[];
  readonly groups: number[][] | null;
}

interface Window {
  readonly from: Date | null;
  readonly until: Date | null;
}

export async function readTimeline(rows: Rows, scope: Scope, query: TimelineQuery, names: Names, now: Date): Promise<Timeline> {
  const links = scope.links ?? null;
  const about = query.messageId === undefined ? { keys: query.keys } : await keysOf(rows, query.messageId, links);
  const start = about.keys;
  const window = windowOf(query, start, about.at, now);
  const found = new KeyLinks(start);
  const inbound = new Map<string, StatementRow>();
  const truncated = new Set<'messages' | 'keys' | 'hops'>();
  while (found.frontier.length > 0) {
    const statements = await rows<StatementRow>(BY_KEYS, [found.frontier, window.from, window.until, links, LINK_LIMITS.messages]);
    if (statements.length === LINK_LIMITS.messages) truncated.add('messages');
    for (const row of statements) inbound.set(`${row.sender} ${row.message_id}`, row);
    found.step(statements.map(({ message_id: messageId, keys, groups }) => ({ messageId, keys, groups: groups ?? [] })));
  }
  for (const row of await ofCarriers(rows, found.keys, window, links)) inbound.set(`${row.sender} ${row.message_id}`, row);
  for (const cut of found.truncated) truncated.add(cut);
  const kept = [...inbound.values()].sort((a, b) => b.received_at.getTime() - a.received_at.getTime()).slice(0, LINK_LIMITS.messages);
  if (kept.length < inbound.size) truncated.add('messages');
  const lines = await linesOf(rows, kept, { keys: found.goods, window, links, messageId: query.messageId ?? null });
  return {
    keys: found.keys,
    messages: lines.map((row) => lineOf(row, names.partnerOf, scope)),
    entries: await entriesOf(rows, lines, names),
    window: { ...(window.from && { from: window.from }), ...(window.until && { until: window.until }) },
    ...(truncated.size > 0 && { truncated: [...truncated] }),
  };
}

interface About {
  readonly keys: readonly string[];
  readonly at?: Date;
}

/** Goods keys of a message, else of the one it was made from; of what names no goods, its carriers. */
async function keysOf(rows: Rows, messageId: string, links: readonly string[] | null): Promise<About> {
  const found = await rows<{ keys: string[]; at: Date }>(KEYS_OF, [messageId, links]);
  const goods = found.map(({ keys, at }) => ({ keys: keys.filter((key) => !isCarrier(key)), at })).find(({ keys }) => keys.length > 0);
  const { keys, at } = goods ?? found[0] ?? { keys: [] };
  return { keys: keys.slice(0, LINK_LIMITS.keys), ...(at && { at }) };
}

/** A message says when; a number used again and again means what it stood for lately. */
function windowOf({ from, until }: TimelineQuery, start: readonly string[], at: Date | undefined, now: Date): Window {
  if (from || until) return { from: from ?? null, until: until ?? null };
  const days = (count: number, of: Date) => new Date(of.getTime() + count * 86_400_000);
  if (at) return { from: days(-REUSED_DAYS, at), until: days(REUSED_DAYS, at) };
  return { from: start.length > 0 && start.every((key) => REUSED.test(key)) ? days(-REUSED_DAYS, now) : null, until: null };
}

/** What is said of the train or ship itself, naming no goods. */
async function ofCarriers(
  rows: Rows,
  keys: readonly LinkedKey[],
  window: Window,
  links: readonly string[] | null,
): Promise<StatementRow[]> {
  // A wagon or a train that was itself asked for may be shown with all it carried.
  const asked = keys.filter(({ role, hops }) => role === 'carrier' && hops === 0).map(({ key }) => key);
  const passed = keys.filter(({ role, hops, key }) => role === 'carrier' && hops > 0 && !key.startsWith('wagon:')).map(({ key }) => key);
  const [direct, about] = await Promise.all([
    asked.length > 0 ? rows<StatementRow>(BY_KEYS, [asked, window.from, window.until, links, LINK_LIMITS.messages]) : [],
    passed.length > 0 ? rows<StatementRow>(BY_KEYS, [passed, window.from, window.until, links, CARRIER_MESSAGES]) : [],
  ]);
  return [...direct, ...about.filter((row) => row.keys.every((key) => isCarrier(key) || key.startsWith('document:')))];
}

async function linesOf(
  rows: Rows,
  inbound: readonly StatementRow[],
  {
    keys,
    window,
    links,
    messageId,
  }: { keys: readonly string[]; window: Window; links: readonly string[] | null; messageId: string | null },
): Promise<LineRow[]> {
  const senders = inbound.map(({ sender }) => sender);
  const ids = inbound.map((row) => row.message_id);
  const [inward, outward] = await Promise.all([
    rows<LineRow>(
      `SELECT ${LINE_IN} FROM unnest($1::text[], $2::text[]) AS w (s, m) JOIN inbox i ON i.sender = w.s AND i.message_id = w.m`,
      [senders, ids],
    ),
    rows<LineRow>(OUTWARD, [senders, ids, keys, window.from, window.until, links, messageId, LINK_LIMITS.messages]),
  ]);
  return [...inward, ...outward].sort((a, b) => b.at.getTime() - a.at.getTime());
}

interface HappeningRow {
  readonly direction: 'in' | 'out';
  readonly message_id: string;
  readonly kind: string;
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly actor: string | null;
  readonly cause: string | null;
  readonly count: number | null;
  readonly at: Date;
}

async function entriesOf(rows: Rows, lines: readonly LineRow[], { partnerOf }: Names): Promise<TimelineEntry[]> {
  const inward = lines.filter(({ direction }) => direction === 'in');
  const outward = lines.filter(({ direction }) => direction === 'out').map((row) => row.message_id);
  const happened = await rows<HappeningRow>(HAPPENED, [inward.map(({ sender }) => sender), inward.map((row) => row.message_id), outward]);
  const byId = new Map(lines.map((row) => [`${row.direction} ${row.message_id}`, row]));
  const about = (row: LineRow) => ({
    messageId: row.message_id,
    direction: row.direction,
    link: row.link,
    partner: partnerOf(row.link),
    type: row.type,
  });
  const entries: TimelineEntry[] = lines.map((row) => ({
    at: row.at,
    kind: row.direction === 'in' ? 'received' : 'made',
    ...about(row),
    ...(row.direction === 'in' && { state: row.state }),
    ...(row.direction === 'in' && row.code !== null && { cause: row.code }),
  }));
  for (const row of happened) {
    const line = byId.get(`${row.direction} ${row.message_id}`);
    // The first decision about an inbound message is told by its receiving.
    if (!line || (row.direction === 'in' && row.kind === 'state' && row.from_state === 'received')) continue;
    entries.push({
      at: row.at,
      kind: kindOf(row.kind),
      ...about(line),
      ...(row.to_state !== null && { state: row.to_state }),
      ...(row.from_state !== null && { from: row.from_state }),
      ...(row.cause !== null && { cause: row.cause }),
      ...(row.actor !== null && { actor: row.actor }),
      ...(row.count !== null && { count: row.count }),
    });
  }
  return entries
    .map((entry, place) => ({ entry, place }))
    .sort(inOrder)
    .map(({ entry }) => entry);
}

/** At one moment: received before decided, made before moved. */
const inOrder = (a: { entry: TimelineEntry; place: number }, b: { entry: TimelineEntry; place: number }): number =>
  a.entry.at.getTime() - b.entry.at.getTime() || rank(a.entry) - rank(b.entry) || a.place - b.place;
const rank = ({ kind }: TimelineEntry): number => (kind === 'received' ? 0 : kind === 'made' ? 1 : 2);

const KINDS: ReadonlySet<string> = new Set(['state', 'receipt-issued', 'receipt-received', 'repeated', 'quarantined']);
const kindOf = (kind: string): TimelineEntry['kind'] => (KINDS.has(kind) ? (kind as TimelineEntry['kind']) : 'event');

/** `found` first: the index of keys, not a walk through time. */
const BY_KEYS = `
WITH found AS MATERIALIZED (
  SELECT i.sender, i.message_id, i.received_at, i.link FROM inbox i
   WHERE i.business_keys && $1::text[] AND ($2::timestamptz IS NULL OR i.received_at >= $2) AND ($3::timestamptz IS NULL OR i.received_at < $3)
), newest AS MATERIALIZED (
  SELECT * FROM found WHERE $4::text[] IS NULL OR link = ANY ($4) ORDER BY received_at DESC LIMIT $5
)
SELECT n.sender, n.message_id, n.received_at, i.business_keys AS keys, i.key_groups AS groups
  FROM newest n JOIN inbox i ON i.sender = n.sender AND i.message_id = n.message_id ORDER BY n.received_at DESC`;

const KEYS_OF = `
WITH RECURSIVE walk (sender) AS (
  (SELECT sender FROM inbox ORDER BY sender LIMIT 1)
  UNION ALL
  SELECT (SELECT n.sender FROM inbox n WHERE n.sender > walk.sender ORDER BY n.sender LIMIT 1) FROM walk WHERE walk.sender IS NOT NULL
)
SELECT i.business_keys AS keys, i.received_at AS at FROM walk s JOIN inbox i ON i.sender = s.sender AND i.message_id = $1 WHERE $2::text[] IS NULL OR i.link = ANY ($2)
UNION ALL
SELECT o.business_keys, o.created_at FROM outbox o WHERE o.message_id = $1 AND o.kind = 'message' AND ($2::text[] IS NULL OR o.link = ANY ($2))
UNION ALL
SELECT i.business_keys, i.received_at FROM outbox o JOIN inbox i ON i.sender = o.source_sender AND i.message_id = o.source_message_id
 WHERE o.message_id = $1 AND ($2::text[] IS NULL OR i.link = ANY ($2))`;

/** What was made of the inbound messages, and what names the keys itself. */
const OUTWARD = `
WITH made AS MATERIALIZED (
  SELECT o.id FROM unnest($1::text[], $2::text[]) AS w (s, m) JOIN outbox o ON o.source_message_id = w.m AND o.source_sender = w.s
  UNION
  SELECT o.id FROM outbox o WHERE o.business_keys && $3::text[] AND o.business_keys <> '{}'
     AND ($4::timestamptz IS NULL OR o.created_at >= $4) AND ($5::timestamptz IS NULL OR o.created_at < $5)
  UNION
  SELECT o.id FROM outbox o WHERE o.message_id = $7
)
SELECT ${LINE_OUT} FROM made JOIN outbox o ON o.id = made.id JOIN delivery d ON d.id = o.id
 WHERE o.kind = 'message' AND ($6::text[] IS NULL OR o.link = ANY ($6)) ORDER BY o.created_at DESC LIMIT $8`;

const HAPPENED = `
WITH inward AS MATERIALIZED (SELECT * FROM unnest($1::text[], $2::text[]) AS w (sender, message_id)),
outward AS MATERIALIZED (SELECT * FROM unnest($3::text[]) AS w (message_id))
SELECT 'in' AS direction, w.message_id, e.kind, e.from_state, e.to_state, e.actor, e.cause, NULL::integer AS count, e.at, e.id AS place
  FROM inward w JOIN event e ON e.subject = 'in:' || w.sender || '/' || w.message_id
UNION ALL
SELECT 'out', w.message_id, e.kind, e.from_state, e.to_state, e.actor, e.cause, NULL, e.at, e.id
  FROM outward w JOIN event e ON e.subject = 'out:' || w.message_id
UNION ALL
SELECT 'in', w.message_id, 'receipt-' || r.direction, NULL, r.status, r.issuer, array_to_string(r.levels, ' '), NULL, r.at, r.id
  FROM inward w JOIN receipt r ON r.about_message_id = w.message_id AND r.about_sender = w.sender
UNION ALL
SELECT 'out', w.message_id, 'receipt-' || r.direction, NULL, r.status, r.issuer, array_to_string(r.levels, ' '), NULL, r.at, r.id
  FROM outward w JOIN receipt r ON r.about_message_id = w.message_id AND r.direction = 'received'
UNION ALL
SELECT 'in', w.message_id, 'repeated', NULL, NULL, NULL, NULL, p.count, p.last_at, 0
  FROM inward w JOIN inbox_repeat p ON p.sender = w.sender AND p.message_id = w.message_id
UNION ALL
SELECT 'in', w.message_id, 'quarantined', NULL, NULL, NULL, q.code, q.count, q.last_at, 0
  FROM inward w JOIN quarantine q ON q.claimed_message_id = w.message_id
ORDER BY at, place`;
