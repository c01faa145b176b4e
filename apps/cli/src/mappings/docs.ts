import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installationFolder, readTranslationFiles } from '#config';
import { describeIndex, describeMapping, loadMappings } from '#formats/tools';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface DocsOptions extends CommonOptions {
  readonly out?: string;
  readonly check?: boolean;
}

/** `landbridge mapping docs`. Pages of mappings that no longer exist are left to a person. */
export async function documentMappings(terminal: Terminal, { out, check, json }: DocsOptions): Promise<ExitCode> {
  const { mappings, issues } = loadMappings(readTranslationFiles());
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  const folder = out ?? join(installationFolder(), 'docs', 'formats');
  const pages = new Map(mappings.map((mapping) => [`${mapping.ref.id}.md`, describeMapping(mapping)]));
  pages.set('README.md', describeIndex(mappings));
  const changed: string[] = [];
  for (const [name, text] of pages) {
    const path = join(folder, name);
    if ((await readFile(path, 'utf8').catch(() => undefined)) === text) continue;
    changed.push(name);
    if (check) continue;
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  if (json) terminal.json({ pages: pages.size, changed });
  else
    terminal.line(
      `${pages.size} pages, ${changed.length} ${check ? 'not current' : 'written'}${changed.map((name) => `\n  ${name}`).join('')}`,
    );
  return check && changed.length > 0 ? EXIT.INVALID : EXIT.OK;
}
