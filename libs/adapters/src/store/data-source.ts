import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities.ts';
import { CreateExchange1764000000000 } from './migrations/1764000000000-create-exchange.ts';
import { CreateAccess1764003000000 } from './migrations/1764003000000-create-access.ts';
import { AskAboutUnknown1764100000000 } from './migrations/1764100000000-ask-about-unknown.ts';
import { KeepLog1764200000000 } from './migrations/1764200000000-keep-log.ts';
import { KeepTranslations1764300000000 } from './migrations/1764300000000-keep-translations.ts';
import { CreateCarriedEvidence1764350000000 } from './migrations/1764350000000-create-carried-evidence.ts';
import { RememberMatters1764400000000 } from './migrations/1764400000000-remember-matters.ts';
import { KeyDirectory1764500000000 } from './migrations/1764500000000-key-directory.ts';
import { PurgeDocuments1764600000000 } from './migrations/1764600000000-purge-documents.ts';
import { MessageViews1764700000000 } from './migrations/1764700000000-message-views.ts';
import { KeepReconciliations1764750000000 } from './migrations/1764750000000-keep-reconciliations.ts';
import { CreateReplays1764800000000 } from './migrations/1764800000000-create-replays.ts';
import { NotableByLink1764850000000 } from './migrations/1764850000000-notable-by-link.ts';
import { OrderReplays1764900000000 } from './migrations/1764900000000-order-replays.ts';
import { GatherIncidents1764950000000 } from './migrations/1764950000000-gather-incidents.ts';
import { SaveViews1765100000000 } from './migrations/1765100000000-save-views.ts';
import { IndexFindings1765110000000 } from './migrations/1765110000000-index-findings.ts';
import { KeepContradictions1765210000000 } from './migrations/1765210000000-keep-contradictions.ts';
import { CreateAlerts1765220000000 } from './migrations/1765220000000-create-alerts.ts';
import { LinksByTwo1765300000000 } from './migrations/1765300000000-links-by-two.ts';
import { BindReplays1765310000000 } from './migrations/1765310000000-bind-replays.ts';
import { GroupIncidents1765320000000 } from './migrations/1765320000000-group-incidents.ts';
import { JudgeByBill1765400000000 } from './migrations/1765400000000-judge-by-bill.ts';
import { CountUsage1765600000000 } from './migrations/1765600000000-count-usage.ts';
import { MappingVersions1765720000000 } from './migrations/1765720000000-mapping-versions.ts';
import { HearSoftware1765730000000 } from './migrations/1765730000000-hear-software.ts';
import { KeepAgreements1765740000000 } from './migrations/1765740000000-keep-agreements.ts';

export interface DataSourceSettings {
  readonly url: string;
  /** Role every session takes on; absent: the rights of the user in `url` (migrations, tests). */
  readonly role?: string;
  /** Connections at most; a relay session comes on top. */
  readonly poolSize?: number;
  /** A statement without an answer for so long counts as a lost connection; 0 for migrations, which may take their time. */
  readonly queryMilliseconds?: number;
  /** Told when an idle connection breaks; the pool opens a new one by itself. */
  readonly report?: (error: Error) => void;
}

/** The one data source of the application. The schema comes from migrations only; nothing is ever synchronised. */
export function createDataSource({
  url,
  role,
  poolSize = 10,
  queryMilliseconds = 30_000,
  report = () => undefined,
}: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    synchronize: false,
    migrationsRun: false,
    migrationsTableName: 'migration',
    migrationsTransactionMode: 'each',
    installExtensions: false,
    entities: ENTITIES,
    migrations: [
      CreateExchange1764000000000,
      CreateAccess1764003000000,
      AskAboutUnknown1764100000000,
      KeepLog1764200000000,
      KeepTranslations1764300000000,
      CreateCarriedEvidence1764350000000,
      RememberMatters1764400000000,
      KeyDirectory1764500000000,
      PurgeDocuments1764600000000,
      MessageViews1764700000000,
      KeepReconciliations1764750000000,
      CreateReplays1764800000000,
      NotableByLink1764850000000,
      OrderReplays1764900000000,
      GatherIncidents1764950000000,
      SaveViews1765100000000,
      IndexFindings1765110000000,
      KeepContradictions1765210000000,
      CreateAlerts1765220000000,
      LinksByTwo1765300000000,
      BindReplays1765310000000,
      GroupIncidents1765320000000,
      JudgeByBill1765400000000,
      CountUsage1765600000000,
      MappingVersions1765720000000,
      HearSoftware1765730000000,
      KeepAgreements1765740000000,
    ],
    poolSize,
    connectTimeoutMS: 5_000,
    poolErrorHandler: report,
    extra: {
      // Statements of a transaction are sent without waiting for each other's answers.
      pipeline: true,
      keepAlive: true,
      ...(queryMilliseconds > 0 ? { query_timeout: queryMilliseconds } : {}),
      // Said to every session, whatever the server's default: a commit is a promise to the sender.
      options: `-c synchronous_commit=on${role === undefined ? '' : ` -c role=${role}`}`,
    },
  });
}

/**
 * The pool below TypeORM, for statements that TypeORM cannot write: many rows at once, pipelined. A connection that breaks while
 * somebody has it rejects its statements and emits an error besides, which ends a process where nobody listens, between two
 * statements for example; so somebody always does.
 */
export function poolOf(dataSource: DataSource): Pool {
  const { master } = dataSource.driver as unknown as { master: Pool };
  if (!heard.has(master)) {
    heard.add(master);
    master.on('acquire', (client) => {
      if (!client.listeners('error').includes(ignore)) client.on('error', ignore);
    });
  }
  return master;
}

const heard = new WeakSet<Pool>();
const ignore = () => undefined;
