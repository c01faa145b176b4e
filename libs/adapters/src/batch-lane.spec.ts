import fc from 'fast-check';
import { BatchLane, type BatchLaneOptions } from './batch-lane.ts';

function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((done) => setTimeout(done, 1));
};
const laneOf = <T>(handle: (batch: readonly T[]) => Promise<void> | void, options: Partial<BatchLaneOptions<T>> = {}) => {
  const batches: T[][] = [];
  const lane = new BatchLane<T>(
    async (batch) => {
      batches.push([...batch]);
      await handle(batch);
    },
    { batch: 3, waitMs: 1, retryBaseMs: 1, retryCapMs: 2, ...options },
  );
  return { lane, batches };
};

describe('the batch lane', () => {
  it('finishes what came before an entry that opens a batch before it looks at that entry', async () => {
    const done: string[] = [];
    const first = gate();
    const { lane, batches } = laneOf<string>(
      async (batch) => {
        if (batch.includes('a')) await first.opened;
        done.push(...batch);
      },
      { batch: 10, opensBatch: (entry) => entry.startsWith('key') },
    );
    for (const entry of ['a', 'b', 'key 1', 'key 2', 'c']) lane.push(entry);
    await until(() => batches.length === 1);
    expect(batches).toEqual([['a', 'b']]);
    first.open();
    await until(() => done.length === 5);
    expect(batches).toEqual([['a', 'b'], ['key 1'], ['key 2', 'c']]);
  });

  it('hands on everything, in order, in batches within the limit, whatever arrives when', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 40 }),
        fc.integer({ min: 1, max: 7 }),
        async (pauses, batch) => {
          const { lane, batches } = laneOf<number>(() => new Promise((done) => setImmediate(done)), { batch });
          for (const [i, pause] of pauses.entries()) {
            lane.push(i);
            if (pause === 1) await Promise.resolve();
            if (pause === 2) await new Promise((done) => setImmediate(done));
          }
          await until(() => batches.flat().length === pauses.length);
          expect(batches.flat()).toEqual(pauses.map((_, i) => i));
          expect(Math.max(0, ...batches.map(({ length }) => length))).toBeLessThanOrEqual(batch);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('starts a full batch at once and waits for company otherwise', async () => {
    const { lane, batches } = laneOf<number>(() => undefined, { waitMs: 60_000 });
    lane.push(1);
    lane.push(2);
    await new Promise((done) => setImmediate(done));
    expect(batches).toEqual([]);
    lane.push(3);
    expect(batches).toEqual([[1, 2, 3]]);
    await lane.drain(1_000);
  });

  it('collects the next batch while one is being handled, and handles one at a time', async () => {
    const first = gate();
    const { lane, batches } = laneOf<number>(() => first.opened, { waitMs: 60_000 });
    [1, 2, 3, 4, 5].forEach((entry) => lane.push(entry));
    await new Promise((done) => setImmediate(done));
    expect(batches).toEqual([[1, 2, 3]]);
    expect(lane.length).toBe(2);
    first.open();
    await until(() => batches.length === 2);
    expect(batches[1]).toEqual([4, 5]);
  });

  it('keeps to the bytes of a batch, but lets one larger entry through alone', async () => {
    const { lane, batches } = laneOf<number>(() => undefined, { batchBytes: 10, sizeOf: (bytes) => bytes });
    [4, 4, 4, 50, 6].forEach((entry) => lane.push(entry));
    await until(() => batches.flat().length === 5);
    expect(batches).toEqual([[4, 4], [4], [50], [6]]);
  });

  it('handles the same entries again after a rejection, tells why, and lets nothing overtake', async () => {
    const told: unknown[] = [];
    let failures = 2;
    const { lane, batches } = laneOf<number>(
      () => {
        if (failures-- > 0) throw new TypeError('not now');
      },
      { onRetry: (entries, error, delayMs) => told.push([entries, (error as Error).message, delayMs > 0]) },
    );
    [1, 2, 3, 4].forEach((entry) => lane.push(entry));
    await until(() => batches.length === 4);
    expect(batches).toEqual([[1, 2, 3], [1, 2, 3], [1, 2, 3], [4]]);
    expect(told).toEqual(Array(2).fill([[1, 2, 3], 'not now', true]));
  });

  it('gives a retried batch up when it is not wanted any more, without waiting out the pause', async () => {
    let wanted = true;
    const { lane, batches } = laneOf<string>(
      ([entry]) => {
        if (entry === 'old') throw new TypeError('never');
      },
      { batch: 1, retryBaseMs: 600_000, retryCapMs: 600_000, wanted: (entry) => wanted || entry === 'new' },
    );
    lane.push('old');
    await until(() => batches.length === 1);
    await new Promise((done) => setImmediate(done));
    wanted = false;
    lane.prune();
    lane.push('new');
    await until(() => batches.length === 2);
    expect(batches).toEqual([['old'], ['new']]);
  });

  it('drains: finishes what runs, drops what waits, takes nothing more', async () => {
    const running = gate();
    const { lane, batches } = laneOf<number>(() => running.opened);
    [1, 2, 3, 4].forEach((entry) => lane.push(entry));
    const drained = lane.drain(60_000);
    lane.push(5);
    running.open();
    expect(await drained).toBe(true);
    expect(batches).toEqual([[1, 2, 3]]);
    expect(lane.length).toBe(0);
  });

  it('says when a batch did not finish in time', async () => {
    const { lane } = laneOf<number>(() => new Promise(() => undefined), { batch: 1 });
    lane.push(1);
    expect(await lane.drain(1)).toBe(false);
  });
});
