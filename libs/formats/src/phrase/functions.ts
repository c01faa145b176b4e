/** Named conversions of the fields of phrases. Rows of the table in mapping/functions.ts. */
import type { Conversion } from '../mapping/conversions.ts';

const INDEX = /^\d{4}-\d{2,3}-\d{4}$/;
const MOMENT = /^--(\d\d)-(\d\d)T(\d\d):(\d\d)$/;
const isMoment = (day: string, month: string, hour: string, minute: string): boolean =>
  [day, month, hour, minute].every((part) => /^\d\d$/.test(part)) &&
  +day >= 1 &&
  +day <= 31 &&
  +month >= 1 &&
  +month <= 12 &&
  +hour <= 23 &&
  +minute <= 59;

const wrong = (reporter: Parameters<Conversion['decode']>[1], detail: string): undefined => {
  reporter.report('VALUE_INVALID', detail);
  return undefined;
};

export const PHRASE_FUNCTIONS: Readonly<Record<string, Conversion>> = {
  /** Train index of three fields, canonical `7084-087-1306`. */
  trainIndex: {
    rule: 'fn trainIndex',
    shape: 'string',
    sample: { kind: 'pattern', pattern: '\\d{4}-\\d{2,3}-\\d{4}' },
    decode: (text, reporter) => (INDEX.test(text) ? text : wrong(reporter, 'A train index is two stations and a number between.')),
    encode: (value) => String(value),
    run: {
      decode: (parts, reporter) => {
        const index = parts.join('-');
        return INDEX.test(index) ? index : wrong(reporter, 'A train index is two stations and a number between.');
      },
      encode: (value, _size, reporter) =>
        INDEX.test(String(value)) ? String(value).split('-') : wrong(reporter, 'A train index is two stations and a number between.'),
    },
  },
  /** Day, month, hour and minute without a year, canonical `--11-14T15:40` (ISO 8601 without the year): a year is never guessed. */
  monthDayTime: {
    rule: 'fn monthDayTime',
    shape: 'string',
    sample: { kind: 'pattern', pattern: '--(0[1-9]|1[0-2])-(0[1-9]|1\\d|2[0-8])T([01]\\d|2[0-3]):[0-5]\\d' },
    decode: (text, reporter) => (MOMENT.test(text) ? text : wrong(reporter, 'Day, month, hour and minute are needed.')),
    encode: (value) => String(value),
    run: {
      decode: ([day = '', month = '', hour = '', minute = ''], reporter) =>
        isMoment(day, month, hour, minute)
          ? `--${month}-${day}T${hour}:${minute}`
          : wrong(reporter, 'Day, month, hour and minute are needed.'),
      encode: (value, _size, reporter) => {
        const [, month = '', day = '', hour = '', minute = ''] = MOMENT.exec(String(value)) ?? [];
        return isMoment(day, month, hour, minute) ? [day, month, hour, minute] : wrong(reporter, 'Day, month, hour and minute are needed.');
      },
    },
  },
};
