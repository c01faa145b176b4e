/**
 * Phrases of the railways' telegraph messages: `(:` code, fields parted by blanks, `:)`. The first line is the service
 * phrase, each further line one record. Fields have no names; a mapping speaks of them by number, as of EDIFACT elements.
 */
import { issue, type Issue } from '#model';
import { decodeText, encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import type { ReadOptions, ReadResult, Syntax, WriteContext, WriteResult } from '../syntax.ts';

const DEFAULT_MAX_BYTES = 1024 * 1024;
const FORMS = { open: '(:', close: ':)' };
/** Fields that belong together, as number and count, by message code and kind of line; they become the components of one. */
const JOINED: Readonly<Record<string, { readonly head: readonly Joined[]; readonly record: string }>> = {
  // Train index (formation station, ordinal, destination); day, month, hour, minute.
  '02': {
    head: [
      { at: 3, count: 3 },
      { at: 5, count: 4 },
    ],
    record: 'WAGON',
  },
};

interface Joined {
  /** Index of the field, counted after the joins before it. */
  readonly at: number;
  readonly count: number;
}

const refused = (charset: string, found: Issue): ReadResult => ({ documents: [], charset, issues: [found] });
const components = (field: string): string[] => field.split('/');

/** One phrase; text around it is refused. The root is named by the message code: `M02`. */
export function readPhrase(bytes: Buffer, options: ReadOptions): ReadResult {
  const limit = Math.min(options.maxBytes ?? DEFAULT_MAX_BYTES, DEFAULT_MAX_BYTES);
  if (bytes.length > limit) return refused('', issue('TOO_LARGE', '', `The limit is ${limit} bytes.`));
  const decoded = decodeText(bytes, undefined, options.charsets);
  if ('issue' in decoded) return refused('', decoded.issue);
  const whole = decoded.text.trim();
  const end = whole.indexOf(FORMS.close);
  if (!whole.startsWith(FORMS.open) || end !== whole.length - FORMS.close.length)
    return refused(decoded.charset, issue('PHRASE_MALFORMED', '', 'One phrase from (: to :) is needed.'));
  const lines = whole
    .slice(FORMS.open.length, end)
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({ fields: line.split(/[ \t]+/).filter((field) => field !== ''), position: i + 1 }))
    .filter(({ fields }) => fields.length > 0);
  const [service, ...records] = lines;
  const code = service?.fields[0];
  const form = code === undefined ? undefined : JOINED[code];
  if (!service || code === undefined) return refused(decoded.charset, issue('PHRASE_MALFORMED', '', 'There is no message code.'));
  const root: DocumentNode = {
    name: `M${code}`,
    children: [
      { name: 'HEAD', data: join(service.fields, form?.head ?? []), children: [], position: service.position },
      ...records.map(({ fields, position }) => ({ name: form?.record ?? 'RECORD', data: fields.map(components), children: [], position })),
    ],
  };
  return { documents: [root], charset: decoded.charset, issues: [] };
}

function join(fields: readonly string[], joined: readonly Joined[]): string[][] {
  const data = fields.map(components);
  for (const { at, count } of joined)
    data.splice(
      at,
      count,
      data.slice(at, at + count).map(([first = '']) => first),
    );
  return data;
}

/** A field that is empty, or holds a blank or a bracket of the form, cannot be written: the fields behind it would move. */
export function writePhrase(document: DocumentNode, context: WriteContext): WriteResult {
  const joined = JOINED[document.name.slice(1)]?.head ?? [];
  const lines = document.children.map(({ name, data = [] }) =>
    data.flatMap((parts, i) => (name === 'HEAD' && joined.some(({ at }) => at === i) ? parts : [parts.join('/')])),
  );
  const label = context.charset ?? 'UTF-8';
  const nothing = { bytes: Buffer.alloc(0), charset: label };
  if (lines.some((fields) => fields.some((field) => field === '' || /\s|\(:|:\)/.test(field))))
    return {
      ...nothing,
      issues: [issue('VALUE_UNTRANSLATABLE', '', 'Every field of a phrase before the last has a value, without blanks.')],
    };
  const encoded = encodeText(`${FORMS.open} ${lines.map((fields) => fields.join(' ')).join('\r\n')} ${FORMS.close}\r\n`, label);
  return 'issue' in encoded ? { ...nothing, issues: [encoded.issue] } : { bytes: encoded.bytes, charset: encoded.charset, issues: [] };
}

export const phrase: Syntax = {
  mediaType: 'text/plain',
  recognises: (bytes) => {
    let at = bytes[0] === 0xef ? 3 : 0;
    while ([0x20, 0x09, 0x0a, 0x0d].includes(bytes[at] ?? -1)) at++;
    return bytes[at] === 0x28 && bytes[at + 1] === 0x3a;
  },
  read: readPhrase,
  write: writePhrase,
};
