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

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
