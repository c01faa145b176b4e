/**
 * Value conversions: the text of a field to its canonical value and back. One table, looked up by the first word of `as`.
 * A conversion never throws and never guesses: what does not fit is reported and left out.
 */
import type { ErrorCode } from '#model';
import type { CodeList } from './codelists.ts';
import { FUNCTIONS } from './functions.ts';
import { fromDigits, fromIso, fromPoints, isOffset, toDigits, toPoints } from './times.ts';

/** Where a conversion says what is wrong; the caller knows the position. */
export interface Reporter {
  report(code: ErrorCode, detail?: string): void;
}

/** What generated documents may hold, for the property tests of every mapping. */
export type Sample =
  | { readonly kind: 'text'; readonly max: number }
  | { readonly kind: 'decimal' | 'integer' | 'date' | 'iso' | 'points' }
  | { readonly kind: 'digits'; readonly lengths: readonly number[] }
  | { readonly kind: 'one of'; readonly values: readonly string[] }
  | { readonly kind: 'lines'; readonly width: number };

/** The canonical shape a conversion yields, checked against the model when the mapping is compiled. */
export type Shape = 'string' | 'code' | 'measure' | 'any';

export interface Conversion {
  readonly rule: string;
  readonly shape: Shape;
  readonly sample: Sample;
  decode(text: string, reporter: Reporter): unknown;
  encode(value: unknown, reporter: Reporter): string | undefined;
  /** Present when the conversion takes a run of components. */
  readonly run?: {
    decode(parts: readonly string[], reporter: Reporter): unknown;
    encode(value: unknown, size: number, reporter: Reporter): string[] | undefined;
  };
}

type Factory = (words: readonly string[], lists: ReadonlyMap<string, CodeList>) => Conversion | string;

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const INTEGER = /^\d+$/;

const wrong = (reporter: Reporter, detail: string): undefined => {
  reporter.report('VALUE_INVALID', detail);
  return undefined;
};

/** A plain string kept as it is when `test` holds. */
function plain(rule: string, sample: Sample, test: (text: string) => boolean, detail: string): Conversion {
  return {
    rule,
    shape: 'string',
    sample,
    decode: (text, reporter) => (test(text) ? text : wrong(reporter, detail)),
    encode: (value, reporter) => (typeof value === 'string' && test(value) ? value : wrong(reporter, detail)),
  };
}

function text(words: readonly string[]): Conversion | string {
  const max = words[0] === undefined ? Infinity : Number(words[0]);
  if (!(max > 0)) return 'text takes a positive length';
  const sized = (value: string, reporter: Reporter): string | undefined => {
    if (value.length <= max) return value;
    reporter.report('VALUE_TOO_LONG', `The limit is ${max} characters.`);
    return undefined;
  };
  return {
    rule: ['text', ...words].join(' '),
    shape: 'string',
    sample: { kind: 'text', max: Math.min(max, 20) },
    decode: max === Infinity ? (value) => value : sized,
    encode: (value, reporter) => (typeof value === 'string' ? sized(value, reporter) : wrong(reporter, 'A text is needed.')),
  };
}

/** Exact shifts between units of mass and volume, as powers of ten. */
const UNITS: Readonly<Record<string, number>> = { 'KGM>TNE': -3, 'TNE>KGM': 3, 'GRM>KGM': -3, 'KGM>GRM': 3 };

function measure([unit]: readonly string[]): Conversion | string {
  if (unit === undefined) return 'measure needs a unit, for example measure KGM';
  return {
    rule: `measure ${unit}`,
    shape: 'measure',
    sample: { kind: 'decimal' },
    decode: (value, reporter) => (DECIMAL.test(value) ? { value, unitCode: unit } : wrong(reporter, 'A decimal number is needed.')),
    encode: (value, reporter) => {
      const { value: number, unitCode } = value as { value: string; unitCode: string };
      if (unitCode === unit) return DECIMAL.test(number) ? number : wrong(reporter, 'A decimal number is needed.');
      const shift = UNITS[`${unitCode}>${unit}`];
      if (shift !== undefined) return shiftPoint(number, shift);
      reporter.report('VALUE_UNTRANSLATABLE', `The unit is not ${unit}.`);
      return undefined;
    },
  };
}

/** Multiplies decimal text by a power of ten without a float. */
export function shiftPoint(number: string, places: number): string {
  const sign = /^[+-]/.exec(number)?.[0] ?? '';
  const [whole = '', fraction = ''] = number.slice(sign.length).split('.');
  const digits = whole + fraction;
  const point = whole.length + places;
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const at = Math.max(point, 1);
  const integer = padded.slice(0, at).replace(/^0+(?=\d)/, '');
  const rest = padded.slice(at);
  return sign + integer + (rest === '' ? '' : `.${rest}`);
}

function code([listId]: readonly string[], lists: ReadonlyMap<string, CodeList>): Conversion | string {
  if (listId === undefined) return 'code needs a list, for example code CN012';
  const list = lists.get(listId);
  return {
    rule: `code ${listId}`,
    shape: 'code',
    sample: list && list.entries.size > 0 ? { kind: 'one of', values: roundTripCodes(list) } : { kind: 'text', max: 6 },
    decode: (value, reporter) => {
      if (!list) return { value, listId };
      if (!list.has(value)) reporter.report('CODE_UNKNOWN', `The list is ${listId}.`);
      const canonical = list.toCanonical(value);
      return canonical === undefined ? { value, listId } : { value: canonical, listId: list.canonicalId };
    },
    encode: (value, reporter) => {
      const source = value as { value: string; listId: string };
      const found = inList(source, listId, list);
      if (found === undefined) reporter.report('CODE_UNMAPPED', `From list ${source.listId} to list ${listId}.`);
      return found;
    },
  };
}

function inList(source: { value: string; listId: string }, listId: string, list: CodeList | undefined): string | undefined {
  if (source.listId === listId) return source.value;
  if (!list) return undefined;
  return source.listId === list.canonicalId ? list.fromCanonical(source.value) : list.fromList(source.listId, source.value);
}

/** Codes that come back as themselves: of two codes with one canonical counterpart only the first does. */
const roundTripCodes = (list: CodeList): string[] =>
  [...list.entries.keys()].filter((value) => {
    const canonical = list.toCanonical(value);
    return canonical === undefined || list.fromCanonical(canonical) === value;
  });

/** Builds a conversion between two pure functions on text. */
function time(
  rule: string,
  sample: Sample,
  decode: (text: string) => string | undefined,
  encode: (value: string) => string | undefined,
): Conversion {
  return {
    rule,
    shape: 'string',
    sample,
    decode: (value, reporter) => decode(value) ?? wrong(reporter, 'A date or time of the form of the field is needed.'),
    encode: (value, reporter) => {
      const written = typeof value === 'string' ? encode(value) : undefined;
      if (written === undefined) reporter.report('VALUE_UNTRANSLATABLE', 'The date or time lacks what the field needs.');
      return written;
    },
  };
}

function digits([zone, least]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'time needs an offset, for example time +08:00';
  const length = least === undefined ? 0 : Number(least);
  if (![0, 8, 12, 14, 17].includes(length)) return 'time takes 8, 12, 14 or 17 digits';
  const lengths = [8, 12, 14, 17].filter((candidate) => candidate >= length);
  return time(
    `time ${zone}${least ? ` ${least}` : ''}`,
    { kind: 'digits', lengths },
    (value) => fromDigits(value, zone),
    (value) => toDigits(value, zone, length),
  );
}

function isotime([zone]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'isotime needs an offset, for example isotime +08:00';
  return time(
    `isotime ${zone}`,
    { kind: 'iso' },
    (value) => fromIso(value, zone),
    (value) => fromIso(value, zone),
  );
}

function date([form]: readonly string[]): Conversion | string {
  const isDate = (value: string | undefined): string | undefined => (value?.length === 10 ? value : undefined);
  if (form === undefined) {
    return time(
      'date',
      { kind: 'digits', lengths: [8] },
      (value) => isDate(fromDigits(value, 'Z')),
      (value) => toDigits(value.slice(0, 10), 'Z'),
    );
  }
  if (form === 'iso')
    return time(
      'date iso',
      { kind: 'date' },
      (value) => isDate(fromIso(value, 'Z')),
      (value) => isDate(value.slice(0, 10)),
    );
  return form === 'dd.MM.yyyy' ? time(`date ${form}`, { kind: 'points' }, fromPoints, toPoints) : 'date takes no form, iso or dd.MM.yyyy';
}

/** UN/EDIFACT 2379: how the digits of a DTM are to be read. */
const DTM_FORMATS: Readonly<Record<string, number>> = { '102': 8, '203': 12, '204': 14 };

/** The value and the format code of a DTM, two components. */
function dtm([zone]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'dtm needs an offset, for example dtm +05:00';
  const inner = digits([zone]) as Conversion;
  return {
    ...inner,
    rule: `dtm ${zone}`,
    run: {
      decode: ([value = '', format = ''], reporter) =>
        format !== '' && DTM_FORMATS[format] !== value.length
          ? wrong(reporter, 'The time does not fit its format code.')
          : inner.decode(value, reporter),
      encode: (value, _size, reporter) => {
        const written = inner.encode(value, reporter)?.slice(0, 14);
        const format = Object.keys(DTM_FORMATS).find((key) => DTM_FORMATS[key] === written?.length);
        return written !== undefined && format !== undefined ? [written, format] : undefined;
      },
    },
  };
}

/** Date and time of UNB S004: `yyMMdd` or, in syntax 4, `yyyyMMdd`, and `HHmm`, two components. */
function preparation([zone]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'preparation needs an offset, for example preparation +05:00';
  const inner = digits([zone]) as Conversion;
  const wide = (day: string) => (day.length === 6 ? `20${day}` : day);
  return {
    ...inner,
    rule: `preparation ${zone}`,
    run: {
      decode: ([day = '', clock = ''], reporter) => inner.decode(wide(day) + clock, reporter),
      encode: (value, _size, reporter) => {
        const written = inner.encode(value, reporter);
        if (written === undefined) return undefined;
        return written.length < 12 ? [written.slice(2, 8)] : [written.slice(2, 8), written.slice(8, 12)];
      },
    },
  };
}

/** One text over several components of at most `width` characters. Cut first, escaped later by the writer. */
function lines([size]: readonly string[]): Conversion | string {
  const width = Number(size);
  if (!(width > 0)) return 'lines needs a width, for example lines 35';
  return {
    rule: `lines ${size}`,
    shape: 'string',
    sample: { kind: 'lines', width },
    decode: (value) => value,
    encode: (value) => String(value),
    run: {
      decode: (parts) => parts.join(''),
      encode: (value, count, reporter) => {
        const whole = String(value);
        const parts: string[] = [];
        for (let at = 0; at < whole.length;) {
          // A pair of surrogates is one character and stays whole.
          let end = Math.min(at + width, whole.length);
          if (end < whole.length && (whole.charCodeAt(end - 1) & 0xfc00) === 0xd800) end--;
          parts.push(whole.slice(at, end));
          at = end;
        }
        if (parts.length <= count) return parts;
        reporter.report('VALUE_TOO_LONG', `The limit is ${count} lines of ${width} characters.`);
        return undefined;
      },
    },
  };
}

const CONVERSIONS: Readonly<Record<string, Factory>> = {
  text,
  decimal: () => plain('decimal', { kind: 'decimal' }, (value) => DECIMAL.test(value), 'A decimal number is needed.'),
  integer: () => plain('integer', { kind: 'integer' }, (value) => INTEGER.test(value), 'A whole number is needed.'),
  measure,
  code,
  time: digits,
  isotime,
  date,
  dtm,
  preparation,
  lines,
  fn: ([name = '']) => FUNCTIONS[name] ?? `no function is called ${name}`,
};

/** The conversion an `as` names, or the sentence saying what is wrong with it. */
export function conversionOf(as: string, lists: ReadonlyMap<string, CodeList>): Conversion | string {
  const [word = '', ...rest] = as.trim().split(/\s+/);
  return CONVERSIONS[word]?.(rest, lists) ?? `no conversion is called ${word}`;
}
