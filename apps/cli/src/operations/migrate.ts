import { migrate, pendingMigrations, PostgresAuditLog } from '#adapters';
import { loadEnvironment } from '#config';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { commandRecord } from '../audited.ts';
import { withOwner } from './database.ts';

/** `landbridge migrate`: schema and rights, as the owner. */
export async function runMigrations(terminal: Terminal, { check, json }: CommonOptions & { readonly check?: boolean }): Promise<ExitCode> {
  const { DATABASE_URL, DATABASE_OWNER_URL, DATABASE_ROLE } = loadEnvironment();
  return withOwner(async (owner) => {
    if (check) {
      const pending = await pendingMigrations(owner);
      if (json) terminal.json({ pending });
      else terminal.line(pending ? 'Migrations are missing.' : 'The schema is the newest.');
      return pending ? EXIT.INVALID : EXIT.OK;
    }
    const login = DATABASE_OWNER_URL !== undefined && DATABASE_URL !== undefined ? new URL(DATABASE_URL).username : undefined;
    const ran = await migrate(owner, { role: DATABASE_ROLE, ...(login !== undefined && { login }) });
    await new PostgresAuditLog(owner).append(commandRecord('database.migrate', 'database', { ran }));
    if (json) terminal.json({ ran });
    else terminal.line(ran.length === 0 ? 'Nothing to do; the schema is the newest.' : ran.map((name) => `ran ${name}`).join('\n'));
    return EXIT.OK;
  });
}
