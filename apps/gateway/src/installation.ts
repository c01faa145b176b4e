import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { installationFolder } from '#config';

/** Version of the program, as its package says it. */
export const installedVersion = (): string =>
  (JSON.parse(readFileSync(join(installationFolder(), 'package.json'), 'utf8')) as { version: string }).version;

/** Version and size of the database, and the newest migration it has. */
export async function aboutDatabase(dataSource: DataSource) {
  const [row] = (await dataSource.query(
    `SELECT current_setting('server_version') AS server, pg_database_size(current_database())::float8 AS bytes,
            (SELECT name FROM migration ORDER BY timestamp DESC LIMIT 1) AS migration`,
  )) as { server: string; bytes: number; migration: string }[];
  return row ?? { server: '', bytes: 0, migration: '' };
}
