import { sparkline } from './incidents.ts';

describe('a sparkline', () => {
  it.each([
    [[], ''],
    [[0, 0], '··'],
    [[1, 0, 8, 4], '▁·█▄'],
    [[1_000_000, 1], '█▁'],
  ])('of %j is %s', (counts, line) => expect(sparkline(counts)).toBe(line));
});
