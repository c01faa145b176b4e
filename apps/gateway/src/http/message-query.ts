import { parseQuery, type Chip } from '#exchange';
import { ExchangeError, issue } from '#model';
import { z } from 'zod';

/** A query of the one-line language, as every endpoint takes it. */
export const Q = z
  .string()
  .max(2_000)
  .default('')
  .describe('One-line query: state:refused partner:KEG key:bill:X since:2h, words. Empty: all.');

/** The chips of a query. Throws USAGE with one issue a fault; its pointer is `q:<offset>+<length>`. */
export function chipsOf(q: string): readonly Chip[] {
  const parsed = parseQuery(q);
  if (parsed.ok) return parsed.chips;
  throw new ExchangeError('USAGE', {
    issues: parsed.faults.map(({ at, length, message }) => issue('USAGE', `q:${at}+${length}`, message)),
  });
}

/** What a person typed for a database to look for: text it can hold. Throws USAGE. */
export function searchable(typed: string, pointer: string): string {
  const text = typed.normalize('NFC').trim();
  if (text === '' || text.length > 250 || /\0|\p{Cs}/u.test(text))
    throw new ExchangeError('USAGE', { issues: [issue('USAGE', pointer, 'It is a text of 1 to 250 characters.')] });
  return text;
}
