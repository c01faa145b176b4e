/**
 * Predicates for the signed payloads of the hot path, written by hand because a message passes four of them: they take a
 * tenth of the time of the schemas in `manifest.ts` and `receipt.ts`, which remain the definition. A property test holds both
 * to the same verdict on anything JSON can say (`form.spec.ts`).
 */
import { isMessageId } from './message-id.ts';

export type Members = Readonly<Record<string, unknown>>;

const PARTY = /^[A-Z][A-Z0-9]{1,15}$/;
const DIGEST = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
const PART_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** Days that the month has in every year; the 29th of February is left to the calendar. */
const PLAIN_INSTANT =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;

/** An object, not a list; its members are counted by `closed`. */
export const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether an object has exactly as many members as were looked at: with every name accounted for, there is no other. */
export function closed(object: Members, required: number, ...optional: readonly unknown[]): boolean {
  let members = required;
  for (const value of optional) if (value !== undefined) members += 1;
  return Object.keys(object).length === members;
}

export const isText = (value: unknown, max: number, min = 1): boolean =>
  typeof value === 'string' && value.length >= min && value.length <= max;

export const isOptional = (value: unknown, test: (value: unknown) => boolean): boolean => value === undefined || test(value);

export const isCount = (value: unknown, least = 0): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= least;

export const isParty = (value: unknown): boolean => typeof value === 'string' && PARTY.test(value);
export const isDigest = (value: unknown): boolean => typeof value === 'string' && DIGEST.test(value);
export const isPartName = (value: unknown): value is string => typeof value === 'string' && PART_NAME.test(value);
export const isId = (value: unknown): boolean => typeof value === 'string' && isMessageId(value);

/** UTC with milliseconds, as `toISOString` spells it. */
export const isInstant = (value: unknown): value is string =>
  typeof value === 'string' && (PLAIN_INSTANT.test(value) || (/^\d{4}-/.test(value) && spelled(value) === value));

function spelled(text: string): string | undefined {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

export const isListOf = (value: unknown, least: number, most: number, test: (item: unknown) => boolean): value is readonly unknown[] =>
  Array.isArray(value) && value.length >= least && value.length <= most && value.every(test);
