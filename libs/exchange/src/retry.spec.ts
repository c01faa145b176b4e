import fc from 'fast-check';
import { Delivery } from '#model';
import { nextAttempt } from './retry.ts';

const delivery = Delivery.parse({ retryBaseSeconds: 1, retryCapSeconds: 900 });
const now = new Date('2026-03-14T00:00:00Z');
const seconds = (attempt: number, random: number) => (nextAttempt(now, attempt, delivery, () => random).getTime() - now.getTime()) / 1000;

describe('the time of the next attempt', () => {
  test('grows with the attempts up to the cap', () => {
    expect([1, 2, 5, 11, 40].map((attempt) => Math.round(seconds(attempt, 0.999999)))).toEqual([1, 2, 16, 900, 900]);
  });

  test('is always in the future and never beyond the cap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, random) => {
        const delay = seconds(attempt, random);
        return delay > 0 && delay <= 900;
      }),
    );
  });

  test('spreads messages that failed together', () => {
    expect(new Set([0, 0.2, 0.4, 0.6, 0.8].map((random) => seconds(6, random))).size).toBe(5);
  });
});
