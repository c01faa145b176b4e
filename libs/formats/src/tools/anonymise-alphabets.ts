/**
 * The alphabets that text is disguised within: a letter becomes a letter of its own alphabet and case, a digit a digit, so
 * that a disguised text has the length, the script and the encoding of the real one. What is neither letter nor digit stays.
 */

export interface Alphabet {
  readonly id: string;
  readonly characters: readonly string[];
  readonly indexes: ReadonlyMap<string, number>;
}

/** A place of a text that can be disguised. */
export interface Letter {
  readonly alphabet: Alphabet;
  readonly index: number;
}

const alphabetOf = (id: string, characters: readonly string[]): Alphabet => ({
  id,
  characters,
  indexes: new Map(characters.map((character, index) => [character, index])),
});

const range = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));

export const DIGITS = alphabetOf('digits', [...'0123456789']);
export const CAPITALS = alphabetOf('capitals', [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']);

const CYRILLIC = [...range(0x410, 0x415), 'Ё', ...range(0x416, 0x42f)];
/** What Kazakh has beside Russian, І excepted: older encodings have it together with other languages' letters and without these. */
const KAZAKH = [...'ӘҒҚҢӨҰҮҺ'];
/** ISO 8859-5 and windows-1251 have them all. */
const OTHER_CYRILLIC = [...'ЂЃЄЅІЇЈЉЊЋЌЎЏ'];
const lower = (letters: readonly string[]): string[] => letters.map((letter) => letter.toLowerCase());

/** Code area of GB 2312 level 1: the 3,755 characters in daily use, so that a disguised name looks like a name. */
function commonChinese(): string[] {
  const decoder = new TextDecoder('gb18030', { fatal: true });
  const characters: string[] = [];
  for (let row = 0xb0; row <= 0xd7; row++)
    for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell++) characters.push(decoder.decode(Uint8Array.of(row, cell)));
  return characters;
}

/** Made when the first text is looked at. */
let known: ReadonlyMap<string, Letter> | undefined;

function knownLetters(): ReadonlyMap<string, Letter> {
  const common = commonChinese();
  const frequent = new Set(common);
  const alphabets = [
    DIGITS,
    CAPITALS,
    alphabetOf('small', lower(CAPITALS.characters)),
    alphabetOf('cyrillic', CYRILLIC),
    alphabetOf('cyrillic small', lower(CYRILLIC)),
    alphabetOf('kazakh', KAZAKH),
    alphabetOf('kazakh small', lower(KAZAKH)),
    alphabetOf('other cyrillic', OTHER_CYRILLIC),
    alphabetOf('other cyrillic small', lower(OTHER_CYRILLIC)),
    alphabetOf('chinese', common),
    alphabetOf(
      'rare chinese',
      range(0x4e00, 0x9fa5).filter((character) => !frequent.has(character)),
    ),
  ];
  return new Map(alphabets.flatMap((alphabet) => alphabet.characters.map((character, index) => [character, { alphabet, index }] as const)));
}

const KINDS = [/\p{Lu}/u, /\p{Ll}/u, /\p{L}/u, /\p{N}/u, /\p{M}/u] as const;
const PAGE = 128;
const pages = new Map<string, Alphabet>();

/** Letters of any other script stay within their page of Unicode and their kind. */
function otherLetter(character: string): Letter | undefined {
  const kind = KINDS.findIndex((pattern) => pattern.test(character));
  if (kind < 0) return undefined;
  const page = Math.floor((character.codePointAt(0) as number) / PAGE);
  const id = `${page}/${kind}`;
  let alphabet = pages.get(id);
  if (!alphabet) {
    const listed = (known as ReadonlyMap<string, Letter>).keys();
    const taken = new Set(listed);
    const all = range(page * PAGE, page * PAGE + PAGE - 1);
    alphabet = alphabetOf(
      id,
      all.filter((other) => KINDS.findIndex((pattern) => pattern.test(other)) === kind && !taken.has(other)),
    );
    pages.set(id, alphabet);
  }
  const index = alphabet.indexes.get(character);
  return index === undefined || alphabet.characters.length < 2 ? undefined : { alphabet, index };
}

/** The place of a character in its alphabet; undefined for what stays as it is. */
export function letterOf(character: string): Letter | undefined {
  known ??= knownLetters();
  return known.get(character) ?? otherLetter(character);
}
