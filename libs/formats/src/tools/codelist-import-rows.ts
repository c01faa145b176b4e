/** Code lists as their publishers hand them out: CSV (RFC 4180, strictly) with a head, or JSON. */
import { issue, parseStrictJson, type Issue } from '#model';

/** One code as imported. Members the file does not give, or leaves empty, are absent. */
export type CodeRow = { readonly code: string; readonly at: string } & { readonly [member in CodeText]?: string };

export const CODE_TEXTS = ['zh', 'en', 'ru', 'kk', 'is'] as const;
export type CodeText = (typeof CODE_TEXTS)[number];

export interface ReadRows {
  readonly rows: readonly CodeRow[];
  readonly issues: readonly Issue[];
}

const fault = (at: string, detail: string): Issue => issue('CONFIGURATION_INVALID', at, detail);
const isText = (name: string): name is CodeText => (CODE_TEXTS as readonly string[]).includes(name);

/**
 * The rows of a table: JSON when the text begins like it (an array of objects with `code`, or an object by code), else CSV. Every
 * fault is said with its line or place; a code given twice is one.
 */
export function readCodeRows(text: string): ReadRows {
  const { rows, issues } = /^\s*[[{]/.test(text) ? fromJson(text) : fromCsv(text);
  const seen = new Set<string>();
  const wrong = rows.flatMap(({ code, at, ...texts }) => {
    const found = [
      ...(code === '' ? [fault(at, 'The code is empty.')] : []),
      ...(seen.has(code) ? [fault(at, 'The code occurs before.')] : []),
      ...([code, ...Object.values(texts)].some((value) => /\p{Cc}/u.test(value)) ? [fault(at, 'A control character.')] : []),
    ];
    seen.add(code);
    return found;
  });
  const empty = rows.length === 0 && issues.length === 0 ? [fault('', 'There is no code in it.')] : [];
  return { rows, issues: [...issues, ...wrong, ...empty] };
}

function fromCsv(text: string): ReadRows {
  const { records, issue: malformed } = readCsv(text);
  if (malformed) return { rows: [], issues: [malformed] };
  const [head, ...rest] = records;
  const columns = (head?.fields ?? []).map((name) => name.trim().toLowerCase());
  const issues = columns.flatMap((name, index) => [
    ...(name !== 'code' && !isText(name) ? [fault('line 1', `Columns are code, ${CODE_TEXTS.join(', ')}.`)] : []),
    ...(columns.indexOf(name) < index ? [fault('line 1', 'A column occurs twice.')] : []),
  ]);
  if (!columns.includes('code')) issues.push(fault('line 1', 'There is no column code.'));
  const rows = rest.map(({ fields, line }) => {
    if (fields.length !== columns.length) issues.push(fault(`line ${line}`, 'The row has another number of fields than the head.'));
    return rowOf(new Map(columns.map((name, index) => [name, fields[index] ?? ''])), `line ${line}`);
  });
  return issues.length > 0 ? { rows: [], issues } : { rows, issues };
}

function rowOf(fields: ReadonlyMap<string, string>, at: string): CodeRow {
  const texts = CODE_TEXTS.flatMap((name) => {
    const text = (fields.get(name) ?? '').trim();
    return text === '' ? [] : [[name, text] as const];
  });
  return { code: (fields.get('code') ?? '').trim(), at, ...Object.fromEntries(texts) };
}

interface CsvRecord {
  readonly fields: readonly string[];
  readonly line: number;
}

/** A field with a quote, a comma or a line break in it is quoted as a whole, and a quote inside is doubled. */
const FIELD = /"((?:[^"]|"")*)"|([^",\r\n]*)/y;

function readCsv(text: string): { readonly records: readonly CsvRecord[]; readonly issue?: Issue } {
  const records: CsvRecord[] = [];
  let fields: string[] = [];
  let [line, start] = [1, 1];
  for (let at = 0; at < text.length || fields.length > 0;) {
    FIELD.lastIndex = at;
    const [whole = '', quoted, plain = ''] = FIELD.exec(text) ?? [];
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    line += whole.split('\n').length - 1;
    at += whole.length;
    const end = /^(?:,|\r?\n|$)/.exec(text.slice(at, at + 2))?.[0];
    if (end === undefined) return { records, issue: fault(`line ${line}`, 'A quote stands where none may.') };
    at += end.length;
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '') records.push({ fields, line: start });
    fields = [];
    start = ++line;
  }
  return { records };
}

function fromJson(text: string): ReadRows {
  const parsed = parseStrictJson(Buffer.from(text, 'utf8'));
  if (!parsed.ok) return { rows: [], issues: [parsed.issue] };
  const { value } = parsed;
  const entries: [string, unknown][] = Array.isArray(value)
    ? value.map((entry, index) => [`/${index}`, entry])
    : Object.entries(value as object).map(([code, entry]) => [
        `/${code}`,
        typeof entry === 'object' && entry !== null ? { ...(entry as object), code } : entry,
      ]);
  const issues: Issue[] = [];
  const rows = entries.flatMap(([at, entry]): CodeRow[] => {
    const members = typeof entry === 'object' && entry !== null && !Array.isArray(entry) ? Object.entries(entry) : undefined;
    if (!members?.every(([name, inner]) => (name === 'code' || isText(name)) && typeof inner === 'string')) {
      issues.push(fault(at, `An object with texts is needed: code, ${CODE_TEXTS.join(', ')}.`));
      return [];
    }
    return [rowOf(new Map(members as [string, string][]), at)];
  });
  return { rows, issues };
}
