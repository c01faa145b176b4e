import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadEnvironment, readAgreements, readTranslationFiles, readYamlFolder } from '#config';
import { checkOverlay, runWorkshop, type GroupReport, type OverlayFiles, type WorkshopReport, type WorkshopSample } from '#formats/tools';
import { readYaml } from '#model';
import type { CommonOptions } from '../command.ts';
import { acceptedCharsets, DEFAULT_LIMIT, loadTranslator, resolveFormat } from '../documents/formats.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { Progress } from '../terminal/progress.ts';
import { usage } from '../terminal/report.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { readSamples } from './samples.ts';
import { showChecks, showReport } from './show.ts';

export interface WorkshopCommandOptions extends CommonOptions {
  readonly for: string;
  readonly from?: string;
  readonly accept?: readonly string[];
  readonly agree?: readonly string[];
  readonly out?: string;
  readonly check?: string;
  readonly maxBytes?: number;
}

const PARTNER = /^[A-Za-z0-9][A-Za-z0-9-]{0,30}$/;

/** `landbridge workshop`. */
export async function workshop(terminal: Terminal, paths: readonly string[], options: WorkshopCommandOptions): Promise<ExitCode> {
  const { maxBytes = DEFAULT_LIMIT, json } = options;
  if (!PARTNER.test(options.for)) throw usage('--for', 'A partner is named by letters, digits and hyphens.');
  const agreed = options.accept ?? agreedCharsets(options.for);
  const samples = await readSamples(terminal, paths, {
    maxBytes,
    charsets: (bytes) => (agreed && agreed.length > 0 ? agreed : acceptedCharsets(bytes, undefined)),
  });
  if (options.check !== undefined) return checkSamples(terminal, samples, options.check, maxBytes, json);
  const from = options.from === undefined ? undefined : resolveFormat(options.from, loadTranslator().mappings, { envelope: false });
  // Each sample is placed, read, and judged by its overlay.
  const progress = new Progress(terminal, `${samples.length} samples`, samples.length * 3);
  const report = runWorkshop(readTranslationFiles(), samples, {
    partner: options.for.toLowerCase(),
    agreed: new Set(options.agree ?? []),
    maxBytes,
    ...(from !== undefined && { from }),
    advance: () => progress.advance(),
  });
  progress.end();
  refuseUnknown(options.agree ?? [], report);
  const written = options.out === undefined ? [] : await write(options.out, report.groups);
  if (json) terminal.json({ ...report, written });
  else await showReport(terminal, report, written);
  const valid = report.groups.reduce((sum, group) => sum + group.validAfter, 0);
  const whole = report.samples.filter(({ base, valid: own }) => own && !report.groups.some((group) => group.base.id === base)).length;
  return valid + whole === samples.length ? EXIT.OK : EXIT.INVALID;
}

/** What the links of a partner of the agreements accept beyond UTF-8; nothing where there is no such partner. */
function agreedCharsets(party: string): readonly string[] | undefined {
  if (party === 'partner') return undefined;
  const { links } = readAgreements(loadEnvironment().LANDBRIDGE_AGREEMENTS);
  return [...new Set(links.filter(({ partner }) => partner === party).flatMap(({ charsets }) => charsets))];
}

/** A decision about something else than what was proposed is a mistake, not a wish. */
function refuseUnknown(agree: readonly string[], { groups }: WorkshopReport): void {
  const known = new Set(groups.flatMap(({ proposals }) => proposals.map(({ id }) => id)));
  const strange = agree.filter((id) => !known.has(id));
  if (strange.length > 0) throw usage('--agree', `Nothing of that name is proposed: ${strange.join(', ')}.`);
}

/** Never over a file that is there: a person may have edited it. */
async function write(folder: string, groups: readonly GroupReport[]): Promise<string[]> {
  const files = groups.flatMap(({ overlay }) =>
    overlay
      ? [
          { path: join(folder, 'mappings', `${overlay.id}.yaml`), text: overlay.text },
          ...overlay.codelists.map(({ path, text }) => ({ path: join(folder, 'codelists', `${path}.yaml`), text })),
        ]
      : [],
  );
  for (const { path } of files) if (await stat(path).catch(() => undefined)) throw usage('--out', `${path} is there already.`);
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, { flag: 'wx' });
  }
  return files.map(({ path }) => path);
}

/** Judges the samples by each overlay of the file or folder. Samples of another base show as not valid there. */
async function checkSamples(
  terminal: Terminal,
  samples: readonly WorkshopSample[],
  path: string,
  maxBytes: number,
  json: boolean | undefined,
): Promise<ExitCode> {
  const overlays = await readOverlays(path);
  const files = readTranslationFiles();
  const checked = overlays.map(({ base, ...overlay }) => ({
    overlay: overlay.id,
    base,
    samples: checkOverlay(files, overlay, samples, { base, maxBytes }),
  }));
  if (json) terminal.json({ checks: checked });
  else await showChecks(terminal, checked);
  const valid = samples.filter(({ name }) => checked.some((one) => one.samples.some((sample) => sample.name === name && sample.valid)));
  return valid.length === samples.length ? EXIT.OK : EXIT.INVALID;
}

async function readOverlays(path: string): Promise<(OverlayFiles & { readonly base: string })[]> {
  const found = await stat(path).catch(() => undefined);
  const texts = found?.isDirectory()
    ? readYamlFolder(join(path, 'mappings')).map(({ text }) => text)
    : [await readFile(path, 'utf8').catch(() => unreadable(path))];
  const codelists = readYamlFolder(found?.isDirectory() ? join(path, 'codelists') : besideMappings(path));
  if (texts.length === 0) throw usage('--check', 'The folder holds no mappings.');
  return texts.map((text) => {
    const read = readYaml(text);
    const { mapping, extends: base } = ('value' in read ? read.value : {}) as { mapping?: unknown; extends?: unknown };
    if (typeof mapping !== 'string' || typeof base !== 'string')
      throw usage('--check', 'The overlay names itself (mapping) and its base (extends).');
    return { id: mapping, base, text, codelists };
  });
}

/** `draft/codelists` for `draft/mappings/port-x/MT1101.yaml`. */
function besideMappings(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (folder.endsWith('mappings')) return join(dirname(folder), 'codelists');
  return join(dirname(path), 'codelists');
}

const unreadable = (path: string): never => {
  throw usage(path, 'The overlay cannot be read.');
};
