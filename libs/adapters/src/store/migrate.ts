import { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { failure } from './failure.ts';
import { poolOf } from './data-source.ts';
import { grantRoles, type RoleOptions } from './roles.ts';

/** One migration at a time on a database, whoever starts it. */
const MIGRATION_LOCK = 7_201_961_118_041;

/**
 * Brings the database to the newest schema and returns the names of the migrations it ran. Several processes may call it at
 * once: one works, the others wait for it and then find nothing to do. Rights are given anew each time (`grantRoles`).
 */
export async function migrate(dataSource: DataSource, roles: RoleOptions = {}): Promise<readonly string[]> {
  const lock = new Client({ ...poolOf(dataSource).options, query_timeout: 0, application_name: 'landbridge migrate' });
  lock.on('error', () => undefined);
  try {
    await lock.connect();
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = (await dataSource.runMigrations()).map(({ name }) => name);
    await grantRoles(dataSource, roles);
    return ran;
  } catch (error) {
    throw failure(error);
  } finally {
    await lock.end().catch(() => undefined);
  }
}

/** Migrations that `migrate` would run. The gateway refuses to start on a database that lacks one. */
export async function pendingMigrations(dataSource: DataSource): Promise<boolean> {
  return dataSource.showMigrations().catch((error: unknown) => {
    throw failure(error);
  });
}

/** What TypeORM would change to make the database fit the entities: must be empty, or somebody forgot a migration or an entity. */
export async function schemaDrift(dataSource: DataSource): Promise<readonly string[]> {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  return upQueries.map(({ query }) => query);
}
