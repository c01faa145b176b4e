import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, migrate, startEmbedded, type EmbeddedServer } from '#adapters';

const TEMPLATE = 'landbridge_template';

interface TestPostgres {
  readonly server: EmbeddedServer;
  readonly folder: string;
}

export interface TestDatabase {
  readonly url: string;
  readonly dataSource: DataSource;
  drop(): Promise<void>;
}

/** Module registries are thrown away between test files, the process is not: the server is kept on the process. */
const HOME = Symbol.for('landbridge.test.postgres');
const shared = process as unknown as { [HOME]?: Promise<TestPostgres> };

/** The one embedded server of this process, started at the first call; ended when the process ends. */
export function testPostgres(): Promise<TestPostgres> {
  shared[HOME] ??= start();
  return shared[HOME];
}

async function start(): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-test-postgres-'));
  // Nothing here outlives the machine, so the disk need not be waited for; tests of durability start a server of their own.
  const server = await startEmbedded({ folder, settings: { fsync: 'off' } });
  process.once('exit', () => {
    // The last thing a process can do is synchronous: tell the postmaster to shut down at once, and leave the folder to it.
    try {
      process.kill(server.pid, 'SIGINT');
    } catch {
      // It has ended by itself.
    }
  });
  await execute(server.url, `CREATE DATABASE ${TEMPLATE}`);
  const dataSource = await createDataSource({ url: urlFor(server.url, TEMPLATE) }).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  return { server, folder };
}

/** A migrated database of its own for one test, cloned from a template in some tens of milliseconds. */
export async function testDatabase(): Promise<TestDatabase> {
  const { server } = await testPostgres();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY WAL_LOG`);
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

/** An empty database without any table. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const { server } = await testPostgres();
  const name = `empty_${randomBytes(6).toString('hex')}`;
  await execute(server.url, `CREATE DATABASE ${name}`);
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

/** For a suite that wants the server gone before the process ends. */
export async function stopTestPostgres(): Promise<void> {
  const running = shared[HOME];
  if (!running) return;
  delete shared[HOME];
  const { server, folder } = await running;
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

export const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64url');
