import { join } from 'node:path';
import { OutboundGuard } from '#adapters';
import { installationFolder, type Environment } from '#config';
import { PartnerPing, type AgreementBook, type AuditLog, type Clock, type PartnerPingOptions, type Relays } from '#exchange';
import type { Link } from '#model';
import type { KeyDirectory } from '#trust';
import { ConformanceRuns } from './partner-tests/conformance-runs.ts';
import { DriftWatch } from './partner-tests/drift-watch.ts';
import { testLink } from './partner-tests/link-test.ts';
import { PartnerTestDesk } from './partner-tests/partner-test-desk.ts';

/** Tests of partners' ends, wired: what people start, and what looks by itself. */
export interface PartnerTestParts {
  readonly desk: PartnerTestDesk;
  readonly runs: ConformanceRuns;
  readonly drift: DriftWatch;
  readonly ping: PartnerPing;
  start(): void;
  stop(): Promise<void>;
}

export interface PartnerTestNeeds extends Omit<PartnerPingOptions, 'gateway'> {
  readonly environment: Environment;
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly relays: Relays;
  readonly condition: (link: Link) => 'up' | 'down';
  readonly audit: Pick<AuditLog, 'append'>;
  readonly clock: Clock;
  readonly report: (error: unknown) => void;
}

const HALF_AN_HOUR_MS = 30 * 60_000;
const PING_MS = 30_000;

export function composePartnerTests({
  environment,
  book,
  directory,
  relays,
  condition,
  audit,
  clock,
  report,
  ...needs
}: PartnerTestNeeds): PartnerTestParts {
  const {
    LANDBRIDGE_DATA: data,
    AMQP_URL: url,
    AMQP_CA: ca,
    CONFORMANCE_LISTEN: listen,
    CONFORMANCE_DRIFT_HOURS: everyHours,
  } = environment;
  const now = () => clock.now();
  const folder = join(data, 'conformance');
  const ping = new PartnerPing({ ...needs, gateway: book.gateway, relays, clock });
  const runs = new ConformanceRuns({
    folder,
    program: [process.execPath, join(installationFolder(), 'bin/landbridge.mjs')],
    keys: join(data, 'keys'),
    gateway: book.gateway,
    listen,
    now,
    mostMilliseconds: HALF_AN_HOUR_MS,
    report,
  });
  const drift = new DriftWatch({
    folder,
    links: () => book.links,
    runs,
    ping,
    directory,
    holds: (link) => relays.of(link)?.held === true,
    now,
    everyHours,
    waitMilliseconds: PING_MS,
    report,
  });
  const guard = new OutboundGuard(environment.PUSH_OUTBOUND_ALLOW, 'PUSH_OUTBOUND_ALLOW');
  const outward = { require: (to: URL) => guard.require(to), lookup: guard.lookup };
  const testing = { ping, condition, guard: outward, now, ...(url !== undefined && { broker: { url, ca } }) };
  return {
    desk: new PartnerTestDesk({
      book,
      runs,
      drift,
      test: (link, rows, wait) => testLink(link, rows, { ...testing, waitMilliseconds: wait }),
      audit,
      clock,
    }),
    runs,
    drift,
    ping,
    start: () => drift.start(),
    stop: async () => {
      await runs.close();
      await drift.stop();
    },
  };
}
