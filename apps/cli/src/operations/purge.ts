import { userInfo } from 'node:os';
import type { DataSource } from 'typeorm';
import { countOver, countPurge, PostgresAuditLog, purgeDocuments, removeOver } from '#adapters';
import { loadEnvironment, retentionRules, type RetentionRule } from '#config';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { withOwner } from './database.ts';

export interface PurgeCommandOptions extends CommonOptions {
  readonly olderThan?: number;
  readonly reason?: string;
  readonly dryRun?: boolean;
}
interface Purge {
  readonly owner: DataSource;
  readonly now: Date;
  /** Absent: only count. */
  readonly reason?: string;
}

/** `landbridge purge`: every retention rule of the configuration; with --older-than documents only. On record before the first row goes. */
export async function purge(terminal: Terminal, options: PurgeCommandOptions): Promise<ExitCode> {
  const { olderThan, reason, dryRun, json } = options;
  if (!dryRun && (reason === undefined || reason.trim().length < 2)) throw usage('--reason', 'Say why; it is kept for ever.');
  const now = new Date();
  return withOwner(async (owner) => {
    const what: Purge = { owner, now, ...(!dryRun && { reason: reason! }) };
    if (olderThan === undefined) return byRules(terminal, what, json);
    const before = new Date(now.getTime() - olderThan * 86_400_000);
    const found = await documents(what, before);
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

async function byRules(terminal: Terminal, what: Purge, json: boolean | undefined): Promise<ExitCode> {
  const rules: { rule: RetentionRule; days: number; before?: string; count: number }[] = [];
  for (const { rule, days, before } of retentionRules(loadEnvironment(), what.now)) {
    const count = before === undefined ? 0 : await over(what, rule, before);
    rules.push({ rule, days, ...(before && { before: before.toISOString() }), count });
  }
  const purged = what.reason !== undefined;
  if (json) terminal.json({ purged, rules });
  else
    await terminal.table(
      ['what', 'kept', purged ? 'removed' : 'would remove', 'before'],
      rules.map(({ rule, days, before, count }) => [rule, days === 0 ? 'for ever' : `${days} days`, count, before]),
    );
  return EXIT.OK;
}

/** How many have, or had, their time behind them. */
async function over(what: Purge, rule: RetentionRule, before: Date): Promise<number> {
  if (rule === 'documents') {
    const { received, sent } = await documents(what, before);
    return received.messages + sent.messages;
  }
  const { owner, reason } = what;
  const found = await countOver(owner, rule, before);
  if (reason === undefined || found === 0) return found;
  await record(what, 'retention.purge', rule, { before: before.toISOString(), rows: found });
  return removeOver(owner, rule, before);
}

async function documents(what: Purge, before: Date) {
  const { owner, now, reason } = what;
  const found = await countPurge(owner, before);
  if (reason !== undefined) {
    const after = { before: before.toISOString(), received: found.received.messages, sent: found.sent.messages };
    await record(what, 'payload.purge', 'messages', after);
    await purgeDocuments(owner, { before, now, actor: actor(), reason });
  }
  return found;
}

const actor = (): string => `cli:${userInfo().username}`;

const record = ({ owner, now, reason }: Purge, action: string, subject: string, after: object): Promise<void> =>
  new PostgresAuditLog(owner).append({ actor: actor(), action, subject, ...(reason !== undefined && { reason }), after, at: now });
