import { ExchangeError } from '#model';

const LATIN = /\p{Script=Latin}/u;
const CYRILLIC = /\p{Script=Cyrillic}/u;

/** Equal for names that people would call the same: compatibility forms (full-width letters) and case are one. */
export const nameKeyOf = (name: string): string => name.normalize('NFKC').toLowerCase();

/**
 * A name of 2 to 64 characters in any script, in NFC, as 张伟, Айгүл Сәтбаева or k.brown. Refused with USAGE: characters that
 * do not show, outer or double spaces, and Latin and Cyrillic letters in one word, where one can stand for the other.
 */
export function accountName(text: string): string {
  const name = text.normalize('NFC');
  const length = [...name].length;
  const mixed = name.split(/[^\p{L}\p{M}]+/u).some((word) => LATIN.test(word) && CYRILLIC.test(word));
  if (length < 2 || length > 64 || !/^[\p{L}\p{M}\p{N} ._'@-]+$/u.test(name) || name !== name.trim() || name.includes('  ') || mixed)
    throw new ExchangeError('USAGE', {
      pointer: 'name',
      detail: "A name has 2 to 64 letters, digits, spaces and . _ ' @ -, with one alphabet a word.",
    });
  return name;
}
