import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installationFolder, readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings, newOverlay } from '#formats/tools';
import { ExchangeError } from '#model';
import type { CommonOptions } from '../command.ts';
import { resolveFormat } from '../documents/formats.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';

export interface FreshOptions extends CommonOptions {
  readonly from: string;
  readonly dryRun?: boolean;
}

const ID = /^[a-z0-9][a-z0-9-]*(\/[A-Za-z0-9][A-Za-z0-9_.-]*)+$/;

/** `landbridge mapping new`. The file is compiled with all others before it is written: what is written works. */
export async function newMapping(terminal: Terminal, id: string, { from, dryRun, json }: FreshOptions): Promise<ExitCode> {
  if (!ID.test(id)) throw usage(id, 'An id is a partner and a type, for example port-x/MT1101.');
  const files = readTranslationFiles();
  const translator = createTranslator(files);
  if (files.mappings.some(({ path }) => path === id)) throw usage(id, 'A mapping with this id exists already.');
  const base = loadMappings(files).mappings.find(({ ref }) => ref.id === resolveFormat(from, translator.mappings, { envelope: false }));
  if (!base) throw usage('--from', 'Canonical JSON has no mapping to extend.');
  const text = newOverlay(base, id);
  const { issues } = loadMappings({ ...files, mappings: [...files.mappings, { path: id, text }] });
  if (issues.length > 0) throw new ExchangeError('CONFIGURATION_INVALID', { issues });
  const file = join('config', 'mappings', `${id}.yaml`);
  if (!dryRun) {
    const path = join(installationFolder(), file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  if (json) terminal.json({ mapping: id, file, text });
  else if (dryRun) terminal.line(text.trimEnd());
  else terminal.line(`${file} extends ${base.ref.id}; edit it, then: landbridge mapping test ${id}`);
  return EXIT.OK;
}
