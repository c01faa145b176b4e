/**
 * Synthetic numbers with valid check digits. Owner codes and serials are invented for the demo. The digits are computed
 * here once more, on purpose: numbers made by the code that checks them would prove nothing.
 */

/** ISO 6346: letters count 10 to 38 without the multiples of 11, weights double from place to place, modulo 11. */
export function containerNumber(owner: string, serial: number): string {
  const ten = owner + String(serial).padStart(6, '0');
  const sum = [...ten].reduce((total, sign, place) => total + valueOf(sign) * 2 ** place, 0);
  return ten + String((sum % 11) % 10);
}

function valueOf(sign: string): number {
  if (/\d/.test(sign)) return Number(sign);
  const place = sign.charCodeAt(0) - 65 + 10;
  return place + Math.floor((place - 1) / 10);
}

/** Chinese wagons carry seven digits and no check digit. */
export const chineseWagon = (serial: number): string => String(5_310_000 + serial);

/** Station code (ESR): five digits and a check digit modulo 11, weights 1 to 5, or 3 to 7 where that gives 10. */
export function stationCode(five: string): string {
  const check = (start: number) => [...five].reduce((sum, digit, place) => sum + Number(digit) * (start + place), 0) % 11;
  const first = check(1);
  return five + String(first < 10 ? first : check(3) % 10);
}
