import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { APPLICATION_ROLE, createDataSource } from '#adapters';
import { sharedServer } from './servers.ts';
import { waitFor } from './wait-for.ts';

export interface TestDatabase {
  readonly url: string;
  /** With the rights of the owner. */
  readonly dataSource: DataSource;
  /** With the rights the gateway works with; closed by `drop`. */
  application(): Promise<DataSource>;
  /**
   * When every transaction of the server has ended that runs now, of other suites too: any of them may hold an earlier number of
   * an event, and until then nothing behind it is told.
   */
  othersEnded(): Promise<void>;
  /** What takes it back to where it is now: what was written since is gone, append-only or not, and numbers begin anew. */
  clearable(): Promise<() => Promise<void>>;
  drop(): Promise<void>;
}

/** A migrated database of its own for one test, made while the test before was running. */
export const testDatabase = async (): Promise<TestDatabase> => opened((await sharedServer<{ url: string }>('postgres/take')).url);

/** A database without any table. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const { url: server } = await sharedServer<{ url: string }>('postgres');
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return opened(url.href);
}

async function opened(url: string): Promise<TestDatabase> {
  const dataSource = await createDataSource({ url, poolSize: 5 }).initialize();
  const applications: DataSource[] = [];
  return {
    url,
    dataSource,
    clearable: async () => {
      const kept = await rowsOf(dataSource);
      return () => restore(dataSource, kept);
    },
    application: async () => {
      applications.push(await createDataSource({ url, poolSize: 5, role: APPLICATION_ROLE }).initialize());
      return applications.at(-1)!;
    },
    othersEnded: async () => {
      const [{ next }] = await dataSource.query<[{ next: string }]>(`SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next`);
      await waitFor(async () => {
        const [{ oldest }] = await dataSource.query<[{ oldest: string }]>(`SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS oldest`);
        return BigInt(oldest) >= BigInt(next);
      });
    },
    drop: async () => {
      for (const one of applications) if (one.isInitialized) await one.destroy();
      if (dataSource.isInitialized) await dataSource.destroy();
      // Nobody waits for it to be gone.
      await sharedServer(`postgres/drop${new URL(url).pathname as `/${string}`}`);
    },
  };
}

/** Every table but the record of migrations, with the rows that it holds as JSON. */
type Rows = readonly { readonly table: string; readonly rows: string | null }[];

async function rowsOf(dataSource: DataSource): Promise<Rows> {
  const tables = await dataSource.query<{ name: string }[]>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migration'`,
  );
  const each = tables.map(({ name }) => `SELECT '${name}' AS table, (SELECT json_agg(r)::text FROM ${name} r) AS rows`);
  return dataSource.query<{ table: string; rows: string | null }[]>(each.join(' UNION ALL '));
}

const HELD = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

async function restore(dataSource: DataSource, kept: Rows): Promise<void> {
  // A session that was closed gives its locks back a moment later.
  await waitFor(async () => (await dataSource.query(HELD)).length === 0);
  // A replica runs no triggers: neither those that keep rows for ever nor those of foreign keys.
  const statements = [`SET LOCAL session_replication_role = replica`, ...kept.map(({ table }) => `DELETE FROM ${table}`)];
  await dataSource.transaction(async (of) => {
    await of.query(statements.join(';'));
    for (const { table, rows } of kept.filter((one) => one.rows !== null))
      await of.query(`INSERT INTO ${table} SELECT * FROM json_populate_recordset(NULL::${table}, $1)`, [rows]);
    await of.query(`SELECT setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false) FROM pg_sequences`);
  });
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
