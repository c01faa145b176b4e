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

/**
 * Microseconds per call: median over rounds of at least `milliseconds` in all, after a warm-up. Work so slow that a warm-up and five
 * rounds would take far longer is warmed up less and done in fewer rounds: it ends within some times of `milliseconds`.
 */
export function microseconds(work: (i: number) => unknown, milliseconds = 1_500, clock: () => number = wall): number {
  const round = (count: number): number => {
    const start = clock();
    for (let i = 0; i < count; i += 1) work(i);
    return (clock() - start) / count;
  };
  const first = round(1);
  const warming = Math.min(50, Math.floor((milliseconds * 1_000) / 2 / Math.max(1, first)));
  if (warming > 0) round(warming);
  const one = Math.max(1, round(Math.max(1, Math.min(20, warming))));
  const count = Math.max(1, Math.round(20_000 / one));
  const least = Math.max(1, Math.min(5, Math.round((milliseconds * 1_000) / (one * count))));
  const rounds: number[] = [];
  const end = Date.now() + milliseconds;
  while (Date.now() < end || rounds.length < least) rounds.push(round(count));
  return median(rounds);
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
