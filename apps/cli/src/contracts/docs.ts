import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { runContractProgram, type WrittenPage } from '#adapters';
import { installationFolder } from '#config';
import { ExchangeError } from '#model';
import { breakingChanges, type Contracts, type JsonSchema } from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { usage } from '../terminal/report.ts';

export interface DocsOptions extends CommonOptions {
  readonly out?: string;
  readonly since?: string;
}

/** `landbridge docs`. */
export async function docs(terminal: Terminal, { out, since, json }: DocsOptions): Promise<ExitCode> {
  if (out === undefined && since === undefined) throw usage('--out', 'Say where the files go, or what to compare with (--since).');
  const pages = await runContractProgram(installationFolder());
  const breaks =
    since === undefined ? [] : breakingChanges(await contractsIn((path) => readFile(join(since, path), 'utf8')), await contractsOf(pages));
  if (out !== undefined) for (const page of pages) await write(join(out, page.path), page.text);
  if (json) terminal.json({ files: out === undefined ? 0 : pages.length, breaks });
  else {
    if (out !== undefined) terminal.line(`${pages.length} files in ${out}; begin with ${join(out, 'index.html')}`);
    for (const { where, what } of breaks) terminal.line(`${where}: ${what}`);
    if (since !== undefined)
      terminal.line(breaks.length === 0 ? 'Nothing that was promised is taken away.' : `${breaks.length} breaking changes`);
  }
  return breaks.length > 0 ? EXIT.INVALID : EXIT.OK;
}

function contractsOf(pages: readonly WrittenPage[]): Promise<Contracts> {
  const texts = new Map(pages.map(({ path, text }) => [path, text]));
  return contractsIn(async (path) => texts.get(path) ?? '{}');
}

async function contractsIn(read: (path: string) => Promise<string>): Promise<Contracts> {
  const json = async (path: string): Promise<Record<string, unknown>> => {
    try {
      return JSON.parse(await read(path)) as Record<string, unknown>;
    } catch (cause) {
      throw new ExchangeError('FILE_UNREADABLE', { pointer: path, detail: 'It is no file that landbridge docs has written.', cause });
    }
  };
  const schemas = await json('schemas/all.json');
  return {
    openapi: await json('openapi.json'),
    asyncapi: await json('asyncapi.json'),
    errors: await json('errors.json'),
    schemas: schemas as Record<string, JsonSchema>,
  };
}

/** Whole or not at all: somebody may be serving the folder. */
async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}
