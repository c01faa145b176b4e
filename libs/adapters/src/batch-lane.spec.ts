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
const laneOf = <T>(handle: (batch: readonly T[], next: () => void) => Promise<void> | void, options: Partial<BatchLaneOptions<T>> = {}) => {
  const batches: T[][] = [];
  const lane = new BatchLane<T>(
    async (batch, next) => {
      batches.push([...batch]);
      await handle(batch, next);
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

  describe('a batch that lets the next one follow', () => {
    const turn = () => new Promise((done) => setImmediate(() => setImmediate(done)));

    it('has one full batch begun beside it, and never two', async () => {
      const gates = [gate(), gate(), gate()];
      const { lane, batches } = laneOf<number>(async (batch, next) => {
        next();
        await gates[(batch[0]! - 1) / 3]!.opened;
      });
      for (let i = 1; i <= 9; i += 1) lane.push(i);
      await until(() => batches.length === 2);
      await turn();
      expect(batches).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
      gates[0]!.open();
      await until(() => batches.length === 3);
      gates.forEach(({ open }) => open());
      await lane.drain(60_000);
    });

    it('is not followed by less than a full batch before it is done, nor by what opens a batch', async () => {
      const first = gate();
      const { lane, batches } = laneOf<string>(
        async (_batch, next) => {
          next();
          await first.opened;
        },
        { opensBatch: (entry) => entry === 'key' },
      );
      for (const entry of ['a', 'b', 'c', 'd', 'e']) lane.push(entry);
      await until(() => batches.length === 1);
      await turn();
      expect(batches).toHaveLength(1);
      first.open();
      await until(() => batches.length === 2);

      const second = gate();
      const keys = laneOf<string>(
        async (_batch, next) => {
          next();
          await second.opened;
        },
        { opensBatch: (entry) => entry === 'key' },
      );
      for (const entry of ['a', 'b', 'c', 'key', 'e', 'f']) keys.lane.push(entry);
      await until(() => keys.batches.length === 1);
      await turn();
      expect(keys.batches).toHaveLength(1);
      second.open();
      await until(() => keys.batches.length === 2);
    });

    it('is followed by a batch that is full by its bytes', async () => {
      const first = gate();
      const { lane, batches } = laneOf<number>(
        async (_batch, next) => {
          next();
          await first.opened;
        },
        { batch: 50, batchBytes: 10, sizeOf: (bytes) => bytes },
      );
      for (const bytes of [9, 6, 6]) lane.push(bytes);
      await until(() => batches.length === 2);
      expect(batches).toEqual([[9], [6]]);
      first.open();
    });

    it('when it is refused, what was begun behind it ends first and both are handled again, one after the other', async () => {
      const second = gate();
      const { lane, batches } = laneOf<number>(async ([entry], next) => {
        next();
        if (batches.length > 2) return;
        if (entry === 1) await until(() => batches.length === 2);
        else await second.opened;
        throw new TypeError('not now');
      });
      for (let i = 1; i <= 6; i += 1) lane.push(i);
      await until(() => batches.length === 2);
      await turn();
      await turn();
      expect(batches).toHaveLength(2);
      second.open();
      await until(() => batches.length === 4);
      expect(batches.slice(2)).toEqual([
        [1, 2, 3],
        [4, 5, 6],
      ]);
    });

    it('whatever fails when, everything is taken in once and in order, and nothing without what was before it', async () => {
      const lives = fc.record({
        entries: fc.integer({ min: 1, max: 25 }),
        fails: fc.array(fc.boolean(), { maxLength: 12 }),
        lets: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(lives, async ({ entries, fails, lets }) => {
          const taken: number[] = [];
          let calls = 0;
          let before: Promise<unknown> = Promise.resolve();
          const { lane } = laneOf<number>((batch, next) => {
            const [call, mine] = [(calls += 1), before];
            const work = (async () => {
              await turn();
              if (lets[call % lets.length]) next();
              await turn();
              // As the pipeline does: committed after the batch before it, and only if that was.
              await mine;
              if (fails[call]) throw new TypeError('not now');
              taken.push(...batch);
            })();
            before = work.finally(() => (before === settled ? (before = Promise.resolve()) : undefined));
            const settled = before;
            before.catch(() => undefined);
            return work;
          });
          for (let i = 0; i < entries; i += 1) lane.push(i);
          await until(() => taken.length >= entries);
          expect(taken).toEqual(Array.from({ length: entries }, (_, i) => i));
        }),
        { numRuns: 60 },
      );
    });
  });
});
