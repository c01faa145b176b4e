import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import type { Logger } from 'pino';
import {
  countOver,
  FolderPrivateKeys,
  KeyFolder,
  loadMasterKey,
  PostgresAuditLog,
  PostgresDebtView,
  PostgresExchangeStore,
  PostgresKeyStore,
  PostgresMailboxStore,
  PostgresMessageView,
  PostgresSecondSignatureStore,
  PostgresStopSwitch,
  PostgresViewStore,
  runContractProgram,
  secretsKey,
  signatureServices,
  XmlKeyFolder,
  type ViewNames,
} from '#adapters';
import { installationFolder, type Environment } from '#config';
import {
  Admission,
  Clock,
  ContentDesk,
  FairTurns,
  EvidenceDesk,
  InboundPipeline,
  KeyDesk,
  KeyExchange,
  KeyRing,
  Relays,
  SavedViews,
  withSecondSigning,
  type Aside,
  type AgreementBook,
  type AuditLog,
  type DebtView,
  type ExchangeStore,
  type KeyStore,
  type MailboxStore,
  type MessageView,
  type PassPoint,
  type StateOrders,
} from '#exchange';
import { orderOf, readCodeLists } from '#formats';
import type { Link } from '#model';
import type { EvidenceKeys, KeyDirectory } from '#trust';
import { composeAccess, type AccessParts } from './access/compose-access.ts';
import { LiveAgreements } from './agreements/compose-agreements.ts';
import { WorkerAside } from './aside.ts';
import { KeyFolderWatch } from './key-folder-watch.ts';
import { Diagnostics } from './diagnostics.ts';
import { Docs } from './http/docs.controller.ts';
import { aboutDatabase, installedVersion } from './installation.ts';
import { openDatabase } from './open-database.ts';
import { composeProof, type Proof } from './proof.ts';
import { composeAlerts, type AlertParts } from './compose-alerts.ts';
import { composeIncidents, type IncidentParts } from './compose-incidents.ts';
import { composePartnerTests, type PartnerTestParts } from './compose-partner-tests.ts';
import { composeLinks, type LinkParts } from './compose-links.ts';
import { composeMappings, type MappingParts } from './compose-mappings.ts';
import { composeReplays, type ReplayParts } from './compose-replays.ts';
import { Reference } from './reference.ts';
import { loadTranslation } from './translation.ts';
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
  readonly keys: GatewayKeys;
  readonly clock: Clock;
  readonly dataSource: DataSource;
  readonly store: ExchangeStore;
  readonly orders: StateOrders;
  /** Whether a message that came now would be kept. */
  readonly keeps: () => Promise<boolean>;
  readonly view: MessageView;
  readonly access: AccessParts;
  readonly audit: AuditLog;
  readonly debts: DebtView;
  readonly views: SavedViews;
  readonly reference: Reference;
  readonly diagnostics: Diagnostics;
  readonly docs: Docs;
  readonly content: ContentDesk;
  readonly evidence: EvidenceDesk;
  readonly mailbox: MailboxStore;
  /** What is still taken of each partner; started before the transports are. */
  readonly admission: Admission;
  readonly transports: TransportSet;
  readonly relays: Relays;
  readonly pipeline: InboundPipeline;
  readonly replays: ReplayParts;
  readonly incidents: IncidentParts;
  readonly alerts: AlertParts;
  readonly links: LinkParts;
  readonly mappings: MappingParts;
  readonly partnerTests: PartnerTestParts;
  readonly agreements: LiveAgreements;
  readonly aside: Aside;
  readonly proof: Proof;
  readonly logger: Logger;
}

/** Keys of ours and of partners, as they are now. */
export interface GatewayKeys {
  readonly ring: KeyRing;
  readonly desk: KeyDesk;
  readonly store: KeyStore;
  readonly watch: KeyFolderWatch;
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
  const { files, translator, book, project } = loadTranslation(environment.LANDBRIDGE_AGREEMENTS);
  const clock = new SystemClock();
  const report = (error: unknown) => logger.error({ err: error }, 'survived a failure');
  const dataSource = await openDatabase(environment, report);
  const audit = new PostgresAuditLog(dataSource);
  const agreements = new LiveAgreements({ environment, dataSource, book, audit, clock, report });
  await agreements.keeper.begin();
  const master = await loadMasterKey(
    environment.MASTER_KEY,
    join(environment.LANDBRIDGE_DATA, 'master.key'),
    environment.MASTER_KEY_COMMAND,
  );
  const secrets = await secretsKey(master, join(environment.LANDBRIDGE_DATA, 'secrets.key'));
  const folder = await KeyFolder.open(join(environment.LANDBRIDGE_DATA, 'keys'), master);
  const services = signatureServices(environment.SIGNATURE_SERVICES);
  const privateKeys = new FolderPrivateKeys(folder, services);
  const keyStore = new PostgresKeyStore(dataSource);
  const ring = new KeyRing({ gateway: book.gateway, store: keyStore, privateKeys, clock, report });
  const { directory } = ring;

  const plain = new PostgresExchangeStore(dataSource);
  const store = overrides.store?.(plain, dataSource) ?? plain;
  const mailbox = new PostgresMailboxStore(dataSource);
  const holds = (link: string) => relays.of(link)?.held === true;
  const fair = new FairTurns({ shareOf: (link) => book.link(link)?.limits.share ?? 1, now: () => performance.now() });
  const admission = new Admission({ fair, limitsOf: (link) => book.link(link)?.limits, usage: store, clock, report });
  const built = buildTransports({ admission, environment, book, mailbox, directory, signers: ring, clock, logger, pass, holds });
  const transports = overrides.transports?.(built) ?? built;
  const xmlKeys = await new XmlKeyFolder(join(environment.LANDBRIDGE_DATA, 'keys'), secrets).keys();
  agreements.carriedBy(transports);
  agreements.trust({ services, xmlKeys });
  const { foreign } = agreements;
  const secondSignatures = new PostgresSecondSignatureStore(dataSource);
  const sending = withSecondSigning((link) => transports.of(link), { trust: foreign, store: secondSignatures, clock, report });
  const stops = new PostgresStopSwitch(dataSource, { report });
  await stops.start();
  const relays = new Relays(book.links, sending, {
    stops,
    gateway: book.gateway,
    signers: ring,
    directory,
    store,
    clock,
    random: Math.random,
    pass,
    report,
    inDoubtSeconds: 2,
    pollMilliseconds: 1_000,
  });
  const proof = composeProof({
    environment,
    dataSource,
    book,
    directory,
    signers: ring,
    exchange: store,
    relays,
    audit,
    clock,
    logger,
    report,
  });
  const access = await composeAccess({
    environment,
    dataSource,
    book,
    clock,
    audit,
    master: secrets,
    tell: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true,
  });
  const orders = stateOrders(files.codelists);
  const desk = new KeyDesk({
    gateway: book.gateway,
    book,
    ring,
    store: keyStore,
    privateKeys,
    exchange: store,
    relays,
    clock,
    audit,
  });
  const watch = new KeyFolderWatch({ gateway: book.gateway, folder, ring, desk, report });
  await ring.start();
  await watch.start();
  ring.current();
  warnOfMissingKeys(book, directory, logger, clock);
  const referenceDataVersion = versionOf(files.codelists);
  const aside = new WorkerAside(book, report, () => translator.live);
  const mappings = composeMappings({ dataSource, files, translator, book, project, audit, clock, report });
  await mappings.refresh();
  const pipeline = new InboundPipeline({
    book,
    fair,
    foreign,
    directory,
    signers: ring,
    keys: new KeyExchange({
      gateway: book.gateway,
      ring,
      store: keyStore,
      audit,
      software: `landbridge ${installedVersion()}`,
      learned: (party, version) => logger.info({ party, version }, 'keys of a partner'),
    }),
    translator,
    project,
    aside,
    store,
    relays,
    clock,
    audit,
    reconciler: proof.reconciler,
    ...(proof.stamping && { admit: proof.stamping.admit }),
    referenceDataVersion,
    orders,
    pass,
    report,
  });
  const condition = (link: Link) => transports.of(link).condition(link.id);
  const exchange = { exchange: store, relays, ring, store: keyStore };
  const partnerTests = composePartnerTests({ environment, book, directory, condition, audit, clock, report, ...exchange });
  const view = new PostgresMessageView(dataSource, namesOf(book));
  const replays = composeReplays({
    dataSource,
    view,
    stops,
    pipeline,
    report,
    gateway: book.gateway,
    audit,
    signer: () => ring.current(),
    bulkLimit: environment.REPLAY_BULK_LIMIT,
    clock,
    book,
    directory,
    translator,
    project,
    aside,
  });
  return {
    book,
    directory,
    keys: { ring, desk, store: keyStore, watch },
    clock,
    dataSource,
    store,
    orders,
    keeps: () => plain.keeps(),
    view,
    access,
    audit,
    debts: new PostgresDebtView(dataSource, book),
    reference: new Reference(translator, book, readCodeLists(files.codelists).lists),
    diagnostics: new Diagnostics({
      environment,
      book,
      version: installedVersion(),
      database: () => aboutDatabase(dataSource),
      over: (what, before) => countOver(dataSource, what, before),
    }),
    docs: new Docs(() => runContractProgram(installationFolder())),
    views: new SavedViews({ store: new PostgresViewStore(dataSource), audit, clock, newId: randomUUID }),
    content: new ContentDesk({ view, book, translator, audit, clock }),
    evidence: new EvidenceDesk({ gateway: book.gateway, view, log: proof.log, keysOf: keptKeys(keyStore, ring), ring, audit, clock }),
    mailbox,
    admission,
    transports,
    relays,
    pipeline,
    replays,
    incidents: composeIncidents({
      dataSource,
      replays: replays.desk,
      audit,
      clock,
      mappings: () => translator.inPlace(),
      cleanHours: environment.INCIDENT_CLEAN_HOURS,
      report,
    }),
    alerts: composeAlerts({ environment, dataSource, book, view, directory, audit, clock, report, drift: partnerTests.drift }),
    links: composeLinks({
      dataSource,
      book,
      agreements,
      environment,
      receive: pipeline.receive,
      replays: replays.desk,
      audit,
      clock,
      report,
    }),
    agreements,
    mappings,
    partnerTests,
    aside,
    proof,
    logger,
  };
}

/** Everything the key directory ever took in about a party: documents in the order of their versions, then our words about compromised keys. */
const keptKeys =
  (store: KeyStore, ring: KeyRing) =>
  async (party: string): Promise<readonly EvidenceKeys[]> => {
    await ring.refreshNow();
    const entries = (await store.since(undefined)).filter((entry) => entry.party === party && ring.believes(entry.position));
    const documents = entries.filter(({ version }) => version > 0).sort((one, other) => one.version - other.version);
    const words = entries.filter(({ version }) => version === 0);
    return [
      ...documents.map(({ version, jws }) => ({ party, version, form: 'signed' as const, bytes: jws })),
      ...words.map(({ jws }, at) => ({ party, version: at + 1, form: 'compromised' as const, bytes: jws })),
    ];
  };

/** A link that left the agreements still has its messages; nobody's, but to be seen by those who may see all. */
const namesOf = (book: AgreementBook): ViewNames => ({
  partnerOf: (link) => book.link(link)?.partner ?? '',
  linksOf: (partner) => book.links.flatMap((link) => (link.partner.toLowerCase() === partner.toLowerCase() ? [link.id] : [])),
});

function warnOfMissingKeys(book: AgreementBook, directory: KeyDirectory, logger: Logger, clock: Clock): void {
  for (const { id, partner } of book.links as readonly Link[]) {
    if (!directory.signingKey(partner, clock.now()))
      logger.warn({ link: id, partner }, 'no key of this partner: everything it sends will be quarantined');
  }
}

/** The code lists that rank their states. */
function stateOrders(files: Parameters<typeof readCodeLists>[0]): StateOrders {
  const { lists } = readCodeLists(files);
  return (listId) => {
    const list = lists.get(listId);
    return list && orderOf(list);
  };
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
  await gateway.agreements.keeper.stop();
  await gateway.replays.stop();
  await gateway.incidents.stop();
  await gateway.alerts.stop();
  await gateway.partnerTests.stop();
  await gateway.links.stop();
  await gateway.mappings.stop();
  await gateway.relays.stop();
  gateway.admission.close();
  await gateway.transports.close();
  await gateway.aside.close();
  gateway.pipeline.close();
  await gateway.view.close();
  await gateway.proof.stop();
  gateway.keys.watch.stop();
  gateway.keys.ring.stop();
  await gateway.keys.store.close();
  await gateway.store.close();
  await gateway.dataSource.destroy();
}
