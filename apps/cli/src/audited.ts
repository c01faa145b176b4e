import { mkdir } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AuditSpool, SPOOL_FILE } from '#adapters';
import { loadEnvironment } from '#config';
import type { AuditRecord } from '#exchange';

/** What the user of this command did, for the audit. Identifiers only: never keys, passwords or payload. */
export const commandRecord = (action: string, subject: string, after?: unknown, before?: unknown): AuditRecord => ({
  actor: `cli:${userInfo().username}`,
  action,
  subject,
  at: new Date(),
  ...(before !== undefined && { before }),
  ...(after !== undefined && { after }),
});

/** Records an action of a command that needs no database; the gateway takes it into the chain. Before the action, so that none is left out. */
export async function recordCommand(action: string, subject: string, after?: unknown, before?: unknown): Promise<void> {
  const { LANDBRIDGE_DATA } = loadEnvironment();
  await mkdir(LANDBRIDGE_DATA, { recursive: true });
  await new AuditSpool(join(LANDBRIDGE_DATA, SPOOL_FILE)).append(commandRecord(action, subject, after, before));
}
