import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { ENTITIES } from './entities.ts';
import { CreateExchange1764000000000 } from './migrations/1764000000000-create-exchange.ts';

export interface DataSourceSettings {
  readonly url: string;
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
    migrations: [CreateExchange1764000000000],
    poolSize,
    connectTimeoutMS: 5_000,
    poolErrorHandler: report,
    extra: {
      // Statements of a transaction are sent without waiting for each other's answers.
      pipeline: true,
      keepAlive: true,
      ...(queryMilliseconds > 0 ? { query_timeout: queryMilliseconds } : {}),
      // Said to every session, whatever the server's default: a commit is a promise to the sender.
      options: '-c synchronous_commit=on',
    },
  });
}

/** The pool below TypeORM, for statements that TypeORM cannot write: many rows at once, pipelined. */
export const poolOf = (dataSource: DataSource): Pool => (dataSource.driver as unknown as { master: Pool }).master;
