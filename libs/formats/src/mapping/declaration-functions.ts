/** Named conversions of the Chinese goods declaration (`as: fn NAME`). */
import type { Conversion } from './conversions.ts';
import { fromDigits, toDigits } from './times.ts';

const ZONE = '+08:00';
const LIST = /^[^,\s]+(?:,[^,\s]+)*$/;

/** A list in one text with commas, as entries of a canonical list. */
function commaList<T>(name: string, samples: readonly string[], read: (text: string) => T, write: (entry: T) => string): Conversion {
  return {
    rule: `fn ${name}`,
    shape: 'any',
    sample: { kind: 'one of', values: samples },
    decode: (text, reporter) => {
      if (LIST.test(text)) return text.split(',').map(read);
      reporter.report('VALUE_INVALID', 'Entries stand side by side, with one comma between two.');
      return undefined;
    },
    encode: (value) => (value as T[]).map(write).join(','),
  };
}

/** A Beijing time of a form of its own. */
function localTime(
  name: string,
  samples: readonly string[],
  decode: (text: string) => string | undefined,
  encode: (value: string) => string | undefined,
): Conversion {
  return {
    rule: `fn ${name}`,
    shape: 'string',
    sample: { kind: 'one of', values: samples },
    decode: (text, reporter) => {
      const value = decode(text);
      if (value === undefined) reporter.report('VALUE_INVALID', 'A time of the form of the field is needed.');
      return value;
    },
    encode: (value, reporter) => {
      const text = encode(String(value));
      if (text === undefined) reporter.report('VALUE_UNTRANSLATABLE', 'The time lacks what the field needs.');
      return text;
    },
  };
}

const HUNDREDTHS = /^\d{16}$/;
const SPACED = /^(\d{8}) (\d\d):(\d\d):(\d\d)$/;

export const DECLARATION_FUNCTIONS: Readonly<Record<string, Conversion>> = {
  /** `1,3`: numbers of goods lines. Canonical: string[]. */
  itemNumbers: commaList(
    'itemNumbers',
    ['1', '1,3', '2,3,10'],
    (text) => text,
    (entry) => entry,
  ),
  /** `11,19`: attributes of the goods. Canonical: Code[] of list CN-GoodsAttribute. */
  goodsAttributes: commaList(
    'goodsAttributes',
    ['11', '11,19'],
    (value) => ({ value, listId: 'CN-GoodsAttribute' }),
    ({ value }) => value,
  ),
  /** Sixteen digits, the last two hundredths of a second. */
  hundredths: localTime(
    'hundredths',
    ['2026031409150000', '2026123123595999'],
    (text) => (HUNDREDTHS.test(text) ? fromDigits(`${text}0`, ZONE)?.replace(/(\.\d\d)0/, '$1') : undefined),
    (value) => toDigits(value, ZONE, 17)?.slice(0, 16),
  ),
  /** A day with or without hyphens; written without. */
  day: {
    rule: 'fn day',
    shape: 'string',
    sample: { kind: 'digits', lengths: [8] },
    decode: (text, reporter) => {
      const day = /^\d{8}$|^\d{4}-\d\d-\d\d$/.test(text) ? fromDigits(text.replaceAll('-', ''), ZONE) : undefined;
      if (day === undefined) reporter.report('VALUE_INVALID', 'A day is needed.');
      return day;
    },
    encode: (value) => toDigits(String(value).slice(0, 10), ZONE),
  },
  /** `20260314 09:15:00`. */
  spacedTime: localTime(
    'spacedTime',
    ['20260314 09:15:00', '20261231 23:59:59'],
    (text) => (SPACED.test(text) ? fromDigits(text.replace(/\D/g, ''), ZONE) : undefined),
    (value) => toDigits(value, ZONE, 14)?.replace(/^(\d{8})(\d\d)(\d\d)(\d\d)\d*$/, '$1 $2:$3:$4'),
  ),
};
