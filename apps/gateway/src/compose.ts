import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Logger } from 'pino';
import {
  createDataSource,
  KeyFolder,
  loadMasterKey,
  migrate,
  PostgresExchangeStore,
  PostgresMailboxStore,
  PostgresMessageView,
  startEmbedded,
} from '#adapters';
import { readAgreements, readTranslationFiles, type Environment } from '#config';
import {
  AgreementBook,
  Clock,
  InboundPipeline,
  Relays,
  type ExchangeStore,
  type MailboxStore,
  type MessageView,
  type PassPoint,
} from '#exchange';
import { createTranslator, PROJECTIONS, project } from '#formats';
import { ExchangeError, type Link } from '#model';
import type { KeyDirectory } from '#trust';
import { buildTransports, type TransportSet } from './transports.ts';

class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}

/** Every part of a running gateway, wired once. */
export interface Gateway {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly dataSource: DataSource;
  readonly store: ExchangeStore;
  readonly view: MessageView;
  readonly mailbox: MailboxStore;
  readonly transports: TransportSet;
  readonly relays: Relays;
  readonly pipeline: InboundPipeline;
  readonly logger: Logger;
}

/** What the chaos harness replaces to plant a bug; nothing in production does. */
export interface Overrides {
  readonly store?: (store: PostgresExchangeStore, dataSource: DataSource) => ExchangeStore;
  readonly transports?: (transports: TransportSet) => TransportSet;
}

/** Reads configuration, opens database and keys, and wires the exchange. Throws CONFIGURATION_INVALID with every fault at once. */
export async function composeGateway(
  environment: Environment,
  logger: Logger,
  pass: PassPoint,
  overrides: Overrides = {},
): Promise<Gateway> {
  const files = readTranslationFiles();
  const translator = createTranslator(files);
  const book = new AgreementBook(readAgreements(environment.LANDBRIDGE_AGREEMENTS), {
    mappings: new Set(translator.mappings.map(({ id }) => id)),
    projections: new Set(Object.keys(PROJECTIONS)),
  });
  const clock = new SystemClock();
  const report = (error: unknown) => logger.error({ err: error }, 'survived a failure');
  const url = environment.DATABASE_URL ?? (await startEmbedded({ folder: join(environment.LANDBRIDGE_DATA, 'postgres') })).url;
  const dataSource = await openDatabase(url, report);
  const master = await loadMasterKey(environment.MASTER_KEY, join(environment.LANDBRIDGE_DATA, 'master.key'));
  const keys = await KeyFolder.open(join(environment.LANDBRIDGE_DATA, 'keys'), master);
  const directory = await keys.directory();
  const signer = await keys.signer(book.gateway, clock.now());
  warnOfMissingKeys(book, directory, logger, clock);

  const plain = new PostgresExchangeStore(dataSource);
  const store = overrides.store?.(plain, dataSource) ?? plain;
  const mailbox = new PostgresMailboxStore(dataSource);
  const built = buildTransports({ environment, book, mailbox, directory, clock, logger, pass });
  const transports = overrides.transports?.(built) ?? built;
  const relays = new Relays(book.links, (link) => transports.of(link), {
    store,
    clock,
    random: Math.random,
    pass,
    report,
    inDoubtSeconds: 2,
    pollMilliseconds: 1_000,
  });
  const referenceDataVersion = versionOf(files.codelists);
  const pipeline = new InboundPipeline({
    book,
    directory,
    signer,
    translator,
    project,
    store,
    relays,
    clock,
    referenceDataVersion,
    pass,
    report,
  });
  return {
    book,
    directory,
    clock,
    dataSource,
    store,
    view: new PostgresMessageView(dataSource, (link) => book.link(link)?.partner ?? ''),
    mailbox,
    transports,
    relays,
    pipeline,
    logger,
  };
}

/** The database may come up after us: try for a minute, then say so. */
async function openDatabase(url: string, report: (error: unknown) => void): Promise<DataSource> {
  const dataSource = createDataSource({ url, report });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await dataSource.initialize();
      await migrate(dataSource);
      return dataSource;
    } catch (error) {
      if (attempt === 30) throw new ExchangeError('STORE_UNAVAILABLE', { cause: error });
      report(error);
      if (dataSource.isInitialized) await dataSource.destroy().catch(report);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

function warnOfMissingKeys(book: AgreementBook, directory: KeyDirectory, logger: Logger, clock: Clock): void {
  for (const { id, partner } of book.links as readonly Link[]) {
    if (!directory.signingKey(partner, clock.now()))
      logger.warn({ link: id, partner }, 'no key of this partner: everything it sends will be quarantined');
  }
}

/** Names the reference data a translation used: a digest over all code lists. */
function versionOf(files: readonly { path: string; text: string }[]): string {
  const hash = createHash('sha256');
  for (const { path, text } of files) hash.update(`${path}\n${text}\n`);
  return `sha256:${hash.digest('hex')}`;
}

/**
 * Stops in the order that loses nothing and repeats little: the relays finish what is in flight; what still arrives is stored
 * and waits; then the transports finish the batches they took in and hang up.
 */
export async function stopGateway(gateway: Gateway): Promise<void> {
  await gateway.relays.stop();
  await gateway.transports.close();
  await gateway.store.close();
  await gateway.dataSource.destroy();
}
