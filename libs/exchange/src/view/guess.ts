/** What somebody typed into a search box: container, wagon, declaration, message id …? Forms and check digits decide. */
import { isContainerNumberValid, isStationCodeValid, isWagonNumberValid } from '#model';
import { KEY_SCHEMES, isKeyScheme, type KeyScheme } from '../business-keys.ts';

export type GuessKind = KeyScheme | 'message-id' | 'station' | 'digest' | 'text';

/** Why it may be that; the words in four languages belong to the faces. */
export type GuessReason =
  | 'KEY_GIVEN'
  | 'UUID'
  | 'ISO_6346'
  | 'ISO_6346_CHECK_DIGIT_WRONG'
  | 'WAGON_1520'
  | 'WAGON_1520_CHECK_DIGIT_WRONG'
  | 'WAGON_CHINA'
  | 'DECLARATION_18_DIGITS'
  | 'ESR_STATION'
  | 'TRAIN_INDEX'
  | 'TRAIN_NUMBER'
  | 'NOTE_DIGITS'
  | 'DOCUMENT_ID'
  | 'SHA_256'
  | 'ANY_KEY';

export interface Guess {
  readonly kind: GuessKind;
  /** What was typed, in the form messages write it. */
  readonly value: string;
  readonly reason: GuessReason;
  /** Absent where the number has no check digit. */
  readonly checkDigit?: 'right' | 'wrong';
  /** The key to look for; absent where it is no business key. */
  readonly key?: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Longest text that can be a key. */
const MAX_LENGTH = 250;

/** Everything the text may mean, likeliest first; `text` with ANY_KEY comes last. Empty for an empty or overlong text. */
export function guess(typed: string): Guess[] {
  const text = typed.normalize('NFC').trim();
  if (text === '' || text.length > MAX_LENGTH) return [];
  const given = givenKey(text);
  if (given) return [given];
  const compact = text.replace(/[\s-]/g, '').toUpperCase();
  const guesses = [...ids(text), ...equipment(compact), ...numbers(text, compact)];
  return [...guesses, { kind: 'text', value: text, reason: 'ANY_KEY' }];
}

/** The keys a text may stand for: the guessed ones, and as typed in every scheme. */
export function keysMeant(typed: string): string[] {
  const guesses = guess(typed);
  const text = guesses.find(({ kind }) => kind === 'text')?.value;
  const keys = guesses.flatMap(({ key }) => key ?? []);
  return [...new Set([...keys, ...(text === undefined ? [] : KEY_SCHEMES.map((scheme) => `${scheme}:${text}`))])];
}

function givenKey(text: string): Guess | undefined {
  const at = text.indexOf(':');
  const scheme = text.slice(0, at);
  const value = text.slice(at + 1).trim();
  return at > 0 && value !== '' && isKeyScheme(scheme)
    ? { kind: scheme, value, reason: 'KEY_GIVEN', key: `${scheme}:${value}` }
    : undefined;
}

function ids(text: string): Guess[] {
  const lower = text.toLowerCase();
  if (UUID.test(lower)) return [{ kind: 'message-id', value: lower, reason: 'UUID' }];
  return /^[0-9a-f]{64}$/.test(lower) ? [{ kind: 'digest', value: lower, reason: 'SHA_256' }] : [];
}

function equipment(compact: string): Guess[] {
  const key = (kind: KeyScheme, reason: GuessReason, right?: boolean): Guess => ({
    kind,
    value: compact,
    reason,
    ...(right !== undefined && { checkDigit: right ? 'right' : 'wrong' }),
    key: `${kind}:${compact}`,
  });
  const container = isContainerNumberValid(compact);
  if (container !== undefined) return [key('equipment', container ? 'ISO_6346' : 'ISO_6346_CHECK_DIGIT_WRONG', container)];
  const wagon = isWagonNumberValid(compact);
  if (wagon === undefined) return [];
  if (compact.length === 7) return [key('wagon', 'WAGON_CHINA')];
  const asWagon = key('wagon', wagon ? 'WAGON_1520' : 'WAGON_1520_CHECK_DIGIT_WRONG', wagon);
  // Notes of the railways have eight digits as well; the check digit says which is likelier.
  return wagon ? [asWagon, key('note', 'NOTE_DIGITS')] : [key('note', 'NOTE_DIGITS'), asWagon];
}

function numbers(text: string, compact: string): Guess[] {
  const found: Guess[] = [];
  if (/^\d{18}$/.test(compact))
    found.push({ kind: 'declaration', value: compact, reason: 'DECLARATION_18_DIGITS', key: `declaration:${compact}` });
  // A train index of the 1520 mm railways: station of forming, number, station of destination.
  if (/^\d{4}-\d{2,3}-\d{4}$/.test(text)) found.push({ kind: 'train', value: text, reason: 'TRAIN_INDEX', key: `train:${text}` });
  else if (/^[XKTZ]?\d{4,5}$/.test(compact)) found.push({ kind: 'train', value: compact, reason: 'TRAIN_NUMBER', key: `train:${compact}` });
  const station = isStationCodeValid(compact);
  if (station !== undefined)
    found.push({ kind: 'station', value: compact, reason: 'ESR_STATION', checkDigit: station ? 'right' : 'wrong' });
  if (/^[A-Z]{2,8}_[\w.-]{8,}$/.test(text)) found.push({ kind: 'document', value: text, reason: 'DOCUMENT_ID', key: `document:${text}` });
  return found;
}
