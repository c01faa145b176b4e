/**
 * Value conversions: the text of a field to its canonical value and back. One table, looked up by the first word of `as`.
 * A conversion never throws and never guesses: what does not fit is reported and left out.
 */
import type { CodeList } from './codelists.ts';
import { wrong, type Conversion, type Reporter, type Sample } from './conversion.ts';
import { FUNCTIONS } from './functions.ts';
import { date, datetime, digits, dtm, isotime, preparation } from './time-conversions.ts';

export { SILENT, type Conversion, type Reporter, type Sample, type Shape } from './conversion.ts';

type Factory = (words: readonly string[], lists: ReadonlyMap<string, CodeList>) => Conversion | string;

const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/;
const INTEGER = /^\d+$/;

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

/** Decimal text of at most so many digits, so many of them behind the point; leading zeros do not count. */
function bounded([digits, fraction]: readonly string[]): { readonly test: (text: string) => boolean; readonly sample: Sample } | string {
  if (digits === undefined) return { test: (value) => DECIMAL.test(value), sample: { kind: 'decimal' } };
  const most = Number(digits);
  const behind = Number(fraction ?? 0);
  if (!(most > 0 && behind >= 0 && behind <= most)) return 'decimal takes a number of digits, and how many of them stand behind the point';
  const test = (value: string): boolean => {
    if (!DECIMAL.test(value)) return false;
    const point = value.indexOf('.');
    const rest = point < 0 ? 0 : value.length - point - 1;
    // Short enough whatever its zeros.
    if (rest <= behind && value.length - (point < 0 ? 0 : 1) <= most) return true;
    const [whole = '', part = ''] = value.replace(/^[+-]?0*/, '').split('.');
    const significant = part.replace(/0+$/, '').length;
    return significant <= behind && whole.length + significant <= most;
  };
  return { test, sample: { kind: 'decimal', digits: most, fraction: behind } };
}

function decimal(words: readonly string[]): Conversion | string {
  const bounds = bounded(words);
  if (typeof bounds === 'string') return bounds;
  const most = words.length > 0 ? ` of at most ${words[0]} digits, ${words[1] ?? 0} behind the point,` : '';
  return plain(['decimal', ...words].join(' '), bounds.sample, bounds.test, `A decimal number${most} is needed.`);
}

function integer([digits, least]: readonly string[]): Conversion | string {
  const most = digits === undefined ? Infinity : Number(digits);
  const from = Number(least ?? 0);
  if (!(most > 0 && from >= 0)) return 'integer takes a number of digits and the least value';
  const sample: Sample = digits === undefined ? { kind: 'integer' } : { kind: 'integer', digits: most, least: from };
  const test = (value: string) =>
    INTEGER.test(value) && value.replace(/^0+(?=\d)/, '').length <= most && (from === 0 || Number(value) >= from);
  const words = [digits, least].filter((word) => word !== undefined);
  const detail = digits === undefined ? '' : ` of at most ${digits} digits${from > 0 ? `, at least ${from},` : ''}`;
  return plain(['integer', ...words].join(' '), sample, test, `A whole number${detail} is needed.`);
}

/** The expression for a whole text, or undefined when it is none. */
function wholly(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

/** Text of one form, a regular expression without blanks that the whole text must match. */
function match([pattern, ...more]: readonly string[]): Conversion | string {
  if (pattern === undefined || more.length > 0) return 'match takes one regular expression without blanks';
  const form = wholly(pattern);
  if (!form) return 'match takes a regular expression';
  return plain(
    `match ${pattern}`,
    { kind: 'pattern', pattern },
    (value) => form.test(value),
    'The value does not have the form of the field.',
  );
}

/** xs:boolean. */
const BOOLEAN: Conversion = {
  rule: 'boolean',
  shape: 'any',
  sample: { kind: 'one of', values: ['true', 'false'] },
  decode: (value, reporter) =>
    value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : wrong(reporter, 'true or false is needed.'),
  encode: (value, reporter) => (typeof value === 'boolean' ? String(value) : wrong(reporter, 'true or false is needed.')),
};

/** Another name for the same thing by the pairs of a list, for units and list ids; what the list does not know stays as it is. */
function alias([listId]: readonly string[], lists: ReadonlyMap<string, CodeList>): Conversion | string {
  const list = listId === undefined ? undefined : lists.get(listId);
  if (!list) return 'alias needs a list, for example alias EAEU-Unit';
  return {
    rule: `alias ${listId}`,
    shape: 'string',
    sample: { kind: 'one of', values: roundTripCodes(list) },
    decode: (value) => list.toCanonical(value) ?? value,
    encode: (value) => list.fromCanonical(String(value)) ?? String(value),
  };
}

/** Exact shifts between units of mass and volume, as powers of ten. */
const UNITS: Readonly<Record<string, number>> = { 'KGM>TNE': -3, 'TNE>KGM': 3, 'GRM>KGM': -3, 'KGM>GRM': 3 };

function measure([unit, ...bounds]: readonly string[]): Conversion | string {
  if (unit === undefined) return 'measure needs a unit, for example measure KGM';
  const number = bounded(bounds);
  if (typeof number === 'string') return number;
  const { test, sample } = number;
  return {
    rule: ['measure', unit, ...bounds].join(' '),
    shape: 'measure',
    sample,
    decode: (value, reporter) => (test(value) ? { value, unitCode: unit } : wrong(reporter, 'A decimal number is needed.')),
    encode: (value, reporter) => {
      const { value: amount, unitCode } = value as { value: string; unitCode: string };
      if (unitCode === unit) return test(amount) ? amount : wrong(reporter, 'A decimal number is needed.');
      const shift = UNITS[`${unitCode}>${unit}`];
      if (shift !== undefined) return shiftPoint(amount, shift);
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

function code([listId, bound]: readonly string[], lists: ReadonlyMap<string, CodeList>): Conversion | string {
  if (listId === undefined) return 'code needs a list, for example code CN012';
  const pattern = bound === undefined || INTEGER.test(bound) ? undefined : bound;
  const form = pattern === undefined ? undefined : wholly(pattern);
  const max = bound === undefined || pattern !== undefined ? Infinity : Number(bound);
  if (!(max > 0) || (pattern !== undefined && !form)) return 'code takes a positive length or a regular expression after the list';
  const list = lists.get(listId);
  const sized = (value: string, reporter: Reporter): boolean => {
    if (value.length > max) reporter.report('VALUE_TOO_LONG', `The limit is ${max} characters.`);
    else if (!form || form.test(value)) return true;
    else reporter.report('VALUE_INVALID', 'The code does not have the form of the field.');
    return false;
  };
  return {
    rule: ['code', listId, ...(bound === undefined ? [] : [bound])].join(' '),
    shape: 'code',
    sample: sampleOf(list, max, pattern, form),
    decode: (value, reporter) => {
      if (!sized(value, reporter)) return undefined;
      if (!list) return { value, listId };
      if (!list.has(value)) reporter.report('CODE_UNKNOWN', `The list is ${listId}.`);
      const canonical = list.toCanonical(value);
      return canonical === undefined ? { value, listId } : { value: canonical, listId: list.canonicalId };
    },
    encode: (value, reporter) => {
      const source = value as { value: string; listId: string };
      if (list?.unsaid.has(source.value) && source.listId === list.canonicalId) return undefined;
      const found = inList(source, listId, list);
      if (found === undefined) reporter.report('CODE_UNMAPPED', `From list ${source.listId} to list ${listId}.`);
      return found === undefined || sized(found, reporter) ? found : undefined;
    },
  };
}

function inList(source: { value: string; listId: string }, listId: string, list: CodeList | undefined): string | undefined {
  if (source.listId === listId) return source.value;
  if (!list) return undefined;
  return source.listId === list.canonicalId ? list.fromCanonical(source.value) : list.fromList(source.listId, source.value);
}

function sampleOf(list: CodeList | undefined, max: number, pattern: string | undefined, form: RegExp | undefined): Sample {
  const values = list ? roundTripCodes(list).filter((value) => value.length <= max && (!form || form.test(value))) : [];
  if (values.length > 0) return { kind: 'one of', values };
  return pattern === undefined ? { kind: 'text', max: Math.min(6, max) } : { kind: 'pattern', pattern };
}

/** Codes that come back as themselves: of two codes with one canonical counterpart only the first does. */
const roundTripCodes = (list: CodeList): string[] =>
  [...list.entries.keys()].filter((value) => {
    const canonical = list.toCanonical(value);
    return canonical === undefined || list.fromCanonical(canonical) === value;
  });

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
  decimal,
  integer,
  match,
  boolean: () => BOOLEAN,
  alias,
  measure,
  code,
  time: digits,
  isotime,
  datetime,
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
