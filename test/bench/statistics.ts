/** The value below which a share of the samples lies. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

/** Microseconds per call: median over rounds of at least `milliseconds` in all, after a warm-up. */
export function microseconds(work: (i: number) => unknown, milliseconds = 1_500): number {
  const round = (count: number): number => {
    const start = process.hrtime.bigint();
    for (let i = 0; i < count; i += 1) work(i);
    return Number(process.hrtime.bigint() - start) / 1_000 / count;
  };
  round(50);
  const count = Math.max(5, Math.round(20_000 / Math.max(1, round(20))));
  const rounds: number[] = [];
  const end = Date.now() + milliseconds;
  while (Date.now() < end || rounds.length < 5) rounds.push(round(count));
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
