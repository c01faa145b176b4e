import { type BoundedCount, type Chip, type ListQuery, type MessageLine, type MessagePage, type MessageQuery, type Scope } from '#exchange';
import { ExchangeError, issue } from '#model';
import { criteriaFor, TYPES_OF, type Criteria, type Direction } from './criteria.ts';
import { LINE_IN, LINE_OUT, lineOf, type LineRow } from './lines.ts';
import { countStream, MAX_COUNT, readStream, type Position, type Rows, type StreamPage } from './stream.ts';

/** How links and partners are named; agreements change, the tables keep link ids. */
export interface Names {
  readonly partnerOf: (link: string) => string;
  readonly linksOf: (partner: string) => readonly string[];
}

const DIRECTIONS: readonly Direction[] = ['in', 'out'];

/** Where a list goes on: each direction from its own place; `null`: that direction has ended. */
type Cursor = Readonly<Record<Direction, Position | null | undefined>>;

/**
 * One page over both directions. Each is read in its own order; the page ends where a direction that ran out of its budget
 * has not been looked at further, so that nothing is shown before something newer that was not found yet.
 */
export async function listMessages(rows: Rows, scope: Scope, query: ListQuery, names: Names): Promise<MessagePage> {
  const cursor = readCursor(query.cursor);
  const criteria = await bothCriteria(rows, scope, query, names);
  const [inward, outward] = await Promise.all(
    DIRECTIONS.map((direction) => {
      const from = cursor[direction];
      return from === null ? ENDED : readStream(rows, direction, criteria[direction], from, query.limit);
    }),
  );
  const pages = { in: inward as StreamPage, out: outward as StreamPage };
  const horizon = horizonOf(pages, query.limit);
  const shown = DIRECTIONS.flatMap((direction) => pages[direction].hits.map((position) => ({ direction, position })))
    .filter(({ position }) => position.at.getTime() >= horizon)
    .sort((a, b) => b.position.at.getTime() - a.position.at.getTime())
    .slice(0, query.limit);
  const next = {
    in: after('in', pages.in, shown, cursor.in),
    out: after('out', pages.out, shown, cursor.out),
  };
  const messages = await linesAt(rows, shown, names, scope);
  if (next.in === null && next.out === null) return { messages };
  const cut = horizon > -Infinity && shown.length < query.limit;
  return { messages, next: writeCursor(next), ...(cut && { searchedTo: new Date(horizon) }) };
}

export async function countMessages(rows: Rows, scope: Scope, query: MessageQuery, names: Names): Promise<BoundedCount> {
  const criteria = await bothCriteria(rows, scope, query, names);
  const counts = await Promise.all(DIRECTIONS.map((direction) => countStream(rows, direction, criteria[direction])));
  const count = counts.reduce((sum, one) => sum + one.count, 0);
  return { count: Math.min(count, MAX_COUNT), more: count > MAX_COUNT || counts.some(({ more }) => more) };
}

/** Lines of those of these messages that fit the chips. */
export async function linesThatFit(
  rows: Rows,
  scope: Scope,
  ids: { readonly in: readonly { sender: string; messageId: string }[]; readonly out: readonly string[] },
  query: MessageQuery,
  names: Names,
): Promise<readonly MessageLine[]> {
  const criteria = await bothCriteria(rows, scope, query, names);
  const condition = ({ where, rest }: Criteria): string => [...where, ...rest].map((one) => ` AND (${one})`).join('');
  const at = (one: Criteria, place: number): string => `$${one.values.length + place}`;
  const [inward, outward] = [criteria.in, criteria.out];
  const found = await Promise.all([
    inward.nothing || ids.in.length === 0
      ? []
      : rows<LineRow>(
          `SELECT ${LINE_IN} FROM inbox i WHERE (i.sender, i.message_id) IN (SELECT * FROM unnest(${at(inward, 1)}::text[], ${at(inward, 2)}::text[]))${condition(inward)}`,
          [...inward.values, ids.in.map(({ sender }) => sender), ids.in.map(({ messageId }) => messageId)],
        ),
    outward.nothing || ids.out.length === 0
      ? []
      : rows<LineRow>(
          `SELECT ${LINE_OUT} FROM outbox o JOIN delivery d ON d.id = o.id WHERE o.kind = 'message' AND o.message_id = ANY (${at(outward, 1)}::text[])${condition(outward)}`,
          [...outward.values, ids.out],
        ),
  ]);
  return found.flat().map((row) => lineOf(row, names.partnerOf, scope));
}

async function bothCriteria(
  rows: Rows,
  { links: scope }: Scope,
  { chips, now }: MessageQuery,
  { linksOf }: Names,
): Promise<Readonly<Record<Direction, Criteria>>> {
  const byType = chips.some(({ field }: Chip) => field === 'type');
  const types = async (direction: Direction) =>
    byType ? (await rows<{ type: string }>(TYPES_OF[direction], [])).map(({ type }) => type) : [];
  const [inward, outward] = await Promise.all([types('in'), types('out')]);
  return {
    in: criteriaFor('in', chips, { now, linksOf, scope, types: inward }),
    out: criteriaFor('out', chips, { now, linksOf, scope, types: outward }),
  };
}

const ENDED: StreamPage = { hits: [], exhausted: true };

/** The oldest moment down to which every direction was looked at. */
function horizonOf(pages: Readonly<Record<Direction, StreamPage>>, limit: number): number {
  const cuts = DIRECTIONS.flatMap((direction) => {
    const { hits, end, exhausted } = pages[direction];
    return exhausted || hits.length >= limit || !end ? [] : [end.at.getTime()];
  });
  return Math.max(-Infinity, ...cuts);
}

/** Where a direction goes on after what is shown of it. */
function after(
  direction: Direction,
  { hits, end, exhausted }: StreamPage,
  shown: readonly { direction: Direction; position: Position }[],
  before: Position | null | undefined,
): Position | null | undefined {
  const mine = shown.filter((one) => one.direction === direction);
  if (mine.length === hits.length) return exhausted ? null : (end ?? before);
  return mine.at(-1)?.position ?? before;
}

async function linesAt(
  rows: Rows,
  shown: readonly { readonly direction: Direction; readonly position: Position }[],
  { partnerOf }: Names,
  scope: Scope,
): Promise<MessageLine[]> {
  const of = (direction: Direction) => shown.filter((one) => one.direction === direction).map(({ position }) => position);
  const [inward, outward] = [of('in'), of('out')];
  const found = await Promise.all([
    inward.length === 0
      ? []
      : rows<LineRow>(
          `SELECT ${LINE_IN} FROM unnest($1::text[], $2::text[]) AS w (s, m) JOIN inbox i ON i.sender = w.s AND i.message_id = w.m`,
          [inward.map(({ sender }) => sender), inward.map(({ id }) => id)],
        ),
    outward.length === 0
      ? []
      : rows<LineRow>(`SELECT ${LINE_OUT} FROM outbox o JOIN delivery d ON d.id = o.id WHERE o.id = ANY ($1::bigint[])`, [
          outward.map(({ id }) => id),
        ]),
  ]);
  const lines = new Map(
    found.flat().map((row) => [row.direction === 'in' ? `in ${row.sender} ${row.message_id}` : `out ${row.outbox_id}`, row] as const),
  );
  return shown.flatMap(({ direction, position: { sender, id } }) => {
    const row = lines.get(direction === 'in' ? `in ${sender} ${id}` : `out ${id}`);
    return row ? [lineOf(row, partnerOf, scope)] : [];
  });
}

type Packed = readonly [at: number, id: string, sender: string] | null | 0;

const pack = (position: Position | null | undefined): Packed =>
  position ? [position.at.getTime(), position.id, position.sender] : position === null ? null : 0;

const writeCursor = (cursor: Cursor): string => Buffer.from(JSON.stringify([pack(cursor.in), pack(cursor.out)])).toString('base64url');

function readCursor(text: string | undefined): Cursor {
  if (text === undefined) return { in: undefined, out: undefined };
  try {
    const [inward, outward] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [unknown, unknown];
    return { in: unpack(inward), out: unpack(outward, /^\d{1,18}$/) };
  } catch (cause) {
    throw new ExchangeError('USAGE', { cause, issues: [issue('USAGE', 'cursor', 'It is not the next of an earlier page.')] });
  }
}

function unpack(packed: unknown, ids = /^[^\0]{0,250}$/u): Position | null | undefined {
  if (packed === null) return null;
  if (packed === 0) return undefined;
  const [at, id, sender] = packed as [unknown, unknown, unknown];
  if (!Number.isSafeInteger(at) || Math.abs(at as number) > 8e15) throw new RangeError();
  if (typeof id !== 'string' || !ids.test(id) || typeof sender !== 'string' || sender.includes('\0')) throw new RangeError();
  return { at: new Date(at as number), id, sender };
}
