import { open } from 'node:fs/promises';
import { PostgresAuditLog, PostgresLog } from '#adapters';
import { ExchangeError } from '#model';
import { readLogRoot, sha256 } from '#trust';
import { commandRecord } from '../audited.ts';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { withDatabase } from '../operations/database.ts';
import { Progress } from '../terminal/progress.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { rootLine, type ExportLine } from './exported-log.ts';

interface ExportOptions extends CommonOptions {
  readonly from?: Date;
  readonly to?: Date;
}

/** `landbridge log export`. All roots and the whole audit; entries of the intervals closed within. */
export async function exportLog(terminal: Terminal, path: string | undefined, { from, to }: ExportOptions): Promise<ExitCode> {
  const file =
    path === undefined
      ? undefined
      : await open(path, 'wx', 0o600).catch(() => Promise.reject(usage('[file]', 'The file exists already or cannot be written.')));
  const write = (line: ExportLine) =>
    file ? file.appendFile(`${JSON.stringify(line)}\n`) : terminal.bytes(Buffer.from(`${JSON.stringify(line)}\n`));
  try {
    await withDatabase(async (dataSource) => {
      await new PostgresAuditLog(dataSource).append(commandRecord('log.export', 'log', { from, to }));
      const log = new PostgresLog(dataSource);
      const progress = new Progress(terminal, 'entries', await log.size());
      const entries = async (after: number, last: number) => {
        for await (const page of log.entries(after, last)) {
          for (const entry of page) await write({ entry });
          progress.advance(page.length);
        }
      };
      let after = Number.MIN_SAFE_INTEGER;
      for await (const root of log.roots()) {
        if ((!from || root.closedAt >= from) && (!to || root.closedAt <= to)) await entries(after, root.lastId);
        await write(rootLine(root));
        after = root.lastId;
      }
      if (!to) await entries(after, Number.MAX_SAFE_INTEGER);
      for await (const audit of log.audit()) await write({ audit });
      progress.end();
    });
  } finally {
    await file?.close();
  }
  return EXIT.OK;
}

/** `landbridge log root`. */
export async function printRoot(
  terminal: Terminal,
  { sequence, jws: plain, json }: CommonOptions & { readonly sequence?: number; readonly jws?: boolean },
): Promise<ExitCode> {
  const stored = await withDatabase(async (dataSource) => {
    const log = new PostgresLog(dataSource);
    if (sequence === undefined) return log.lastRoot();
    for await (const root of log.roots()) if (root.sequence === sequence) return root;
    return undefined;
  });
  if (!stored) throw new ExchangeError('NOT_FOUND', { detail: 'There is no such root yet.' });
  const { jws, token, closedAt } = stored;
  const line = { sequence: stored.sequence, closed: closedAt.toISOString(), digest: sha256(jws), timestamped: token !== undefined };
  if (plain) await terminal.bytes(jws);
  else if (json) terminal.json({ ...line, root: readLogRoot(jws), jws: jws.toString('latin1') });
  else
    await terminal.table(
      ['root', 'closed', 'digest', 'time-stamped'],
      [[line.sequence, line.closed, line.digest, line.timestamped ? 'yes' : 'no']],
    );
  return EXIT.OK;
}
