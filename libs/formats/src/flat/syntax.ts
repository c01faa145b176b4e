/**
 * Platform files of Chinese ports (交通部平台文件): records of fields, `51:001:…'`, from the head 00 to the trailer 99, which counts
 * them all. Fields have no names; a mapping speaks of them by number, as of EDIFACT elements. A record is a node `R` and its number.
 */
import { ERRORS, issue, type ErrorCode, type Issue } from '#model';
import { decodeText, encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';
import type { EdifactLimits, Segment } from '../edifact/segment.ts';
import { SegmentSerializer } from '../edifact/serializer.ts';
import type { ServiceCharacters } from '../edifact/service-characters.ts';
import { SegmentTokenizer } from '../edifact/tokenizer.ts';
import type { ReadOptions, ReadResult, Syntax, WriteContext, WriteResult } from '../syntax.ts';
import { isImplied, RecordTree } from './records.ts';

const DEFAULT_BYTES = 64 * 1024 * 1024;
const LIMITS: Partial<EdifactLimits> = {
  segments: 1_000_000,
  segmentCharacters: 16 * 1024,
  constituents: 128,
  componentCharacters: 4 * 1024,
};
/** Fields have no components: the unit separator of ISO 9735 is a control character, which no field holds. */
const UNIT_SEPARATOR = '\u001f';
const CHARACTERS: ServiceCharacters = {
  component: UNIT_SEPARATOR,
  element: ':',
  decimal: '.',
  release: '?',
  repetition: undefined,
  terminator: "'",
};
const TRAILER = '99';
const CODES: Partial<Record<ErrorCode, ErrorCode>> = {
  EDIFACT_TRUNCATED: 'RECORD_TRUNCATED',
  EDIFACT_MALFORMED: 'RECORD_MALFORMED',
  EDIFACT_LIMIT: 'TOO_LARGE',
};
const MOST_ISSUES = 500;
const CONTROL = /[^\P{Cc}\t\n\r]/u;

const refused = (charset: string, issues: readonly Issue[]): ReadResult => ({ documents: [], charset, issues });

/** One file, one document. What is not a run of records from 00 on is refused; a wrong count is said and the file still read. */
export function readFlat(bytes: Buffer, options: ReadOptions): ReadResult {
  const limit = options.maxBytes ?? DEFAULT_BYTES;
  if (bytes.length > limit) return refused('', [issue('TOO_LARGE', '', `The limit is ${limit} bytes.`)]);
  const decoded = decodeText(bytes, undefined, options.charsets);
  if ('issue' in decoded) return refused('', [decoded.issue]);
  const tokenizer = new SegmentTokenizer(LIMITS, CHARACTERS);
  const records = [...tokenizer.push(decoded.text), ...tokenizer.end()];
  const broken = tokenizer.problems.map(({ code, detail }) => issue(CODES[code] ?? code, '', detail));
  if (broken.length > 0) return refused(decoded.charset, broken);
  const strange = records.find(({ tag }, index) => !/^\d\d$/.test(tag) || (tag === '00') !== (index === 0));
  if (strange)
    return refused(decoded.charset, [issue('RECORD_MALFORMED', '', `Record ${strange.number} stands where none of its kind can.`)]);
  return assembled(records, decoded.charset);
}

function assembled(records: readonly Segment[], charset: string): ReadResult {
  const end = records.findIndex(({ tag }) => tag === TRAILER);
  const trailer = records[end];
  if (!trailer) return refused(charset, [issue('RECORD_TRUNCATED', '/PlatformFile/R99')]);
  if (end < records.length - 1) return refused(charset, [issue('RECORD_MALFORMED', '/PlatformFile/R99', 'Records follow the trailer.')]);
  const tree = new RecordTree(records[0]?.data[0]?.[0] ?? '');
  const issues: Issue[] = [];
  for (const record of records.slice(0, end)) {
    const path = tree.place(record);
    for (const { code, detail, element } of record.problems ?? [])
      if (issues.length < MOST_ISSUES)
        issues.push(said(code, `${tree.pointer(path)}${element ? `/${element}` : ''}`, detail, record.number));
  }
  const counted = trailer.data[0]?.[0] ?? '';
  if (!/^\d{1,9}$/.test(counted) || Number(counted) !== records.length)
    issues.push(said('RECORD_COUNT', '/PlatformFile/R99/1', `There are ${records.length} records.`, trailer.number));
  const whole = !issues.some(({ code }) => ERRORS[code].disposition !== 'report' && code !== 'RECORD_COUNT');
  return { documents: whole ? [tree.root] : [], charset, issues };
}

const said = (code: ErrorCode, pointer: string, detail: string, number: number): Issue =>
  issue(CODES[code] ?? code, pointer, [detail, `Record ${number}.`].filter(Boolean).join(' '));

/** The records in the order of the tree, and the trailer that counts them. */
export function writeFlat(document: DocumentNode, context: WriteContext): WriteResult {
  const label = context.charset ?? 'UTF-8';
  const nothing = { bytes: Buffer.alloc(0), charset: label };
  const records = flatten(document);
  const refusals = records.flatMap(({ name, data = [] }) =>
    data.flat().some((text) => CONTROL.test(text)) ? [issue('VALUE_UNTRANSLATABLE', `/${name}`, 'A field holds a control character.')] : [],
  );
  if (refusals.length > 0) return { ...nothing, issues: refusals };
  const serializer = new SegmentSerializer(CHARACTERS);
  const trailer = { name: TRAILER, data: [[String(records.length + 1)]] };
  const lines = [...records, trailer].map((record) => `${serializer.writeCompact(record)}\r\n`);
  const encoded = encodeText(lines.join(''), label);
  return 'issue' in encoded ? { ...nothing, issues: [encoded.issue] } : { bytes: encoded.bytes, charset: encoded.charset, issues: [] };
}

/** Lists of a record, such as the lines of a party, are fields again. */
function flatten(node: DocumentNode, type = typeOf(node)): { name: string; data: string[][] }[] {
  return node.children.flatMap((record) => [
    ...(isImplied(type, record, node) ? [] : [{ name: record.name.slice(1), data: (record.data ?? []).flatMap(fieldsOf) }]),
    ...flatten(record, type),
  ]);
}

const typeOf = (document: DocumentNode): string => document.children[0]?.data?.[0]?.[0] ?? '';
const fieldsOf = (texts: string[]): string[][] => (texts.length === 0 ? [['']] : texts.map((text) => [text]));

export const flat: Syntax = {
  mediaType: 'text/plain',
  recognises: (bytes) => /^(\xef\xbb\xbf)?[\t\r\n]*00:[A-Z]/.test(bytes.toString('latin1', 0, 64)),
  read: readFlat,
  write: writeFlat,
};
