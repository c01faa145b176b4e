import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource, mayMigrate, migrate, pendingMigrations, startEmbedded } from '#adapters';
import type { Environment } from '#config';
import { ExchangeError } from '#model';

/** The database may come up after us: try for a minute, then say so. */
export async function openDatabase(environment: Environment, report: (error: unknown) => void): Promise<DataSource> {
  const url = environment.DATABASE_URL ?? (await startEmbedded({ folder: join(environment.LANDBRIDGE_DATA, 'postgres') })).url;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await prepareSchema(environment, url);
      return await createDataSource({ url, role: environment.DATABASE_ROLE, report }).initialize();
    } catch (error) {
      if (error instanceof ExchangeError && error.code === 'CONFIGURATION_INVALID') throw error;
      if (attempt === 30) throw new ExchangeError('STORE_UNAVAILABLE', { cause: error });
      report(error);
      await new Promise((resolve) => setTimeout(resolve, 2_000));
    }
  }
}

/** Migrates as the owner where we are told who that is, or are it; else the schema must be the newest already. */
async function prepareSchema({ DATABASE_OWNER_URL, DATABASE_ROLE }: Environment, url: string): Promise<void> {
  const owner = createDataSource({ url: DATABASE_OWNER_URL ?? url, poolSize: 2, queryMilliseconds: 0 });
  try {
    await owner.initialize();
    if (DATABASE_OWNER_URL !== undefined) await migrate(owner, { role: DATABASE_ROLE, login: new URL(url).username });
    else if (await mayMigrate(owner)) await migrate(owner, { role: DATABASE_ROLE });
    else if (await pendingMigrations(owner))
      throw new ExchangeError('CONFIGURATION_INVALID', {
        pointer: 'DATABASE_OWNER_URL',
        detail: 'The database lacks migrations and this user may not run them: run landbridge migrate as the owner.',
      });
  } finally {
    if (owner.isInitialized) await owner.destroy();
  }
}
