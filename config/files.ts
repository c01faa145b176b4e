import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { Agreements, AlertRules, ExchangeError, issue, readYaml, RoleBook, type DataFile } from '#model';
import type { z } from 'zod';

/** A data file as text, named by its path under the folder it was read from (forward slashes, without extension). */
export interface TextFile extends DataFile {
  readonly path: string;
}

/**
 * What the build has read already, by the SHA-256 of the text, and the digest of all files of which it compiled every mapping
 * (scripts/build-data.mjs). Both took most of the start of every program; a text that was changed since has another digest and is
 * read as it is.
 */
const READ_ALREADY = 'dist/built-data.json';

/** Folder of the installation: the nearest one above the started program (or the working folder) that holds config/mappings. */
export function installationFolder(): string {
  const starts = [process.argv[1] ? dirname(realpathSync(process.argv[1])) : undefined, process.cwd()];
  for (const start of starts) {
    for (let folder = start; folder; folder = dirname(folder) === folder ? undefined : dirname(folder)) {
      if (existsSync(join(folder, 'config', 'mappings'))) return folder;
    }
  }
  throw new ExchangeError('CONFIGURATION_INVALID', { detail: 'The folder config/mappings was not found.' });
}

/** All YAML files below a folder, sorted by path so that digests and messages do not depend on the file system. */
export function readYamlFolder(folder: string): TextFile[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => ({
      path: relative('.', name)
        .split(sep)
        .join('/')
        .replace(/\.yaml$/, ''),
      text: readFileSync(join(folder, name), 'utf8'),
    }));
}

interface Built {
  readonly read: Readonly<Record<string, unknown>>;
  readonly compiled?: string;
}

/** Everything the translator is built from. `compiled`: the build compiled every mapping of exactly these files without a fault. */
export function readTranslationFiles(home: string = installationFolder()) {
  const path = join(home, READ_ALREADY);
  const built: Built = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Built) : { read: {} };
  const folder = (name: string): TextFile[] =>
    readYamlFolder(join(home, 'config', name)).map((file) => {
      const value = built.read[textDigest(file.text)];
      return value === undefined ? file : { ...file, read: { of: file.text, value } };
    });
  const files = { mappings: folder('mappings'), codelists: folder('codelists'), edifact: folder('edifact') };
  return { ...files, compiled: built.compiled !== undefined && built.compiled === digestOfFiles(files) };
}

/** Names a set of data files, their names and every octet of them: SHA-256, base64url. */
export function digestOfFiles(files: Readonly<Record<'mappings' | 'codelists' | 'edifact', readonly TextFile[]>>): string {
  const lines = [files.mappings, files.codelists, files.edifact].map((of) => of.map(({ path, text }) => [path, textDigest(text)]));
  return textDigest(JSON.stringify(lines));
}

/** Names what a text says in the build's collection: SHA-256, base64url. */
export const textDigest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Reads parties, links and routes; throws CONFIGURATION_INVALID with every fault of form at once. */
export const readAgreements = (file?: string, home: string = installationFolder()): Agreements =>
  readChecked(file ? resolve(file) : join(home, 'config', 'agreements', 'corridor.yaml'), 'LANDBRIDGE_AGREEMENTS', Agreements);

/** Reads the roles; throws CONFIGURATION_INVALID with every fault at once. */
export const readRoles = (file?: string, home: string = installationFolder()): RoleBook =>
  readChecked(file ? resolve(file) : join(home, 'config', 'access', 'roles.yaml'), 'LANDBRIDGE_ROLES', RoleBook);

/** Reads the alert rules; throws CONFIGURATION_INVALID with every fault at once. */
export const readAlertRules = (file?: string, home: string = installationFolder()): AlertRules =>
  readChecked(file ? resolve(file) : join(home, 'config', 'alerts', 'rules.yaml'), 'LANDBRIDGE_ALERTS', AlertRules);

function readChecked<T>(path: string, setting: string, schema: z.ZodType<T>): T {
  if (!existsSync(path)) throw new ExchangeError('CONFIGURATION_INVALID', { pointer: setting, detail: 'The file does not exist.' });
  const read = readYaml(readFileSync(path, 'utf8'));
  if ('fault' in read) throw new ExchangeError('CONFIGURATION_INVALID', { pointer: setting, detail: read.fault });
  const parsed = schema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  throw new ExchangeError('CONFIGURATION_INVALID', {
    issues: parsed.error.issues.map((problem) => issue('CONFIGURATION_INVALID', `/${problem.path.join('/')}`, `${problem.message}.`)),
  });
}
