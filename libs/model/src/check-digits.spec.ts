import fc from 'fast-check';
import { isCargoCodeValid, isContainerNumberValid, isShipNumberValid, isStationCodeValid, isWagonNumberValid } from './check-digits.ts';

/** The remainder of weights 1 to 5, written the long way, to find numbers that need the second and third pass. */
const remainder = (digits: readonly number[], from: number): number => digits.reduce((sum, digit, i) => sum + digit * (i + from), 0) % 11;

const fiveDigits = fc.array(fc.nat(9), { minLength: 5, maxLength: 5 });

describe('ISO 6346 container numbers', () => {
  // CSQU3054383 is the example of the standard.
  it.each(['CSQU3054383', 'LYGU6066461', 'TOLU4734787'])('fits %s', (number) => expect(isContainerNumberValid(number)).toBe(true));
  it.each(['CSQU3054384', 'CSQU3054833'])('does not fit %s', (number) => expect(isContainerNumberValid(number)).toBe(false));
  it.each(['', 'CSQU305438', 'CSQU30543833', 'csqu3054383', 'СSQU3054383', '12345678901', 'CSQU305438X', 'CSQ13054383', 'CS[U3054383'])(
    'is no container number: %s',
    (number) => expect(isContainerNumberValid(number)).toBeUndefined(),
  );
  it('notices every change of one digit', () => {
    const number = 'CSQU3054383';
    for (let i = 4; i < 10; i++) {
      for (let digit = 0; digit < 10; digit++) {
        const changed = number.slice(0, i) + String(digit) + number.slice(i + 1);
        // A remainder of 10 and of 0 share the check digit 0, the weakness of the standard; this number is not near it.
        expect(isContainerNumberValid(changed)).toBe(changed === number);
      }
    }
  });
});

describe('wagon numbers', () => {
  it.each(['95236196', '62439641', '94237120'])('fits %s', (number) => expect(isWagonNumberValid(number)).toBe(true));
  it.each(['95236197', '62439640', '94237123'])('does not fit %s', (number) => expect(isWagonNumberValid(number)).toBe(false));
  it('takes seven digits as a Chinese wagon without a check digit', () => {
    fc.assert(fc.property(fc.integer({ min: 1_000_000, max: 9_999_999 }), (number) => isWagonNumberValid(String(number)) === true));
  });
  it.each(['', '623', '6243964', '624396411', '6243964X'])('knows what is no 8-digit wagon: %s', (number) => {
    expect(isWagonNumberValid(number)).toBe(number.length === 7 ? true : undefined);
  });
  it('has exactly one check digit for every seven digits', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 7, maxLength: 7 }), (digits) => {
        const fitting = Array.from({ length: 10 }, (_, check) => digits.join('') + String(check)).filter((number) =>
          isWagonNumberValid(number),
        );
        return fitting.length === 1;
      }),
    );
  });
});

describe.each([
  ['station codes', isStationCodeValid],
  ['cargo codes', isCargoCodeValid],
])('%s', (_name, isValid) => {
  // Altynkol and Dostyk; 693807 and 671823 need the second pass.
  it.each(['707701', '708507', '700007', '693807', '671823', '554017'])('fits %s', (code) => expect(isValid(code)).toBe(true));
  it.each(['707700', '708505', '671824', '554011'])('does not fit %s', (code) => expect(isValid(code)).toBe(false));
  it.each(['', '70770', '7077011', '70770X', 'X07701'])('is no such code: %s', (code) => expect(isValid(code)).toBeUndefined());
  it('uses the second pass when the first gives 10, and 0 when both do', () => {
    fc.assert(
      fc.property(fiveDigits, (digits) => {
        const first = remainder(digits, 1);
        const second = remainder(digits, 3);
        const expected = first !== 10 ? first : second !== 10 ? second : 0;
        for (let check = 0; check < 10; check++) {
          if (isValid(digits.join('') + String(check)) !== (check === expected)) return false;
        }
        return true;
      }),
      { numRuns: 500 },
    );
  });
});

describe('ship numbers', () => {
  it.each(['9074729', 'UN9074729', 'IMO9074729'])('fit %s', (number) => expect(isShipNumberValid(number)).toBe(true));
  it.each(['9074728', 'UN9074792', 'IMO0974729'])('do not fit %s', (number) => expect(isShipNumberValid(number)).toBe(false));
  it.each(['', 'UN907472', 'XX9074729', '907472X', '90747291'])('are not: %s', (number) =>
    expect(isShipNumberValid(number)).toBeUndefined(),
  );
});
