/**
 * Times as the formats write them, and as the canonical model keeps them: ISO 8601 with offset, at the precision received.
 * All functions answer undefined for what is no such time; none ever guesses.
 */
const DIGITS = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\d{3})?)?)?(Z|[+-]\d\d:?\d\d)?$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?$/;
const POINTS = /^(\d\d)\.(\d\d)\.(\d{4})$/;

const OFFSET = /^[+-]\d\d:\d\d$/;

/** True for an offset such as +08:00, the only form a mapping may name. */
export const isOffset = (text: string): boolean => OFFSET.test(text);

const twoDigits = (value: number): string => (value < 10 ? `0${value}` : String(value));

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const isClock = (hour: number, minute: number, second: number): boolean => hour < 24 && minute < 60 && second < 60;

function normalOffset(text: string): string {
  return text === 'Z' || text.length === 6 ? text : `${text.slice(0, 3)}:${text.slice(3)}`;
}

/** `20260314`, `202603140915`, `20260314091500` or `20260314091500123`, in the zone given unless the text names its own. */
export function fromDigits(text: string, zone: string): string | undefined {
  const match = DIGITS.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second, fraction, offset] = match;
  if (!isDay(+year, +month, +day)) return undefined;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined) return offset === undefined ? date : undefined;
  if (!isClock(+hour, +minute, +(second ?? 0))) return undefined;
  const clock =
    second === undefined
      ? `${hour}:${minute}`
      : fraction === undefined
        ? `${hour}:${minute}:${second}`
        : `${hour}:${minute}:${second}.${fraction}`;
  return `${date}T${clock}${offset === undefined ? zone : normalOffset(offset)}`;
}

/** The reverse: digits in the zone, at least `digits` of them (a time without seconds is written with zeros, never a date). */
export function toDigits(value: string, zone: string, digits = 0): string | undefined {
  const local = inZone(value, zone);
  const match = local === undefined ? null : ISO.exec(local);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second, fraction] = match;
  const date = year + month + day;
  if (hour === undefined) return digits > 8 ? undefined : date;
  let text = date + hour + minute;
  if (second !== undefined || digits > 12) text += second ?? '00';
  if (fraction !== undefined || digits > 14) text += (fraction ?? '').padEnd(3, '0').slice(0, 3);
  return text;
}

/** The same moment in another zone, at the same precision. Dates stay dates. */
export function inZone(value: string, zone: string): string | undefined {
  const match = ISO.exec(value);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second, fraction, offset] = match;
  if (hour === undefined || offset === zone) return value;
  if (offset === undefined) return undefined;
  const moved = new Date(Date.UTC(+year, +month - 1, +day, +hour, +minute) + (offsetMinutes(zone) - offsetMinutes(offset)) * 60_000);
  const date = `${String(moved.getUTCFullYear()).padStart(4, '0')}-${twoDigits(moved.getUTCMonth() + 1)}-${twoDigits(moved.getUTCDate())}`;
  const rest = second === undefined ? '' : fraction === undefined ? `:${second}` : `:${second}.${fraction}`;
  return `${date}T${twoDigits(moved.getUTCHours())}:${twoDigits(moved.getUTCMinutes())}${rest}${zone}`;
}

function offsetMinutes(offset: string): number {
  if (offset === 'Z') return 0;
  const minutes = +offset.slice(1, 3) * 60 + +offset.slice(4, 6);
  return offset.startsWith('-') ? -minutes : minutes;
}

/** xs:date or xs:dateTime; a time without offset is one of the zone given. */
export function fromIso(text: string, zone: string): string | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour, minute = '', second, , offset] = match;
  if (!isDay(+year, +month, +day)) return undefined;
  if (hour === undefined) return text;
  if (!isClock(+hour, +minute, +(second ?? 0))) return undefined;
  return offset === undefined ? text + zone : text;
}

/** `14.03.2026`, as SMGS attachments write their dates. */
export function fromPoints(text: string): string | undefined {
  const match = POINTS.exec(text);
  if (!match) return undefined;
  const [, day = '', month = '', year = ''] = match;
  return isDay(+year, +month, +day) ? `${year}-${month}-${day}` : undefined;
}

export function toPoints(value: string): string | undefined {
  const match = ISO.exec(value);
  return match?.[4] === undefined && match ? `${match[3]}.${match[2]}.${match[1]}` : undefined;
}

/** A time as received that has no seconds gets `:00`, for forms that need them. */
export const toSeconds = (value: string): string => value.replace(/(T\d\d:\d\d)(?=Z|[+-])/, '$1:00');
