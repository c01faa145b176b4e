import { LateLane } from './late-lane.ts';

const STOP = new Error('stops');

describe('the lane of what left its batch', () => {
  test('commits together what is ready together, in order', async () => {
    const commits: number[][] = [];
    const lane = new LateLane<number, string>(
      async (entries) => {
        commits.push([...entries]);
        return entries.map((entry) => `done ${entry}`);
      },
      { report: () => undefined },
    );
    const results = Array.from({ length: 250 }, (_, i) => lane.push(i));
    expect((await Promise.all(results)).at(-1)).toBe('done 249');
    expect(commits.map(({ length }) => length)).toEqual([100, 100, 50]);
    expect(commits.flat()).toEqual(Array.from({ length: 250 }, (_, i) => i));
  });

  test('tries a commit that fails again, and lets nothing overtake it', async () => {
    const [commits, told]: [number[][], unknown[]] = [[], []];
    const lane = new LateLane<number, number>(
      async (entries) => {
        commits.push([...entries]);
        if (commits.length < 4) throw new TypeError(`failure ${commits.length}`);
        return entries;
      },
      { report: (error) => told.push(error), pauseMilliseconds: 1 },
    );
    const first = lane.push(1);
    await Promise.resolve();
    await Promise.resolve();
    const second = lane.push(2);
    expect([await first, await second]).toEqual([1, 2]);
    expect(commits).toEqual([[1], [1], [1], [1], [2]]);
    expect(told).toHaveLength(3);
  });

  test('rejects what is left when it is closed, without waiting out the pause', async () => {
    const lane = new LateLane<number, number>(() => Promise.reject(new TypeError('never')), {
      report: () => undefined,
      pauseMilliseconds: 600_000,
    });
    const [one, two] = [lane.push(1), lane.push(2)];
    one.catch(() => undefined);
    two.catch(() => undefined);
    await new Promise((done) => setImmediate(done));
    lane.close(STOP);
    await expect(one).rejects.toBe(STOP);
    await expect(two).rejects.toBe(STOP);
    await expect(lane.push(3)).rejects.toBe(STOP);
  });
});
