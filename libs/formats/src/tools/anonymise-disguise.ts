/**
 * A text turned into another one of the same form. The same text always becomes the same, and no two of one form the same,
 * so whatever names each other by number still does. Numbers of containers, wagons and ships keep the rightness of their check digit.
 */
import { isContainerNumberValid, isShipNumberValid, isWagonNumberValid } from '#model';
import { CAPITALS, DIGITS, letterOf, type Alphabet, type Letter } from './anonymise-alphabets.ts';
import { Permutation } from './anonymise-permutation.ts';

/** Whether a field takes the text. */
export type Accepts = (text: string) => boolean;

const CONTAINER = /^[A-Z]{4}\d{7}$/;
const WAGON = /^\d{8}$/;
/** The prefix of a ship's number says what number it is, and nothing of the ship. */
const SHIP = /^(UN|IMO|)(\d{6})\d$/;
/**
 * ISO 6346 knows three equipment categories, U, J and Z, and the register of owner codes (BIC) gives out codes with these
 * only. A number with another letter in that place belongs to nobody, whatever the three letters before it.
 */
const CATEGORIES: Readonly<Record<string, string>> = { U: 'X', J: 'Y', Z: 'W' };
const NO_CATEGORY: Alphabet = alphabetWithout(CAPITALS, Object.keys(CATEGORIES));

/** Letters that are one number: 24 of the largest alphabet are 343 bits, which a round of 256 bits mixes in two halves. */
const CHUNK = 24;
/** Texts beyond this are files inside the message; they need not be told apart for certain. */
const LONG = 1_024;
/** Other disguises tried where the field does not take the first. */
const ATTEMPTS = 16;

export class Disguise {
  readonly #permutation: Permutation;
  readonly #made = new Map<string, string>();

  /** Two disguises of one key are the same. The key must be secret, and long enough not to be found by trying. */
  constructor(key: Buffer) {
    this.#permutation = new Permutation(key);
  }

  /** How many texts were disguised, each counted once. */
  get size(): number {
    return this.#made.size;
  }

  /**
   * The disguise of a text. It has the same length, and in each place a character of the same alphabet and case. Where the
   * field does not take it, as close to it as the field allows; `accepts` must take the text itself, and must be the same
   * whenever the same text comes.
   */
  text(text: string, accepts?: Accepts): string {
    const known = this.#made.get(text);
    if (known !== undefined) return known;
    const made = this.#fitting(text, accepts ?? (() => true));
    this.#made.set(text, made);
    return made;
  }

  #fitting(text: string, accepts: Accepts): string {
    const tried: string[] = [];
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const made = this.#disguised(text, attempt);
      if (accepts(made)) return made;
      tried.push(made);
    }
    return stepwise(text, tried, accepts);
  }

  #disguised(text: string, attempt: number): string {
    const tweak = attempt === 0 ? '' : `attempt ${attempt} `;
    if (CONTAINER.test(text)) return this.#container(text, tweak);
    if (WAGON.test(text))
      return withCheckDigit(this.#letters([...text.slice(0, 7)], `${tweak}wagon `).join(''), text, (number) => isWagonNumberValid(number));
    const ship = SHIP.exec(text);
    if (ship) {
      const [, prefix = '', number = ''] = ship;
      const made = this.#letters([...number], `${tweak}ship `).join('');
      return withCheckDigit(prefix + made, text, (whole) => isShipNumberValid(whole));
    }
    const characters = [...text];
    return (characters.length > LONG ? this.#long(characters, text) : this.#letters(characters, tweak)).join('');
  }

  #container(text: string, tweak: string): string {
    const category = text[3] as string;
    const free = [...text.slice(0, 3), ...text.slice(4, 10)];
    const listed = CATEGORIES[category];
    const other = listed ?? this.#one({ alphabet: NO_CATEGORY, index: NO_CATEGORY.indexes.get(category) as number }, `${tweak}category `);
    const made = this.#letters(free, `${tweak}container ${category} `).join('');
    return withCheckDigit(made.slice(0, 3) + other + made.slice(3), text, (number) => isContainerNumberValid(number));
  }

  #one(letter: Letter, tweak: string): string {
    return this.#chunk([letter], tweak)[0] as string;
  }

  #letters(characters: readonly string[], tweak: string): string[] {
    const result = [...characters];
    const places = characters.flatMap((character, at) => {
      const letter = letterOf(character);
      return letter ? [{ at, letter }] : [];
    });
    for (let from = 0; from < places.length; from += CHUNK) {
      const some = places.slice(from, from + CHUNK);
      const made = this.#chunk(
        some.map(({ letter }) => letter),
        `${tweak}${from} `,
      );
      some.forEach(({ at }, i) => (result[at] = made[i] as string));
    }
    return result;
  }

  /** Some letters as one number, in which each letter is a digit of the base of its alphabet. */
  #chunk(letters: readonly Letter[], tweak: string): string[] {
    let [value, limit] = [0n, 1n];
    for (const { alphabet, index } of letters) {
      const base = BigInt(alphabet.characters.length);
      value = value * base + BigInt(index);
      limit *= base;
    }
    let rest = this.#permutation.apply(value, limit, tweak + letters.map(({ alphabet }) => alphabet.id).join(','));
    const made: string[] = [];
    for (const { alphabet } of [...letters].reverse()) {
      const base = BigInt(alphabet.characters.length);
      made.push(alphabet.characters[Number(rest % base)] as string);
      rest /= base;
    }
    return made.reverse();
  }

  /** Every letter becomes another one. */
  #long(characters: readonly string[], whole: string): string[] {
    const bytes = this.#permutation.stream(whole);
    return characters.map((character) => {
      const letter = letterOf(character);
      if (!letter) return character;
      const { characters: all } = letter.alphabet;
      const step = 1 + (((bytes.next().value << 8) | bytes.next().value) % (all.length - 1));
      return all[(letter.index + step) % all.length] as string;
    });
  }
}

/** The number with the check digit that is as far from the right one as that of the real number: none, mostly. */
function withCheckDigit(made: string, real: string, isValid: (number: string) => boolean | undefined): string {
  const right = (number: string) => DIGITS.characters.findIndex((digit) => isValid(number + digit) === true);
  const body = real.slice(0, -1);
  return made + String((right(made) + Number(real.at(-1)) - right(body) + 10) % 10);
}

/** From the text itself, which the field takes, one character after the other to one of the disguises, as far as the field goes along. */
function stepwise(text: string, tried: readonly string[], accepts: Accepts): string {
  const current = [...text];
  const others = tried.map((made) => [...made]);
  for (let at = 0; at < current.length; at++) {
    const own = current[at] as string;
    for (const other of others) {
      current[at] = other[at] as string;
      if (current[at] !== own && accepts(current.join(''))) break;
      current[at] = own;
    }
  }
  return current.join('');
}

function alphabetWithout({ id, characters }: Alphabet, left: readonly string[]): Alphabet {
  const rest = characters.filter((character) => !left.includes(character));
  return { id: `${id} but ${left.join('')}`, characters: rest, indexes: new Map(rest.map((character, index) => [character, index])) };
}
