import type { BugName } from './bugs.ts';
import { describe, type Fault } from './nemesis.ts';
import { faultsFound, run, type Progress, type Summary } from './run.ts';
import type { CrashPoint } from '#exchange';

const at = (kind: Fault['kind'], afterMs: number, frozenMs = 0): Fault => ({ kind, afterMs, frozenMs, target: 0 });
const point = (name: CrashPoint, nth: number): Fault => ({ kind: 'point', afterMs: 0, frozenMs: 0, point: name, nth, target: 0 });

/** Faults under which a bug shows: the control run gets all of them and must stay green. */
const FAULTS: Readonly<Record<BugName, readonly Fault[]>> = {
  'ack-before-commit': [point('before-commit', 15), point('before-commit', 9)],
  'no-unique-key': [point('after-commit', 15), at('gateway', 1_000)],
  'publish-without-confirm': [at('broker', 1_500, 800), at('broker', 1_500, 800)],
  'mark-before-confirm': [at('broker', 1_500, 800), at('broker', 1_500, 800)],
  'synchronous-commit-off': [at('database', 2_500), at('database', 2_500)],
  'relay-by-last-id': [point('before-publish', 15), at('broker', 1_500, 800)],
  'requeue-on-error': [at('database', 1_500), at('database', 1_500)],
  'clock-ordered-dispatch': [at('gateway', 1_000), at('gateway', 1_000)],
};
export const BUG_NAMES = Object.keys(FAULTS) as BugName[];

/** Commits that nobody waits for stay in memory until the WAL writer comes by; it must not come before the kill. */
const LAZY_WAL = { wal_writer_delay: '10s', wal_writer_flush_after: '1GB' };

export interface ProofOptions {
  readonly seed: number;
  readonly rate: number;
  readonly gateways: number;
  readonly redExpected?: boolean;
  readonly progress: (progress: Progress) => void;
  readonly signal: AbortSignal;
}

/** One run with one bug, under faults that make it show. */
export function runWithBug(bug: BugName, options: ProofOptions): Promise<Summary> {
  const postgres = bug === 'synchronous-commit-off' ? LAZY_WAL : {};
  return run({ ...options, bug, faults: FAULTS[bug], postgres, idleMs: 6_000, deadlineMs: 20_000 });
}

export interface Proof {
  readonly name: BugName | 'control';
  readonly red: boolean;
  readonly wanted: 'red' | 'green';
  readonly because: readonly string[];
  readonly seconds: number;
}

/** The oracle's proof: every seeded bug goes red, and the product under the same faults is green. */
export async function selfTest(options: ProofOptions, tell: (proof: Proof) => void): Promise<Proof[]> {
  const proofs: Proof[] = [];
  const add = (name: Proof['name'], summary: Summary): void => {
    const wanted = name === 'control' ? 'green' : 'red';
    proofs.push({ name, red: !summary.ok, wanted, because: faultsFound(summary), seconds: summary.seconds });
    tell(proofs.at(-1)!);
  };
  const faults = [...Object.values(FAULTS).flat(), at('gateway-frozen', 1_000, 5_000)];
  const control = [...new Map(faults.map((fault) => [describe(fault), fault])).values()];
  add('control', await run({ ...options, faults: control, postgres: LAZY_WAL, idleMs: 20_000, deadlineMs: 120_000 }));
  for (const bug of BUG_NAMES) add(bug, await runWithBug(bug, { ...options, redExpected: true }));
  return proofs;
}
