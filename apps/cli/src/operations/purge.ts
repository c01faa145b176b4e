import { userInfo } from 'node:os';
import { countPurge, PostgresAuditLog, purgeDocuments } from '#adapters';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withOwner } from './database.ts';

export interface PurgeCommandOptions extends CommonOptions {
  readonly olderThan: number;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `landbridge purge`: on record before the first document goes. */
export async function purge(terminal: Terminal, { olderThan, reason, dryRun, json }: PurgeCommandOptions): Promise<ExitCode> {
  if (!dryRun && (reason === undefined || reason.trim().length < 2)) throw usage('--reason', 'Say why; it is kept for ever.');
  const now = new Date();
  const before = new Date(now.getTime() - olderThan * 86_400_000);
  return withOwner(async (owner) => {
    const found = await countPurge(owner, before);
    if (!dryRun) {
      const actor = `cli:${userInfo().username}`;
      const after = { before: before.toISOString(), received: found.received.messages, sent: found.sent.messages };
      await new PostgresAuditLog(owner).append({ actor, action: 'payload.purge', subject: 'messages', reason: reason!, after, at: now });
      await purgeDocuments(owner, { before, now, actor, reason: reason! });
    }
    if (json) terminal.json({ before: before.toISOString(), purged: !dryRun, ...found });
    else {
      terminal.line(`${dryRun ? 'would remove' : 'removed'} the documents of messages before ${before.toISOString()}`);
      await terminal.table(
        ['direction', 'messages', 'octets'],
        (['received', 'sent'] as const).map((direction) => [direction, found[direction].messages, found[direction].octets]),
      );
    }
    return EXIT.OK;
  });
}
