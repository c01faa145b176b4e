/** Conversions of dates and times: digits, ISO 8601, points, and the pairs of EDIFACT. */
import { wrong, type Conversion, type Sample } from './conversion.ts';
import { fromDigits, fromIso, fromPoints, isOffset, toDigits, toPoints, toSeconds } from './times.ts';

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

export function digits([zone, least]: readonly string[]): Conversion | string {
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

export function isotime([zone]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'isotime needs an offset, for example isotime +08:00';
  return time(
    `isotime ${zone}`,
    { kind: 'iso' },
    (value) => fromIso(value, zone),
    (value) => fromIso(value, zone),
  );
}

/** xs:dateTime: always with a time, to the second at least. */
export function datetime([zone]: readonly string[]): Conversion | string {
  if (zone === undefined || !isOffset(zone)) return 'datetime needs an offset, for example datetime +05:00';
  const whole = (value: string | undefined): string | undefined =>
    value !== undefined && value.length > 10 ? toSeconds(value) : undefined;
  return time(
    `datetime ${zone}`,
    { kind: 'iso' },
    (value) => (value.includes('T') ? fromIso(value, zone) : undefined),
    (value) => whole(fromIso(value, zone)),
  );
}

export function date([form]: readonly string[]): Conversion | string {
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
export function dtm([zone]: readonly string[]): Conversion | string {
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
export function preparation([zone]: readonly string[]): Conversion | string {
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
