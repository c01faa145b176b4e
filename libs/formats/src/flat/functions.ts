/** Named conversions of the fields of platform files. Rows of the table in mapping/functions.ts. */
import type { Conversion } from '../mapping/conversions.ts';
import { fromDigits, toDigits } from '../mapping/times.ts';

/** Ports of China write Beijing time. */
const ZONE = '+08:00';
const CENTURY = '20';
const WIDTH = 70;
const SPACED = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;

export const FLAT_FUNCTIONS: Readonly<Record<string, Conversion>> = {
  /** Ten digits yyMMddHHmm as the standard says; twelve or fourteen with the century, as some files have it, are read too. */
  platformTime: {
    rule: 'fn platformTime',
    shape: 'string',
    sample: { kind: 'pattern', pattern: '\\d\\d(0[1-9]|1[0-2])(0[1-9]|1\\d|2[0-8])([01]\\d|2[0-3])[0-5]\\d' },
    decode: (text, reporter) => {
      const time = /^\d{10}(\d\d){0,2}$/.test(text) ? fromDigits(text.length === 10 ? CENTURY + text : text, ZONE) : undefined;
      if (time === undefined) reporter.report('VALUE_INVALID', 'A time of ten digits is needed.');
      return time;
    },
    encode: (value, reporter) => {
      const digits = toDigits(String(value), ZONE, 12);
      if (!digits?.startsWith(CENTURY)) {
        reporter.report('VALUE_UNTRANSLATABLE', 'A time of this century is needed, with hour and minute.');
        return undefined;
      }
      return digits.length === 12 ? digits.slice(CENTURY.length) : digits.slice(0, 14);
    },
  },
  /** `2026-03-14 09:15:30`, Beijing time: XML of the ports. */
  portTime: {
    rule: 'fn portTime',
    shape: 'string',
    sample: { kind: 'pattern', pattern: '20\\d\\d-(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8]) ([01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d' },
    decode: (text, reporter) => {
      const time = SPACED.test(text) ? fromDigits(text.replace(/\D/g, ''), ZONE) : undefined;
      if (time === undefined) reporter.report('VALUE_INVALID', 'Date and time are needed, with a blank between.');
      return time;
    },
    encode: (value, reporter) => {
      const digits = toDigits(String(value), ZONE, 14)?.slice(0, 14);
      if (digits !== undefined) return digits.replace(/^(....)(..)(..)(..)(..)(..)$/, '$1-$2-$3 $4:$5:$6');
      reporter.report('VALUE_UNTRANSLATABLE', 'A date and time is needed.');
      return undefined;
    },
  },
  /** Lines of a text, each a field: the breaks are kept. Canonical: one text with line feeds. */
  textLines: {
    rule: 'fn textLines',
    shape: 'string',
    sample: { kind: 'lines', width: WIDTH },
    decode: (text) => text,
    encode: (value) => String(value),
    run: {
      decode: (parts) => parts.slice(0, parts.findLastIndex((part) => part !== '') + 1).join('\n'),
      encode: (value, count, reporter) => {
        const lines = String(value).split('\n').flatMap(wrapped);
        if (lines.length <= count) return lines;
        reporter.report('VALUE_TOO_LONG', `The limit is ${count} lines of ${WIDTH} characters.`);
        return undefined;
      },
    },
  },
};

function wrapped(line: string): string[] {
  const parts: string[] = [];
  let part = '';
  // By code points: a pair of surrogates stays whole.
  for (const character of line) {
    if (part.length + character.length > WIDTH) {
      parts.push(part);
      part = '';
    }
    part += character;
  }
  return [...parts, part];
}
