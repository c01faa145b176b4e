/**
 * Check digits of the numbers that travel with goods. Every function answers `undefined` for a text that is no such number
 * at all, else whether its check digit fits. A wrong digit is a warning, never a refusal: real documents hold such numbers.
 * No function allocates.
 */

const ZERO = 0x30;
const A = 0x41;

/** Values of the letters A to Z in ISO 6346: 10 upwards without the multiples of 11. */
const LETTER_VALUES = [10, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 34, 35, 36, 37, 38];

/** The digit at a place, or -1. */
function digitAt(text: string, index: number): number {
  const value = text.charCodeAt(index) - ZERO;
  return value >= 0 && value <= 9 ? value : -1;
}

/** ISO 6346 container number: four Latin capitals, six digits, check digit. */
export function isContainerNumberValid(text: string): boolean | undefined {
  if (text.length !== 11) return undefined;
  let sum = 0;
  for (let i = 0; i < 10; i++) {
    const value = i < 4 ? LETTER_VALUES[text.charCodeAt(i) - A] : digitAt(text, i);
    if (value === undefined || value < 0) return undefined;
    sum += value * (1 << i);
  }
  const check = digitAt(text, 10);
  return check < 0 ? undefined : (sum % 11) % 10 === check;
}

/**
 * Wagon number. Eight digits on 1520 mm: weights 2, 1, 2, …, digits of the products added, complement to the next ten.
 * Seven digits are a Chinese wagon, which has no check digit, so the number is fine as it is.
 */
export function isWagonNumberValid(text: string): boolean | undefined {
  const { length } = text;
  if (length !== 8 && length !== 7) return undefined;
  let sum = 0;
  for (let i = 0; i < length; i++) {
    const digit = digitAt(text, i);
    if (digit < 0) return undefined;
    const product = i % 2 === 0 && i < 7 ? digit * 2 : digit;
    sum += product > 9 ? product - 9 : product;
  }
  return length === 7 || sum % 10 === 0;
}

/**
 * The common check of ESR station codes and ETSNG cargo codes: weights 1 to 5, modulo 11; when that gives 10, weights 3 to
 * 7; when that gives 10 too, 0.
 */
function isSixDigitCodeValid(text: string): boolean | undefined {
  if (text.length !== 6) return undefined;
  let sum = 0;
  let digits = 0;
  for (let i = 0; i < 5; i++) {
    const digit = digitAt(text, i);
    if (digit < 0) return undefined;
    sum += digit * (i + 1);
    digits += digit;
  }
  const check = digitAt(text, 5);
  if (check < 0) return undefined;
  const first = sum % 11;
  // Weights 3 to 7 are weights 1 to 5 plus 2 each.
  const expected = first < 10 ? first : ((sum + 2 * digits) % 11) % 10;
  return check === expected;
}

/** ESR (ЕСР) station code, six digits. Five digits are the code without its check digit and are no number of this kind. */
export const isStationCodeValid = (text: string): boolean | undefined => isSixDigitCodeValid(text);

/** ETSNG (ЕТСНГ) cargo code, six digits with the check digit. */
export const isCargoCodeValid = (text: string): boolean | undefined => isSixDigitCodeValid(text);

/** IMO ship number, as customs manifests (`UN9074729`) and ships' papers (`IMO9074729`) write it, or bare: weights 7 to 2, the last digit of the sum. */
export function isShipNumberValid(text: string): boolean | undefined {
  const from = text.length - 7;
  if (from !== 0 && !(from === 2 && text.startsWith('UN')) && !(from === 3 && text.startsWith('IMO'))) return undefined;
  let sum = 0;
  for (let i = 0; i < 7; i++) {
    const digit = digitAt(text, from + i);
    if (digit < 0) return undefined;
    sum += i < 6 ? digit * (7 - i) : 0;
  }
  return sum % 10 === digitAt(text, text.length - 1);
}
