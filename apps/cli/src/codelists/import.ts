import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installationFolder, readTranslationFiles } from '#config';
import { decodeText } from '#formats';
import { importCodeList, loadMappings, readCodeRows, type CodeListChange } from '#formats/tools';
import { ExchangeError, type Issue } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { readInput } from '../input.ts';
import { reportIssues, usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ImportOptions extends CommonOptions {
  readonly list: string;
  readonly version: string;
  readonly title?: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly dryRun?: boolean;
}

/** The largest list in use, tariff codes with four languages, is far below. */
const LIMIT = 32 * 1024 * 1024;
/** It becomes the name of a file. */
const LIST_ID = /^[A-Za-z0-9][A-Za-z0-9.-]{0,63}$/;

/** `landbridge codelists import`. */
export async function importList(terminal: Terminal, file: string, options: ImportOptions): Promise<ExitCode> {
  const { list, version, title, source } = options;
  if (!LIST_ID.test(list)) throw usage('--list', 'Letters, digits, points and hyphens make the id of a list.');
  const input = await readInput(file, LIMIT, terminal);
  if ('issue' in input) return refused(terminal, [input.issue], options);
  const decoded = decodeText(input.bytes, undefined, ['gb18030']);
  if ('issue' in decoded) return refused(terminal, [decoded.issue], options);
  const { rows, issues } = readCodeRows(decoded.text);
  if (issues.length > 0) return refused(terminal, issues, options);
  const home = installationFolder();
  const files = readTranslationFiles(home);
  const { mappings, issues: present } = loadMappings(files);
  if (present.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues: present });
  const next = { list, version, rows, ...(title && { title }), ...(source !== undefined && { source }) };
  const change = importCodeList(next, { codelists: files.codelists, mappings });
  const path = join(home, 'config', 'codelists', `${list}.yaml`);
  const written = change.text !== undefined && options.dryRun !== true;
  if (written) await replace(path, change.text);
  if (options.json) {
    const { added, removed, changed } = change;
    terminal.json({ list, version, present: change.present ?? null, added, removed, changed, written, issues: change.issues });
  } else {
    show(terminal, change);
    reportIssues(terminal, change.issues);
    if (change.issues.length === 0)
      terminal.note(written ? path : change.text === undefined ? 'Nothing changes.' : 'Nothing was written (--dry-run).');
  }
  return change.issues.length === 0 ? EXIT.OK : EXIT.INVALID;
}

/** Readers find the old file or the new one, never a part. */
async function replace(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function show(terminal: Terminal, change: CodeListChange): void {
  for (const [kind, sign] of Object.entries(SIGNS) as [keyof typeof SIGNS, string][])
    for (const code of change[kind]) terminal.line(`${sign} ${code}`);
}

function refused(terminal: Terminal, issues: readonly Issue[], { json, list, version }: ImportOptions): ExitCode {
  if (json) terminal.json({ list, version, present: null, added: [], removed: [], changed: [], written: false, issues });
  else reportIssues(terminal, issues);
  return EXIT.INVALID;
}
