import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { DataSource } from 'typeorm';
import {
  AuditSpool,
  keepRoot,
  keptRoot,
  PostgresLog,
  PostgresReconciliationStore,
  Rfc3161TimeStamper,
  ROOT_FILE,
  SPOOL_FILE,
} from '#adapters';
import type { Environment } from '#config';
import {
  LogKeeper,
  Reconciler,
  TimeStamping,
  type AgreementBook,
  type AuditLog,
  type Clock,
  type ExchangeStore,
  type MessageLog,
  type ReconciliationView,
  type Relays,
  type Signers,
} from '#exchange';
import { ExchangeError } from '#model';
import type { KeyDirectory } from '#trust';

export interface ProofOptions {
  readonly environment: Environment;
  readonly dataSource: DataSource;
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly signers: Signers;
  readonly exchange: ExchangeStore;
  readonly relays: Relays;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly report: (error: unknown) => void;
}

/** Message log, audit and time-stamps of a running gateway. */
export interface Proof {
  readonly log: MessageLog;
  readonly audit: AuditLog;
  /** Absent without an authority. */
  readonly stamping?: TimeStamping;
  readonly reconciler: Reconciler;
  readonly reconciliations: ReconciliationView;
  /** Begins to close intervals; the start stands in the audit before anything is accepted. */
  start(): Promise<void>;
  /** Closes the last interval. */
  stop(): Promise<void>;
}

export function composeProof(options: ProofOptions): Proof {
  const { environment, dataSource, book, directory, signers, exchange, relays, audit, clock, logger, report } = options;
  const { gateway } = book;
  const store = new PostgresLog(dataSource);
  const inData = (name: string) => join(environment.LANDBRIDGE_DATA, name);
  const spool = new AuditSpool(inData(SPOOL_FILE));
  const stamping = stampingOf(environment, store, clock, logger, report);
  const reconciliations = new PostgresReconciliationStore(dataSource);
  const reconciler = new Reconciler({
    gateway,
    get links() {
      return book.links;
    },
    directory,
    signers,
    store: reconciliations,
    log: store,
    exchange,
    relays,
    clock,
    audit,
    report,
  });
  const keeper = new LogKeeper({
    gateway,
    signer: () => signers.current(),
    store,
    clock,
    intervalSeconds: environment.LOG_INTERVAL_SECONDS,
    publish: (jws) => keepRoot(inData(ROOT_FILE), jws),
    kept: () => keptRoot(inData(ROOT_FILE)),
    afterwards: async () => {
      await stamping?.turn();
      await spool.drain(audit);
      await reconciler.turn();
    },
    report,
  });
  const did = (action: string, after?: unknown) =>
    audit.append({
      actor: `process:${userInfo().username}`,
      action,
      subject: `gateway:${gateway}`,
      at: clock.now(),
      ...(after !== undefined && { after }),
    });
  return {
    log: store,
    audit,
    ...(stamping && { stamping }),
    reconciler,
    reconciliations,
    start: async () => {
      await spool.drain(audit);
      await did('gateway.start', { pid: process.pid, node: process.version });
      await stamping?.turn();
      keeper.start();
    },
    stop: async () => {
      // A database that is gone must not keep the process from ending; what is open is closed by the next.
      await did('gateway.stop', { pid: process.pid }).catch(report);
      await keeper.stop();
    },
  };
}

function stampingOf(
  { TSA_URL: url, TSA_CA: trusted, TSA_WARN_MINUTES: warnMinutes, TSA_STOP_MINUTES: stopMinutes }: Environment,
  store: PostgresLog,
  clock: Clock,
  logger: Logger,
  report: (error: unknown) => void,
): TimeStamping | undefined {
  if (url === undefined) return undefined;
  if (trusted === undefined)
    throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'TSA_CA', detail: 'TSA_URL needs the certificates its tokens lead to.' });
  return new TimeStamping({
    store,
    stamper: new Rfc3161TimeStamper({ url, trusted }),
    clock,
    warnMinutes,
    stopMinutes,
    report,
    changed: (state, oldest) => {
      if (state === 'late' || state === 'stopped') logger.warn({ state, oldest }, 'time-stamps are overdue');
      else logger.info({ state, oldest }, 'time-stamps');
    },
  });
}
