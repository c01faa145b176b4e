import type { Bench, Sent } from './bench.ts';
import { GROUPS, type ConformanceCase, type EndpointRole, type Group, type Text } from './case.ts';
import { Checks, type Check } from './checks.ts';
import { SUITE_VERSION } from './version.ts';

/**
 * `passed`, `failed`; `not applicable`: not for an endpoint of this role; `not run`: it is for this endpoint, but something was
 * missing to run it. A run with `failed` or `not run` gets no certificate.
 */
export type Verdict = 'passed' | 'failed' | 'not applicable' | 'not run';

export interface CaseResult {
  readonly id: string;
  readonly group: Group;
  readonly what: Text;
  readonly story: ConformanceCase['story'];
  readonly verdict: Verdict;
  /** Why it was not run, or what broke in the middle. */
  readonly reason?: string;
  readonly ms: number;
  /** What went out, by digest. */
  readonly input: readonly Sent[];
  readonly checks: readonly Check[];
}

export interface SuiteReport {
  readonly suite: string;
  readonly self: string;
  readonly endpoint: string;
  readonly role: EndpointRole;
  /** `full`, or `short`: one of every kind, no certificate. */
  readonly extent: 'full' | 'short';
  readonly groups: readonly Group[];
  readonly started: string;
  readonly ms: number;
  readonly counts: Readonly<Record<Verdict, number>>;
  readonly assertions: number;
  readonly passed: boolean;
  readonly cases: readonly CaseResult[];
}

export interface SuiteOptions {
  readonly cases: readonly ConformanceCase[];
  readonly role: EndpointRole;
  readonly extent?: 'full' | 'short';
  /** Groups the profile asks for; absent: all. */
  readonly groups?: readonly Group[];
  readonly onCase?: (result: CaseResult) => void;
}

/** Runs the cases one after the other over one link. Never rejects for what the endpoint does: that is in the report. */
export async function runSuite(bench: Bench, options: SuiteOptions): Promise<SuiteReport> {
  const { role, extent = 'full', groups = GROUPS, onCase } = options;
  const { self, peer, now } = bench.options;
  const started = now().toISOString();
  const begin = performance.now();
  const cases: CaseResult[] = [];
  let waited = false;
  for (const one of options.cases) {
    if (!groups.includes(one.group) || (extent === 'short' && !one.short)) continue;
    // What the endpoint sends of its own accord may be under way still; it is waited for once.
    if (one.needs === 'message' && !waited && (one.roles ?? [role]).includes(role)) {
      await bench.inbox.wait(() => bench.received[0], bench.options.deadlineMs);
      waited = true;
    }
    const result = await runCase(bench, one, role);
    cases.push(result);
    onCase?.(result);
  }
  const count = (verdict: Verdict): number => cases.filter((one) => one.verdict === verdict).length;
  const counts = {
    passed: count('passed'),
    failed: count('failed'),
    'not applicable': count('not applicable'),
    'not run': count('not run'),
  };
  return {
    suite: SUITE_VERSION,
    self,
    endpoint: peer,
    role,
    extent,
    groups: groups.filter((group) => cases.some((one) => one.group === group)),
    started,
    ms: Math.round(performance.now() - begin),
    counts,
    assertions: cases.reduce((sum, { checks }) => sum + checks.length, 0),
    passed: counts.passed > 0 && counts.failed === 0 && counts['not run'] === 0,
    cases,
  };
}

async function runCase(bench: Bench, { id, group, story, what, run, ...one }: ConformanceCase, role: EndpointRole): Promise<CaseResult> {
  const told = { id, group, story, what };
  if (one.roles && !one.roles.includes(role))
    return { ...told, verdict: 'not applicable', reason: `for ${one.roles.join(', ')}`, ms: 0, input: [], checks: [] };
  const missing = missingFor(bench, one.needs);
  if (missing !== undefined) return { ...told, verdict: 'not run', reason: missing, ms: 0, input: [], checks: [] };
  const checks = new Checks();
  const begin = performance.now();
  bench.takeSent();
  let broke: string | undefined;
  try {
    await run(bench, checks);
  } catch (error) {
    broke = error instanceof Error ? error.message : String(error);
  }
  const failed = broke !== undefined || checks.all.length === 0 || checks.all.some(({ ok }) => !ok);
  return {
    ...told,
    verdict: failed ? 'failed' : 'passed',
    ...(broke === undefined ? {} : { reason: broke }),
    ms: Math.round(performance.now() - begin),
    input: bench.takeSent(),
    checks: checks.all,
  };
}

/** What the endpoint or its transport cannot do, said so that a person can change it. */
function missingFor(bench: Bench, needs: ConformanceCase['needs']): string | undefined {
  const { endpoint } = bench.options;
  if (needs === 'cut' && !endpoint.cut) return 'This transport cannot hang up in the middle.';
  if (needs === 'rotate' && !endpoint.rotate)
    return 'Nobody can ask this endpoint to rotate its key: run again with --rotate-wait and rotate it when asked.';
  if (needs === 'message' && bench.received.length === 0)
    return 'The endpoint sent no message: let it send one, or route one back to this party.';
  return undefined;
}
