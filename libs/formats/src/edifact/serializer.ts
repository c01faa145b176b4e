import { ExchangeError } from '#model';
import { DEFAULT_CHARACTERS, type ServiceCharacters, specials } from './service-characters.ts';

/** What the serialiser writes: a tag and its released (plain) text. */
export interface WritableSegment {
  readonly name: string;
  readonly data?: readonly (readonly string[])[] | undefined;
  readonly repeats?: ReadonlyMap<number, readonly (readonly string[])[]> | undefined;
}

/** Writes segments with one set of service characters; the inverse of the tokenizer for every text. */
export class SegmentSerializer {
  readonly #characters: ServiceCharacters;
  readonly #special: RegExp;
  readonly #each: RegExp;

  constructor(characters: ServiceCharacters = DEFAULT_CHARACTERS) {
    this.#characters = characters;
    const any = `[${specials(characters).map(hexadecimal).join('')}]`;
    this.#special = new RegExp(any);
    this.#each = new RegExp(any, 'g');
  }

  /**
   * The segment with its terminator. Each component is escaped whole and on its own, so no release character can end
   * one. Throws VALUE_UNTRANSLATABLE when text holds a service character and the interchange has no release character.
   */
  write(segment: WritableSegment): string {
    return this.#write(segment, segment.data?.length ?? 0, (components) => components.length);
  }

  /** The same without empty components and elements at the end, as a strict writer sends it. */
  writeCompact(segment: WritableSegment): string {
    const { data = [], repeats } = segment;
    let elements = data.length;
    while (elements > 0 && filled(data[elements - 1]!) === 0 && !repeats?.has(elements - 1)) elements--;
    return this.#write(segment, elements, filled);
  }

  #write({ name, data = [], repeats }: WritableSegment, elements: number, length: (components: readonly string[]) => number): string {
    const { element, repetition, terminator } = this.#characters;
    let text = name;
    for (let index = 0; index < elements; index++) {
      text += element + this.#components(data[index]!, length(data[index]!));
      for (const further of repeats?.get(index) ?? []) {
        if (repetition === undefined)
          throw new ExchangeError('VALUE_UNTRANSLATABLE', { detail: 'The interchange has no repetition separator.' });
        text += repetition + this.#components(further, length(further));
      }
    }
    return text + terminator;
  }

  #components(components: readonly string[], count: number): string {
    let text = count > 0 ? this.#escape(components[0]!) : '';
    for (let at = 1; at < count; at++) text += this.#characters.component + this.#escape(components[at]!);
    return text;
  }

  #escape(text: string): string {
    if (!this.#special.test(text)) return text;
    const { release } = this.#characters;
    if (release === undefined) throw new ExchangeError('VALUE_UNTRANSLATABLE', { detail: 'The interchange has no release character.' });
    return text.replace(this.#each, (character) => release + character);
  }
}

/** Number of components up to the last that is not empty. */
function filled(components: readonly string[]): number {
  let count = components.length;
  while (count > 0 && components[count - 1] === '') count--;
  return count;
}

const hexadecimal = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
