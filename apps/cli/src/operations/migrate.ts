import { join } from 'node:path';
import { createDataSource, migrate, pendingMigrations, startEmbedded } from '#adapters';
import { loadEnvironment } from '#config';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `landbridge migrate`. An embedded server that was not running before is stopped again. */
export async function runMigrations(terminal: Terminal, { check, json }: CommonOptions & { readonly check?: boolean }): Promise<ExitCode> {
  const { DATABASE_URL, LANDBRIDGE_DATA } = loadEnvironment();
  const server = DATABASE_URL === undefined ? await startEmbedded({ folder: join(LANDBRIDGE_DATA, 'postgres') }) : undefined;
  try {
    const dataSource = createDataSource({ url: DATABASE_URL ?? server!.url, queryMilliseconds: 0 });
    await dataSource.initialize().catch((cause: unknown) => {
      throw new ExchangeError('STORE_UNAVAILABLE', { pointer: 'DATABASE_URL', cause });
    });
    try {
      if (check) {
        const pending = await pendingMigrations(dataSource);
        if (json) terminal.json({ pending });
        else terminal.line(pending ? 'Migrations are missing.' : 'The schema is the newest.');
        return pending ? EXIT.INVALID : EXIT.OK;
      }
      const ran = await migrate(dataSource);
      if (json) terminal.json({ ran });
      else terminal.line(ran.length === 0 ? 'Nothing to do; the schema is the newest.' : ran.map((name) => `ran ${name}`).join('\n'));
      return EXIT.OK;
    } finally {
      await dataSource.destroy();
    }
  } finally {
    if (server && !server.reused) await server.stop();
  }
}
