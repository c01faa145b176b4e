import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { createDataSource, startEmbedded } from '#adapters';
import { loadEnvironment } from '#config';
import { ExchangeError } from '#model';

/** Runs a command on the database as its owner. An embedded server that was not running before is stopped again. */
export const withOwner = <T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> => {
  const { DATABASE_OWNER_URL, DATABASE_URL } = loadEnvironment();
  return connected(DATABASE_OWNER_URL ?? DATABASE_URL, undefined, work);
};

/** The same with the rights the gateway works with. */
export const withDatabase = <T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> => {
  const { DATABASE_URL, DATABASE_ROLE } = loadEnvironment();
  return connected(DATABASE_URL, DATABASE_ROLE, work);
};

async function connected<T>(
  address: string | undefined,
  role: string | undefined,
  work: (dataSource: DataSource) => Promise<T>,
): Promise<T> {
  const server = address === undefined ? await startEmbedded({ folder: join(loadEnvironment().LANDBRIDGE_DATA, 'postgres') }) : undefined;
  try {
    const dataSource = createDataSource({ url: address ?? server!.url, queryMilliseconds: 0, ...(role !== undefined && { role }) });
    await dataSource.initialize().catch((cause: unknown) => {
      throw new ExchangeError('STORE_UNAVAILABLE', { pointer: 'DATABASE_URL', cause });
    });
    try {
      return await work(dataSource);
    } finally {
      await dataSource.destroy();
    }
  } finally {
    if (server && !server.reused) await server.stop();
  }
}
