import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { installationFolder, loadEnvironment, readAgreements, readTranslationFiles } from '#config';
import { AgreementBook } from '#exchange';
import { createTranslator, PROJECTIONS } from '#formats';
import { Agreements, ExchangeError } from '#model';
import { openBundle, planImport, type BundledFile, type ImportPlan } from '#onboarding';
import { sha256 } from '#trust';
import { recordCommand } from '../audited.ts';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { openKeys } from '../keys/key-place.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { bundledFiles } from './export.ts';

export interface ImportOptions extends CommonOptions {
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly keys?: string;
}

/** `landbridge import`. */
export async function importBundle(
  terminal: Terminal,
  file: string,
  { dryRun = false, replace = false, keys: folder, json }: ImportOptions,
): Promise<ExitCode> {
  const { LANDBRIDGE_AGREEMENTS: agreementsFile, LANDBRIDGE_ENVIRONMENT: environment } = loadEnvironment();
  if (agreementsFile === undefined)
    throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'LANDBRIDGE_AGREEMENTS', detail: 'It names the file that is written.' });
  const jws = await readFile(file).catch((cause: unknown) => {
    throw new ExchangeError('FILE_UNREADABLE', { pointer: file, cause });
  });
  const bundle = openBundle(jws, await (await openKeys(folder)).directory(), new Date());
  const home = installationFolder();
  const present = new Map(bundledFiles(home).map(({ path, text }) => [path, text]));
  const plan = planImport(bundle, { environment, agreements: readAgreements(agreementsFile), file: (path) => present.get(path) });
  fitsTogether(plan, home);
  const changed = plan.changes.filter(({ change }) => change === 'changed');
  const write = !dryRun && (replace || changed.length === 0);
  if (write) {
    const told = plan.changes
      .filter(({ change }) => change === 'added' || change === 'changed')
      .map(({ kind, id, change }) => ({ kind, id, change }));
    await recordCommand('bundle.import', `party:${bundle.issuer}`, { digest: sha256(jws), changes: told });
    await writeAll(plan, agreementsFile, join(home, 'config'));
  }
  if (json) terminal.json({ issuer: bundle.issuer, written: write, changes: plan.changes });
  else print(terminal, bundle.issuer, plan, write, dryRun);
  return write || dryRun ? EXIT.OK : EXIT.INVALID;
}

/** Agreements, mappings and code lists as they would be, read as the gateway reads them at its start. Throws CONFIGURATION_INVALID with every fault. */
function fitsTogether({ agreements, files }: ImportPlan, home: string): void {
  const present = readTranslationFiles(home);
  const withNew = (folder: string, before: typeof present.mappings) => {
    const after = new Map(before.map((one) => [one.path, one]));
    for (const { path, text } of files) {
      const name = path.slice(folder.length + 1);
      if (path.startsWith(`${folder}/`)) after.set(name, { path: name, text });
    }
    return [...after.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
  };
  const translator = createTranslator({
    ...present,
    mappings: withNew('mappings', present.mappings),
    codelists: withNew('codelists', present.codelists),
  });
  const known = { mappings: new Set(translator.mappings.map(({ id }) => id)), projections: new Set(Object.keys(PROJECTIONS)) };
  new AgreementBook(Agreements.parse(agreements), known);
}

/** Files first, each whole or not at all: until the agreements name them they change nothing. */
async function writeAll({ agreements, files }: ImportPlan, agreementsFile: string, config: string): Promise<void> {
  for (const { path, text } of files as readonly BundledFile[]) await replaceFile(join(config, `${path}.yaml`), text);
  await replaceFile(agreementsFile, `${JSON.stringify(agreements, null, 2)}\n`);
}

/** A running gateway watches the agreements file; formats are read when it starts. */
const INTO_FORCE =
  'Running gateways take the agreements into force within seconds, as a version of their own (landbridge agreements history); mappings and code lists that are new to them come with their next start.';

async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

function print(terminal: Terminal, issuer: string, { changes }: ImportPlan, written: boolean, dryRun: boolean): void {
  const told = changes.filter(({ change }) => change !== 'same');
  for (const { kind, id, change, members } of told)
    terminal.line(`${change.padEnd(8)} ${kind.padEnd(8)} ${id}${members ? `: ${members.join(', ')}` : ''}`);
  terminal.line(`${changes.length - told.length} as they are here already.`);
  if (written) terminal.note(`Taken over from ${issuer}. ${INTO_FORCE}`);
  else terminal.note(dryRun ? 'Nothing was written.' : 'Nothing was written: what differs is replaced with --replace only.');
}
