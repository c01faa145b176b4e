import { FailureLimiter } from './failure-limiter.ts';
import { MemoryBudget } from './memory-budget.ts';

describe('the failure limiter', () => {
  let now = 0;
  const limiter = () => new FailureLimiter({ burst: 3, perSecond: 0.5, callers: 2 }, () => now);

  it('forgives a burst, then asks to wait, then forgives with time', () => {
    const it = limiter();
    for (let i = 0; i < 3; i++) {
      expect(it.waitOf('a')).toBe(0);
      it.failed('a');
    }
    expect(it.waitOf('a')).toBe(2);
    expect(it.waitOf('b')).toBe(0);
    now += 2_000;
    expect(it.waitOf('a')).toBe(0);
  });

  it('forgets the caller that was silent longest, and grows no further', () => {
    const it = limiter();
    for (let i = 0; i < 3; i++) it.failed('a');
    it.failed('b');
    expect(it.waitOf('a')).toBeGreaterThan(0);
    it.failed('c');
    expect(it.waitOf('a')).toBe(0);
  });
});

describe('the memory budget', () => {
  it('grants up to its limit, all or nothing, and again what was given back', () => {
    const budget = new MemoryBudget(10);
    expect([budget.take(6, 'keg'), budget.take(5, 'hrg'), budget.take(4, 'hrg')]).toEqual([true, false, true]);
    budget.give(6, 'keg');
    expect(budget.take(6, 'keg')).toBe(true);
  });

  it('leaves a quarter to the others, however much one asks for', () => {
    const budget = new MemoryBudget(100);
    expect([budget.take(75, 'loud'), budget.take(1, 'loud'), budget.take(25, 'quiet')]).toEqual([true, false, true]);
    budget.give(75, 'loud');
    expect(budget.take(1, 'loud')).toBe(true);
  });
});
