import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keptRoot, PostgresLog, Rfc3161TimeStamper, ROOT_FILE } from '#adapters';
import { loadEnvironment } from '#config';
import { verifyLog, type LogFinding, type LogReport, type LogSource } from '#exchange';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openKeys } from '../keys/key-place.ts';
import { withDatabase } from '../operations/database.ts';
import { Progress } from '../terminal/progress.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { ExportedLog } from './exported-log.ts';

export interface VerifyOptions extends CommonOptions {
  readonly from?: Date;
  readonly to?: Date;
  readonly head?: readonly string[];
  readonly keys?: string;
}

/** `landbridge log verify`. */
export async function verifyLogCommand(terminal: Terminal, file: string | undefined, options: VerifyOptions): Promise<ExitCode> {
  const report =
    file === undefined
      ? await withDatabase(async (dataSource) => verified(new PostgresLog(dataSource), terminal, await withOwnHead(options)))
      : await verified(await ExportedLog.read(file), terminal, options);
  if (options.json) terminal.json(report);
  else await print(terminal, report);
  return report.findings.length === 0 ? EXIT.OK : EXIT.INVALID;
}

export async function verified(source: LogSource, terminal: Terminal, { from, to, head, keys }: VerifyOptions): Promise<LogReport> {
  const { TSA_URL, TSA_CA } = loadEnvironment();
  const directory = await (await openKeys(keys)).directory();
  const heads = await Promise.all((head ?? []).map(readHead));
  const stamper = TSA_CA === undefined ? undefined : new Rfc3161TimeStamper({ url: TSA_URL ?? '', trusted: TSA_CA });
  const progress = new Progress(terminal, 'entries', await source.size());
  try {
    return await verifyLog(source, {
      directory,
      heads,
      progress: (by) => progress.advance(by),
      ...(from && { from }),
      ...(to && { to }),
      ...(stamper && { timestamp: async (token, root) => (await stamper.judge(token, root)) !== undefined }),
    });
  } finally {
    progress.end();
  }
}

/** The root this gateway kept beside its database; an export may well be older than that. */
async function withOwnHead(options: VerifyOptions): Promise<VerifyOptions> {
  const path = join(loadEnvironment().LANDBRIDGE_DATA, ROOT_FILE);
  return options.head === undefined && (await keptRoot(path)) ? { ...options, head: [path] } : options;
}

const readHead = (file: string): Promise<Buffer> =>
  readFile(file).catch((cause: unknown) => Promise.reject(new ExchangeError('FILE_UNREADABLE', { pointer: file, cause })));

async function print(terminal: Terminal, { findings, roots, entries, open, timestamps, audit, lastRoot }: LogReport): Promise<void> {
  await printFindings(terminal, findings);
  const verdict = findings.length === 0 ? terminal.paint('green', 'intact') : terminal.paint('red', `${findings.length} findings`);
  terminal.line(
    `${verdict}  ${entries} entries under ${roots} roots (${timestamps} time-stamped), ${open} not covered yet; audit ${audit}`,
  );
  if (lastRoot) terminal.line(`last root ${lastRoot.sequence}  ${lastRoot.closed}  ${lastRoot.digest}`);
}

export async function printFindings(terminal: Terminal, findings: readonly LogFinding[]): Promise<void> {
  if (findings.length === 0) return;
  await terminal.table(
    ['what', 'where', 'detail'],
    findings.map(({ what, where, detail }) => [what, where, detail]),
  );
}
