import { CommitQueue } from './commit-queue.ts';
import { StaleBatchError } from './ports/exchange-store.port.ts';

/** A store that counts: a plan is the number it expects to find; committing it adds one. */
function counter() {
  let truth = 0;
  let assumed = 0;
  const log: string[] = [];
  const failures: (Error | undefined)[] = [];
  const queue = new CommitQueue<number, number>(async (plan) => {
    await new Promise((resolve) => setImmediate(resolve));
    const failure = failures.shift();
    if (failure) throw failure;
    if (plan !== truth) throw new StaleBatchError();
    truth += 1;
    return truth;
  });
  const run = () =>
    queue.run(
      () => assumed++,
      async () => {
        log.push('replan');
        assumed = truth + 1;
        return truth;
      },
      (plan) => log.push(`discard ${plan}`),
    );
  const slowly = (failure?: Error) =>
    queue.runSlowly(
      async () => {
        log.push('slow');
        await new Promise((resolve) => setImmediate(resolve));
        if (failure) throw failure;
        return assumed++;
      },
      async () => {
        log.push('replan');
        assumed = truth + 1;
        return truth;
      },
      (plan) => log.push(`discard ${plan}`),
    );
  return { run, slowly, log, failures, interfere: () => (truth += 10), truth: () => truth };
}

describe('the commit queue', () => {
  test('plans ahead and commits in order', async () => {
    const { run, log } = counter();
    const results = await Promise.all([run(), run(), run()]);
    expect(results.map(({ result }) => result)).toEqual([1, 2, 3]);
    expect(log).toEqual([]);
  });

  test('when the truth moved, every plan made on the old one is made again', async () => {
    const { run, log, interfere } = counter();
    const first = run();
    const second = run();
    interfere();
    expect((await Promise.all([first, second])).map(({ result }) => result)).toEqual([11, 12]);
    expect(log).toEqual(['discard 0', 'replan', 'discard 1', 'replan']);
    log.length = 0;
    expect((await run()).result).toBe(13);
    expect(log).toEqual([]);
  });

  test('a failed commit rejects its own batch only; the next starts from the store', async () => {
    const { run, log, failures, truth } = counter();
    failures.push(new TypeError('disk'));
    const results = await Promise.allSettled([run(), run()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(truth()).toBe(1);
    expect(log).toEqual(['discard 0', 'discard 1', 'replan']);
    expect((await run()).result).toBe(2);
  });

  test('a plan that can never fit ends instead of turning for ever', async () => {
    const { run, failures } = counter();
    failures.push(...Array.from({ length: 30 }, () => new StaleBatchError()));
    await expect(run()).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  test('a plan that takes time waits for its turn, nothing is planned on top of it, and what it could not make it leaves as it was', async () => {
    const { run, slowly, log, truth } = counter();
    const [first, second, third] = [run(), slowly(), run()];
    expect((await Promise.all([first, second, third])).map(({ result }) => result)).toEqual([1, 2, 3]);
    expect(log).toEqual(['slow', 'replan']);
    await expect(slowly(new TypeError('no signature'))).rejects.toThrow('no signature');
    expect((await run()).result).toBe(4);
    expect(truth()).toBe(4);
  });
});
