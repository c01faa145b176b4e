/**
 * What changed since a place in the events (place.ts), for lists that follow: in order, once, and nothing is left out.
 */
import type { MessageChange, MessageQuery, Scope } from '#exchange';
import { ExchangeError, issue } from '#model';
import { linesThatFit, type Names } from './list.ts';
import { present } from './lines.ts';
import { placeAfter, readEnd, type Place } from './place.ts';
import type { Rows } from './stream.ts';

interface ChangeRow {
  readonly id: string;
  readonly subject: string;
  readonly kind: string;
  readonly from_state: string | null;
  readonly to_state: string | null;
  readonly actor: string;
  readonly cause: string | null;
  readonly at: Date;
}

export async function readChanges(
  rows: Rows,
  scope: Scope,
  resume: string | undefined,
  query: MessageQuery,
  limit: number,
  names: Names,
): Promise<{ readonly changes: readonly MessageChange[]; readonly resume: string }> {
  const { end, oldest } = await readEnd((text) => rows(text, []));
  if (resume === undefined) return { changes: [], resume: writePlace(end) };
  const place = readPlace(resume);
  // Still running: one of the transactions that may hold a number at or below `high`.
  if (oldest < place.transaction) return { changes: [], resume };
  const found = await rows<ChangeRow>(CHANGES, [place.low, place.high, limit]);
  const next = placeAfter(place, end, found.length < limit ? undefined : BigInt((found.at(-1) as ChangeRow).id));
  return { changes: await told(rows, scope, found, place, query, names), resume: writePlace(next) };
}

/** Those of the events whose messages fit the query, with the message as it is now. */
async function told(
  rows: Rows,
  scope: Scope,
  found: readonly ChangeRow[],
  place: Place,
  query: MessageQuery,
  names: Names,
): Promise<MessageChange[]> {
  const subjects = found.flatMap((row) => subjectOf(row) ?? []);
  const ids = {
    in: subjects.flatMap(({ direction, sender, messageId }) => (direction === 'in' ? [{ sender, messageId }] : [])),
    out: subjects.flatMap(({ direction, messageId }) => (direction === 'out' ? [messageId] : [])),
  };
  const lines = await linesThatFit(rows, scope, ids, query, names);
  const byKey = new Map(lines.map((line) => [`${line.direction} ${line.sender ?? ''} ${line.messageId}`, line]));
  return found.flatMap((row): MessageChange[] => {
    const subject = subjectOf(row);
    const message = subject && byKey.get(`${subject.direction} ${subject.sender} ${subject.messageId}`);
    if (!message) return [];
    const { id, kind, actor, at } = row;
    const event = { kind, actor, at, ...present({ from: row.from_state, to: row.to_state, cause: row.cause }) };
    return [{ id, resume: writePlace({ ...place, low: BigInt(id) }), event, message }];
  });
}

/** `in:<sender>/<message id>` or `out:<message id>`; quarantined bytes are no message. */
function subjectOf({ subject }: ChangeRow): { direction: 'in' | 'out'; sender: string; messageId: string } | undefined {
  if (subject.startsWith('out:')) return { direction: 'out', sender: '', messageId: subject.slice(4) };
  const slash = subject.indexOf('/');
  return subject.startsWith('in:') && slash > 0
    ? { direction: 'in', sender: subject.slice(3, slash), messageId: subject.slice(slash + 1) }
    : undefined;
}

const writePlace = ({ low, high, transaction }: Place): string => `${low}.${high}.${transaction}`;

function readPlace(text: string): Place {
  const [, low, high, transaction] = /^(\d{1,18})\.(\d{1,18})\.(\d{1,18})$/.exec(text) ?? [];
  if (low === undefined || high === undefined || transaction === undefined)
    throw new ExchangeError('USAGE', { issues: [issue('USAGE', 'Last-Event-ID', 'It is not the id of an earlier event.')] });
  return { low: BigInt(low), high: BigInt(high), transaction: BigInt(transaction) };
}

const CHANGES = `
SELECT id, subject, kind, from_state, to_state, actor, cause, at FROM event WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`;
