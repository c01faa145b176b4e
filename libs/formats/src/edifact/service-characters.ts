/**
 * The service characters of an interchange (ISO 9735): what separates components, elements and segments, and what makes
 * the next character plain text. `release` and `repetition` are absent where the interchange uses none.
 */
export interface ServiceCharacters {
  readonly component: string;
  readonly element: string;
  readonly decimal: string;
  readonly release: string | undefined;
  /** Syntax 4 only. */
  readonly repetition: string | undefined;
  readonly terminator: string;
}

/** Defaults of syntax 1 to 3: `:+.? '`. */
export const DEFAULT_CHARACTERS: ServiceCharacters = {
  component: ':',
  element: '+',
  decimal: '.',
  release: '?',
  repetition: undefined,
  terminator: "'",
};

/** Defaults of syntax 4: the reserved space became the repetition separator. */
export const SYNTAX_4_CHARACTERS: ServiceCharacters = { ...DEFAULT_CHARACTERS, repetition: '*' };

/** Length of a service string advice: the tag UNA and six characters, no separator between. */
export const UNA_LENGTH = 9;

/** Reads the nine characters of a UNA. Undefined when a character is a letter, a digit or control, or two of them are the same. */
export function readServiceStringAdvice(advice: string): ServiceCharacters | undefined {
  const [component, element, decimal, release, repetition, terminator] = [...advice.slice(3)];
  if (!component || !element || !decimal || !release || !repetition || !terminator) return undefined;
  const characters = {
    component,
    element,
    decimal,
    release: release === ' ' ? undefined : release,
    repetition: repetition === ' ' ? undefined : repetition,
    terminator,
  };
  const separators = specials(characters);
  const distinct = new Set(separators).size === separators.length;
  return distinct && separators.every(separates) && (decimal === '.' || decimal === ',') ? characters : undefined;
}

/** Writes the UNA of these characters. */
export function writeServiceStringAdvice(characters: ServiceCharacters): string {
  const { component, element, decimal, release, repetition, terminator } = characters;
  return `UNA${component}${element}${decimal}${release ?? ' '}${repetition ?? ' '}${terminator}`;
}

/** Every character that has to be released to stand in text. */
export function specials(characters: ServiceCharacters): string[] {
  const { component, element, release, repetition, terminator } = characters;
  return [component, element, release, repetition, terminator].filter((character) => character !== undefined);
}

// A line feed is a terminator some producers use; letters, digits and spaces would make text ambiguous.
const separates = (character: string) => character === '\n' || (character.length === 1 && !/[\p{L}\p{N}\p{Z}\p{C}]/u.test(character));
