import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate, startEmbedded, type EmbeddedServer } from '#adapters';

const TEMPLATE = 'landbridge_template';

interface TestPostgres {
  readonly server: EmbeddedServer;
  readonly folder: string;
  readonly atExit: () => void;
}

export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  drop(): Promise<void>;
}

/** Module registries are thrown away between test files, the process is not: the server is kept on the process. */
const HOME = Symbol.for('landbridge.test.postgres');
const shared = process as unknown as { [HOME]?: Promise<TestPostgres> };

/** The one embedded server of this process, started at the first call. */
export function testPostgres(): Promise<TestPostgres> {
  shared[HOME] ??= start();
  return shared[HOME];
}

async function start(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-test-postgres-'));
  await chmod(folder, 0o755);
  // Nothing here outlives the machine, so the disk need not be waited for; tests of durability start a server of their own.
  const server = await startEmbedded({ folder, settings: { fsync: 'off' } });
  // The last thing a process can do is synchronous: tell the postmaster to shut down, and leave the folder behind.
  const atExit = () => void process.kill(server.pid, 'SIGINT');
  process.once('exit', atExit);
  await execute(server.url, `CREATE DATABASE ${TEMPLATE}`);
  const dataSource = await createDataSource({ url: urlFor(server.url, TEMPLATE) }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  return { server, folder, atExit };
}

/** A migrated database of its own for one test. Copying files is the fastest way to clone where the disk need not be waited for. */
export const testDatabase = (): Promise<TestDatabase> => makeDatabase('test', `TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);

/** A database without any table. */
export const emptyDatabase = (): Promise<TestDatabase> => makeDatabase('empty', '');

async function makeDatabase(prefix: string, from: string): Promise<TestDatabase> {
  const { server } = await testPostgres();
  const name = `${prefix}_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `CREATE DATABASE ${name} ${from}`);
  const url = urlFor(server.url, name);
  const dataSource = await createDataSource({ url, poolSize: 5 }).initialize();
  return {
    url,
    dataSource,
    drop: async () => {
      if (dataSource.isInitialized) await dataSource.destroy();
      await execute(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** Ends the server before the process does. Each file calls it last; the next file that needs a server starts its own. */
export async function stopTestPostgres(): Promise<void> {
  const running = shared[HOME];
  if (!running) return;
  delete shared[HOME];
  const { server, folder, atExit } = await running;
  process.off('exit', atExit);
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}

function urlFor(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: urlFor(url, 'postgres') });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
