/**
 * The one-line query language of message lists: `state:refused partner:KEG key:bill:LYG1 since:2h`. The HTTP API, the CLI
 * and the console read and write the same text; what it holds is a list of chips, and text and chips round-trip.
 *
 *     query = *( space term )         term  = [ "-" ] field ":" value *( "," value ) / word
 *     value = quoted / bare           bare  = what has no space, comma or quotation mark
 *
 * All terms must hold; of several values of one term any. `-` excludes. A word is looked up as business key of every scheme
 * and as message id. Pure; offsets are UTF-16 code units as editors count them.
 */
import { ERRORS, INBOUND_MOVES, OUTBOUND_MOVES } from '#model';
import { isKeyScheme, KEY_SCHEMES } from '../business-keys.ts';
import { scan, type Token } from './query-scan.ts';

/** What may stand before the colon, and what each field holds; `text` is a bare word. */
export const QUERY_FIELDS = [
  'state',
  'partner',
  'link',
  'direction',
  'type',
  'key',
  'id',
  'conversation',
  'code',
  'mapping',
  'incident',
  'since',
  'until',
  'attempts',
  'deadline',
  'test',
  'text',
] as const;
export type QueryField = (typeof QUERY_FIELDS)[number];

/** One term. `values` has one at least; those of `since`, `until`, `attempts`, `deadline`, `test`, `direction` and `text` exactly one. */
export interface Chip {
  readonly field: QueryField;
  readonly values: readonly string[];
  /** Excludes what the term describes. */
  readonly not: boolean;
}

export type QueryFaultCode =
  'FIELD_UNKNOWN' | 'VALUE_MISSING' | 'VALUE_INVALID' | 'QUOTE_OPEN' | 'NOT_MISPLACED' | 'TOO_LONG' | 'FIELD_TWICE' | 'NOT_TEXT';

/** What is wrong with a query, and where. The text never repeats what was typed. */
export interface QueryFault {
  readonly code: QueryFaultCode;
  readonly at: number;
  readonly length: number;
  readonly message: string;
  /** What could stand there. */
  readonly expected?: readonly string[];
}

export type ParsedQuery =
  { readonly ok: true; readonly chips: readonly Chip[] } | { readonly ok: false; readonly faults: readonly QueryFault[] };

/** Longest accepted query, and the most terms and values in it. */
export const QUERY_LIMITS = { length: 2_000, terms: 40, values: 50 } as const;

export const MESSAGE_STATES: readonly string[] = [...new Set([...Object.keys(INBOUND_MOVES), ...Object.keys(OUTBOUND_MOVES)])];

interface FieldRule {
  /** Only one value, and the field only once. */
  readonly single?: true;
  /** May not be excluded. */
  readonly positive?: true;
  readonly allowed?: readonly string[];
  readonly pattern?: RegExp;
  readonly expected?: readonly string[];
}

const DURATION = /^[1-9]\d{0,4}[mhdw]$/;
const TIME = /^(?:[1-9]\d{0,4}[mhdw]|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?)$/;
const TIMES = ['15m', '2h', '7d', '2026-11-23', '2026-11-23T08:00+08:00'];

const RULES: Readonly<Record<QueryField, FieldRule>> = {
  state: { allowed: MESSAGE_STATES },
  partner: {},
  link: {},
  direction: { single: true, positive: true, allowed: ['in', 'out'] },
  type: {},
  key: {},
  id: { positive: true },
  conversation: { positive: true },
  code: { allowed: Object.keys(ERRORS) },
  mapping: {},
  incident: { positive: true, pattern: /^[1-9]\d{0,17}$/, expected: ['17'] },
  since: { single: true, positive: true, pattern: TIME, expected: TIMES },
  until: { single: true, positive: true, pattern: TIME, expected: TIMES },
  attempts: { single: true, positive: true, pattern: /^\d{1,6}$/, expected: ['2', '10'] },
  deadline: { single: true, positive: true, pattern: DURATION, expected: ['4h', '1d'] },
  test: { single: true, positive: true, allowed: ['yes', 'no'] },
  text: { positive: true },
};

/** Reads a query. Every fault is found at once. */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > QUERY_LIMITS.length)
    return failed('TOO_LONG', QUERY_LIMITS.length, text.length - QUERY_LIMITS.length, 'The query is too long.');
  const odd = /\0|\p{Cs}/u.exec(text);
  if (odd) return failed('NOT_TEXT', odd.index, 1, 'This is no character of a text.');
  const scanned = scan(text);
  const faults: QueryFault[] = [...scanned.faults];
  const chips = scanned.tokens.flatMap((token) => chipOf(token, faults) ?? []);
  const last = scanned.tokens[QUERY_LIMITS.terms];
  if (last) faults.push({ code: 'TOO_LONG', at: last.at, length: last.length, message: 'The query has too many terms.' });
  const seen = new Set<QueryField>();
  scanned.tokens.forEach(({ field, at, length }) => {
    const name = field as QueryField | undefined;
    if (!name || RULES[name]?.single !== true) return;
    if (seen.has(name)) faults.push({ code: 'FIELD_TWICE', at, length, message: 'This field may be given once.' });
    seen.add(name);
  });
  return faults.length > 0 ? { ok: false, faults: faults.sort((a, b) => a.at - b.at) } : { ok: true, chips };
}

/** Writes chips as a query: the shortest text that parses to them. */
export function formatQuery(chips: readonly Chip[]): string {
  return chips
    .map(({ field, values, not }) =>
      field === 'text' ? values.map(word).join(' ') : `${not ? '-' : ''}${field}:${values.map(quoted).join(',')}`,
    )
    .join(' ');
}

function chipOf({ not, field, values, at, length }: Token, faults: QueryFault[]): Chip | undefined {
  const fault = (
    code: QueryFaultCode,
    message: string,
    expected?: readonly string[],
    where: { at: number; length: number } = { at, length },
  ) => {
    faults.push({ code, ...where, message, ...(expected && { expected }) });
    return undefined;
  };
  const given = values.map(({ text }) => text);
  if (field === undefined) {
    if (not) return fault('NOT_MISPLACED', 'A word cannot be excluded.');
    return given[0] === '' ? fault('VALUE_MISSING', 'The word is empty.') : { field: 'text', values: given, not: false };
  }
  if (given.length > QUERY_LIMITS.values) return fault('TOO_LONG', 'The term has too many values.');
  const empty = values.find(({ text }) => text === '');
  if (isKeyScheme(field)) {
    if (empty) return fault('VALUE_MISSING', 'A value is missing.', undefined, empty);
    return { field: 'key', values: given.map((value) => `${field}:${value}`), not };
  }
  const name = QUERY_FIELDS.find((known) => known === field && known !== 'text');
  if (!name) return fault('FIELD_UNKNOWN', 'No such field. Put a text with a colon in quotation marks.', [...QUERY_FIELDS, ...KEY_SCHEMES]);
  if (empty) return fault('VALUE_MISSING', 'A value is missing.', RULES[name].allowed ?? RULES[name].expected, empty);
  const rule = RULES[name];
  if (rule.single && given.length > 1) return fault('VALUE_INVALID', 'This field takes one value.');
  if (rule.positive && not) return fault('NOT_MISPLACED', 'This field cannot be excluded.');
  const wrong = values.find(({ text }) =>
    rule.allowed ? !rule.allowed.includes(text) : rule.pattern ? !isMeant(rule.pattern, text) : false,
  );
  if (wrong) return fault('VALUE_INVALID', 'This is no value of this field.', rule.allowed ?? rule.expected, wrong);
  return { field: name, values: given, not };
}

/** Of the right form, and where it is a date one that the calendar has. */
function isMeant(pattern: RegExp, text: string): boolean {
  if (!pattern.test(text)) return false;
  const day = /^\d{4}-\d{2}-\d{2}/.exec(text)?.[0];
  if (day === undefined) return true;
  const parsed = new Date(text);
  return !Number.isNaN(parsed.getTime()) && new Date(day).toISOString().startsWith(day);
}

const MILLISECONDS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Milliseconds of a duration of the language: `15m`, `2h`, `7d`, `4w`. */
export function durationOf(text: string): number {
  return Number(text.slice(0, -1)) * (MILLISECONDS[text.slice(-1)] ?? 0);
}

/** The moment a value of `since` or `until` speaks of; a plain date is the beginning of that day in UTC. */
export function momentOf(text: string, now: Date): Date {
  return DURATION.test(text) ? new Date(now.getTime() - durationOf(text)) : new Date(text);
}

const failed = (code: QueryFaultCode, at: number, length: number, message: string): ParsedQuery => ({
  ok: false,
  faults: [{ code, at, length, message }],
});

const escaped = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
const quoted = (text: string): string => (text === '' || /[\s",]/u.test(text) ? escaped(text) : text);
const word = (text: string): string => (text === '' || text.startsWith('-') || /[\s",:]/u.test(text) ? escaped(text) : text);
