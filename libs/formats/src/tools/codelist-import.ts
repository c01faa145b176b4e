/** A new version of a code list: what changes against the present file, what stands against it, and the new file. */
import { issue, readYaml, type Issue } from '#model';
import { readCodeLists, type CodeList, type TextFile } from '../mapping/codelists.ts';
import type { CompiledMapping, LeafRule, Rule } from '../mapping/rules.ts';
import { CODE_TEXTS, type CodeRow } from './codelist-import-rows.ts';

export { readCodeRows, type CodeRow, type ReadRows } from './codelist-import-rows.ts';

export interface CodeListVersion {
  readonly list: string;
  readonly version: string;
  /** By language; needed for a list that is new, like the source. */
  readonly title?: Readonly<Record<string, string>>;
  readonly source?: string;
  readonly rows: readonly CodeRow[];
}

export interface Installation {
  readonly codelists: readonly TextFile[];
  readonly mappings: readonly CompiledMapping[];
}

export interface CodeListChange {
  readonly present: string | undefined;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** What stands against it, everything at once. Then there is no new file. */
  readonly issues: readonly Issue[];
  /** The new file; absent too where nothing would change. */
  readonly text?: string;
}

type Entry = Readonly<Record<string, unknown>>;

/**
 * Compares and writes. Of a code that stays, what the import does not give stays too (names, `is`, rank, status, …), and so do all
 * settings of the list. A version is a version: the same one with other content is refused. So is taking away a code that a
 * mapping or a list names.
 */
export function importCodeList(next: CodeListVersion, installation: Installation): CodeListChange {
  const file = installation.codelists.find(({ path }) => path === next.list);
  const read = file ? readYaml(file.text) : { value: {} };
  const { version: present, values = {} } = ('value' in read ? read.value : {}) as { version?: string; values?: Record<string, Entry> };
  const before = new Map(Object.entries(values));
  const after = new Map(next.rows.map((row) => [row.code, merged(before.get(row.code) ?? {}, row)]));
  const added = [...after.keys()].filter((code) => !before.has(code));
  const removed = [...before.keys()].filter((code) => !after.has(code));
  const changed = [...after].flatMap(([code, entry]) =>
    before.has(code) && lineOf(code, entry) !== lineOf(code, before.get(code) ?? {}) ? [code] : [],
  );
  const difference = { present, added, removed, changed };
  const touched = added.length + removed.length + changed.length > 0;
  const text = file ? rewritten(file.text, next, after) : written(next, after);
  const issues = [
    ...('fault' in read ? [wrong(next.list, read.fault)] : []),
    ...(present === next.version && touched
      ? [wrong(`${next.list}/version`, 'This version has other content; a new version needs a new name.')]
      : []),
    ...(!file && (!next.title || !next.source) ? [wrong(next.list, 'A new list needs a title and a source.')] : []),
    ...usesOf(next.list, new Set(removed), installation),
    ...faultsOf(next.list, text, installation),
  ];
  const same = present === next.version && !touched;
  return issues.length > 0 || same ? { ...difference, issues } : { ...difference, issues, text };
}

const wrong = (at: string, detail: string): Issue => issue('CONFIGURATION_INVALID', `codelists/${at}`, detail);

function merged(entry: Entry, row: CodeRow): Entry {
  const texts = CODE_TEXTS.flatMap((name) => (row[name] === undefined ? [] : [[name, row[name]] as const]));
  return { ...entry, ...Object.fromEntries(texts) };
}

/** The new file as the gateway would read it, and its counterparts in the canonical list. */
function faultsOf(list: string, text: string, { codelists }: Installation): Issue[] {
  const { lists, issues } = readCodeLists([...codelists.filter(({ path }) => path !== list), { path: list, text }]);
  const own = lists.get(list);
  if (!own) return [...issues];
  const canonical = own.canonicalId === list ? undefined : lists.get(own.canonicalId);
  return [...own.entries].flatMap(([code, { is }]) => [
    ...(own.form && !own.form.test(code) ? [wrong(`${list}/values/${code}`, 'The code does not have the form of the list.')] : []),
    ...(is !== undefined && own.canonicalId === list ? [wrong(`${list}/values/${code}/is`, 'The list has no canonical list.')] : []),
    ...(is !== undefined && canonical && !canonical.has(is)
      ? [wrong(`${list}/values/${code}/is`, 'The canonical list does not know it.')]
      : []),
  ]);
}

/** Everything that names a code about to be removed. */
function usesOf(list: string, removed: ReadonlySet<string>, { codelists, mappings }: Installation): Issue[] {
  if (removed.size === 0) return [];
  const detail = 'It names a code that is no longer in the list.';
  const { lists } = readCodeLists(codelists);
  const pairs = [...lists.values()].filter(({ id, canonicalId }) => id !== list && canonicalId === list).flatMap((other) => pairsOf(other));
  const inLists = pairs.filter(({ is }) => removed.has(is)).map(({ at }) => wrong(at, detail));
  const inMappings = mappings.flatMap((mapping) =>
    namesIn(mapping, list)
      .filter(({ code }) => removed.has(code))
      .map(({ at }) => issue('CONFIGURATION_INVALID', `mappings/${mapping.ref.id}${at}`, detail)),
  );
  return [...inLists, ...equivalentsOf(lists.get(list), removed, codelists), ...inMappings];
}

const pairsOf = (list: CodeList): { at: string; is: string }[] =>
  [...list.entries].flatMap(([code, { is }]) => (is === undefined ? [] : [{ at: `${list.id}/values/${code}/is`, is }]));

/** The list's own pairs for codes of other lists must not write what it no longer has. */
function equivalentsOf(list: CodeList | undefined, removed: ReadonlySet<string>, files: readonly TextFile[]): Issue[] {
  const text = files.find(({ path }) => path === list?.id)?.text;
  const read = text === undefined ? undefined : readYaml(text);
  const tree = (read && 'value' in read ? read.value : {}) as { equivalents?: Record<string, Record<string, string | { is: string }>> };
  return Object.entries(tree.equivalents ?? {}).flatMap(([other, pairs]) =>
    Object.entries(pairs)
      .filter(([, own]) => removed.has(typeof own === 'string' ? own : own.is))
      .map(([foreign]) => wrong(`${list?.id}/equivalents/${other}/${foreign}`, 'It names a code that is no longer in the list.')),
  );
}

interface Named {
  readonly at: string;
  readonly code: string;
}

/** Codes of the list that a mapping writes or demands by itself. */
function namesIn({ root, functions, constants }: CompiledMapping, list: string): Named[] {
  const listed = (value: unknown): string | undefined => {
    const { value: code, listId } = (typeof value === 'object' && value !== null ? value : {}) as { value?: string; listId?: string };
    return listId === list ? code : undefined;
  };
  const named = (at: string, code: string | undefined): Named[] => (code === undefined ? [] : [{ at, code }]);
  const leaf = (rule: LeafRule, at: string): Named[] =>
    rule.conversion.rule.split(' ').slice(0, 2).join(' ') === `code ${list}` ? [...named(at, rule.fixed), ...named(at, rule.fallback)] : [];
  const below = (rule: Rule, above: string): Named[] => {
    const at = `${above}/${rule.key}`;
    if (rule.kind === 'leaf') return leaf(rule, at);
    return [
      ...rule.sets.flatMap(({ value }) => named(`${at}/$is`, listed(value))),
      ...[...rule.parts, ...rule.children].flatMap((child) => below(child, at)),
    ];
  };
  const codes = functions?.leaf.conversion.rule.split(' ')[1] === list ? functions.codes : [];
  return [
    ...below(root, ''),
    ...constants.flatMap(({ value }) => named('/constants', listed(value))),
    ...codes.map((code) => ({ at: '/functions', code })),
  ];
}

const TOP = /^[A-Za-z]/;

/** The present file with another version and other values; comments and settings stay where they are. */
function rewritten(text: string, { version, title, source }: CodeListVersion, values: ReadonlyMap<string, Entry>): string {
  const lines = text.replace(/\n$/, '').split('\n');
  const from = lines.findIndex((line) => line.startsWith('values:'));
  const behind = lines.findIndex((line, index) => index > from && TOP.test(line));
  const head = (line: string): string => {
    if (line.startsWith('version:')) return versionLine(version);
    if (title && line.startsWith('title:')) return titleLine(title);
    return source !== undefined && line.startsWith('source:') ? `source: ${scalar(source)}` : line;
  };
  return [...lines.slice(0, from).map(head), ...valueLines(values), ...(behind < 0 ? [] : lines.slice(behind)), ''].join('\n');
}

const written = ({ list, version, title = {}, source = '' }: CodeListVersion, values: ReadonlyMap<string, Entry>): string =>
  [`list: ${scalar(list)}`, versionLine(version), titleLine(title), `source: ${scalar(source)}`, ...valueLines(values), ''].join('\n');

const versionLine = (version: string): string => `version: ${quoted(version)}`;
const titleLine = (title: Readonly<Record<string, string>>): string => `title: ${flow(title)}`;
const valueLines = (values: ReadonlyMap<string, Entry>): string[] => [
  'values:',
  ...[...values].map(([code, entry]) => lineOf(code, entry)),
];

/** Members in one order, so that equal entries are equal lines. */
const MEMBERS = [...CODE_TEXTS, 'rank', 'returns', 'readOnly', 'status'];

function lineOf(code: string, entry: Entry): string {
  const known = MEMBERS.filter((name) => entry[name] !== undefined).map((name) => [name, entry[name]] as const);
  const rest = Object.entries(entry).filter(([name]) => !MEMBERS.includes(name));
  return `  ${/^[A-Za-z][A-Za-z0-9-]*$/.test(code) ? scalar(code) : quoted(code)}: ${flow(Object.fromEntries([...known, ...rest]))}`;
}

function flow(members: Entry): string {
  const pairs = Object.entries(members).map(([name, value]) => `${name}: ${typeof value === 'string' ? scalar(value) : String(value)}`);
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** What YAML of any version would take for something else than text. */
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const PLAIN = /^\p{L}(?:[\p{L}\p{N} .()/（）、-]*[\p{L}\p{N}.)）])?$/u;
const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const scalar = (text: string): string => (PLAIN.test(text) && !RESERVED.test(text) ? text : quoted(text));
