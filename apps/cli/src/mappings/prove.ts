import { randomInt } from 'node:crypto';
import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { examineLossless, loadMappings, type LosslessRun } from '#formats/tools';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Progress } from '../terminal/progress.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface ProveOptions extends CommonOptions {
  readonly runs: number;
  readonly seed?: number;
}

/** `landbridge mapping test`. */
export async function proveMappings(terminal: Terminal, wanted: readonly string[], options: ProveOptions): Promise<ExitCode> {
  const { runs, seed = randomInt(1, 2 ** 31), json } = options;
  const files = readTranslationFiles();
  // Refuses a faulty configuration with every fault.
  const translator = createTranslator(files);
  const mappings = loadMappings(files).mappings.filter(
    ({ envelope, ref }) => !envelope && (wanted.length === 0 || wanted.some((part) => ref.id.includes(part))),
  );
  if (mappings.length === 0) throw usage(wanted.join(' '), 'No mapping has such an id; landbridge formats list shows them.');
  if (!json) terminal.note(`seed ${seed}, ${runs} documents of each of ${mappings.length} types`);
  const progress = new Progress(terminal, `of ${mappings.length} mappings proved`);
  const results: LosslessRun[] = [];
  const drawn = new Map<string, readonly string[]>();
  for (const mapping of mappings) {
    results.push(examineLossless(mapping, translator, runs, seed, drawn));
    progress.advance();
  }
  progress.end();
  if (json) terminal.json({ seed, runs, mappings: results });
  else await show(terminal, results);
  return results.some(({ findings }) => findings.length > 0) ? EXIT.INVALID : EXIT.OK;
}

async function show(terminal: Terminal, results: readonly LosslessRun[]): Promise<void> {
  await terminal.table(
    ['mapping', 'documents', 'fields', 'findings'],
    results.map(({ mapping, documents, fields, findings }) => [mapping, documents, fields, findings.length]),
  );
  for (const { mapping, findings } of results)
    for (const { what, pointer, detail, document, functionCode } of findings)
      terminal.note(`${mapping} function ${functionCode}, document ${document}: ${what} at ${pointer}: ${detail}`);
}
