/** The value below which a share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Microseconds of time passed. */
const wall = (): number => Number(process.hrtime.bigint()) / 1_000;
/** Microseconds of processor time of this process: what other programs on the machine do does not count. */
export const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** What is measured. `prepare` makes ready what the next calls need, and is not counted. */
export interface Work {
  readonly run: (i: number) => unknown;
  readonly prepare?: (count: number) => void;
}

/** Microseconds per call: median over rounds of at least `milliseconds` in all, after a warm-up. */
export function microseconds(run: Work['run'], milliseconds = 1_500, clock: () => number = wall): number {
  return microsecondsOfEach([{ run }], milliseconds, clock)[0] as number;
}

/**
 * The same of several works, whose rounds take turns: whatever the machine does meanwhile happens to all of them. `milliseconds` are
 * for all together. Work so slow that a warm-up and five rounds would take far longer is warmed up less and done in fewer rounds: it
 * ends within some times of `milliseconds`.
 */
export function microsecondsOfEach(works: readonly Work[], milliseconds: number, clock: () => number): readonly number[] {
  const round = ({ run, prepare }: Work, count: number): number => {
    prepare?.(count);
    const start = clock();
    for (let i = 0; i < count; i += 1) run(i);
    return (clock() - start) / count;
  };
  const share = milliseconds / works.length;
  const plans = works.map((work) => {
    const first = round(work, 1);
    const warming = Math.min(50, Math.floor((share * 1_000) / 2 / Math.max(1, first)));
    if (warming > 0) round(work, warming);
    const one = Math.max(1, round(work, Math.max(1, Math.min(20, warming))));
    return { work, one, count: Math.max(1, Math.round(20_000 / one)), rounds: [] as number[] };
  });
  const slowest = Math.max(...plans.map(({ one, count }) => one * count));
  const least = Math.max(1, Math.min(5, Math.round((share * 1_000) / slowest)));
  const end = Date.now() + milliseconds;
  for (let done = 0; Date.now() < end || done < least; done += 1)
    for (const { work, count, rounds } of plans) rounds.push(round(work, count));
  return plans.map(({ rounds }) => median(rounds));
}

/** The same for work that waits. */
export async function microsecondsAsync(work: (i: number) => Promise<unknown>, perCall: number, milliseconds = 2_500): Promise<number> {
  await work(0);
  const rounds: number[] = [];
  const end = Date.now() + milliseconds;
  for (let i = 1; Date.now() < end || rounds.length < 5; i += 1) {
    const start = process.hrtime.bigint();
    await work(i);
    rounds.push(Number(process.hrtime.bigint() - start) / 1_000 / perCall);
  }
  return median(rounds);
}
