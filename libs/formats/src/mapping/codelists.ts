/**
 * Code lists as data (config/codelists). A list may name another list as canonical: then the canonical message carries
 * the code of that list, and the pair is used in both directions.
 */
import { z } from 'zod';
import { issue, readDataFile, type DataFile, type Issue } from '#model';

/** A data file handed in by whoever may read files: its path under the folder, without extension, and its text. */
export interface TextFile extends DataFile {
  readonly path: string;
}

/** The expression for a whole text, or undefined when it is none. */
export function wholly(pattern: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${pattern})$`, 'u');
  } catch {
    return undefined;
  }
}

const Entry = z.strictObject({
  zh: z.string().optional(),
  en: z.string().optional(),
  ru: z.string().optional(),
  kk: z.string().optional(),
  /** Code of the canonical list. */
  is: z.string().optional(),
  status: z.enum(['confirmed', 'provisional']).optional(),
  /** Read, never written: another code of the list says the same. */
  readOnly: z.boolean().optional(),
  /** Lists of states: a state of higher rank replaces one of lower rank, whichever came first (`supersedes`). */
  rank: z.number().int().optional(),
  /** Lists of states: the matter was given back, and a later state of any rank begins it again. */
  returns: z.boolean().optional(),
});

/** The own code for a foreign one, with a status where the pair is not confirmed. */
const Equivalent = z.union([z.string(), z.strictObject({ is: z.string(), status: z.enum(['confirmed', 'provisional']) })]);

const File = z.strictObject({
  list: z.string(),
  /** A partner's list: all of that list, and what stands here. Its canonical list is that of the base, or the base itself. */
  extends: z.string().optional(),
  version: z.string(),
  title: z.record(z.string(), z.string()),
  source: z.string(),
  /** Id of the list the canonical message uses instead. */
  canonical: z.string().optional(),
  /** Form of every code, as a regular expression for the whole of it: another form is refused. */
  pattern: z
    .string()
    .refine((pattern) => wholly(pattern) !== undefined, 'A regular expression is needed.')
    .optional(),
  /** Only names of some codes are known here: others are not reported. */
  open: z.boolean().default(false),
  /** Its codes tell who somebody is (enterprises, carriers): no sample for others may hold them. */
  identifies: z.boolean().default(false),
  values: z
    .record(z.string(), Entry)
    .nullable()
    .transform((values) => values ?? {}),
  /** Canonical codes this list says by saying nothing: the field stays empty. */
  unsaid: z.array(z.string()).default([]),
  /** Lists whose codes are written as they are: the field takes codes of several lists and does not say which. */
  verbatim: z.array(z.string()).default([]),
  /** How codes of other lists are written in this one: list id, then foreign code, then own code. */
  equivalents: z.record(z.string(), z.record(z.string(), Equivalent)).default({}),
});

type ListFile = z.infer<typeof File>;

export class CodeList {
  readonly id: string;
  readonly canonicalId: string;
  readonly version: string;
  readonly title: Readonly<Record<string, string>>;
  readonly open: boolean;
  readonly identifies: boolean;
  readonly unsaid: ReadonlySet<string>;
  readonly pattern: string | undefined;
  readonly form: RegExp | undefined;
  readonly entries: ReadonlyMap<string, z.infer<typeof Entry>>;
  readonly #toCanonical = new Map<string, string>();
  readonly #fromCanonical = new Map<string, string>();
  readonly #verbatim: ReadonlySet<string>;
  readonly #equivalents: ReadonlyMap<string, ReadonlyMap<string, string>>;

  constructor(file: ListFile) {
    this.id = file.list;
    this.canonicalId = file.canonical ?? file.list;
    this.version = file.version;
    this.title = file.title;
    this.open = file.open;
    this.identifies = file.identifies;
    this.unsaid = new Set(file.unsaid);
    this.pattern = file.pattern;
    this.form = file.pattern === undefined ? undefined : wholly(file.pattern);
    this.entries = new Map(Object.entries(file.values));
    for (const [code, entry] of this.entries) {
      const canonical = file.canonical === undefined ? code : entry.is;
      if (canonical === undefined) continue;
      this.#toCanonical.set(code, canonical);
      if (!entry.readOnly && !this.#fromCanonical.has(canonical)) this.#fromCanonical.set(canonical, code);
    }
    this.#verbatim = new Set(file.verbatim);
    this.#equivalents = new Map(
      Object.entries(file.equivalents).map(([list, pairs]) => [
        list,
        new Map(Object.entries(pairs).map(([foreign, own]) => [foreign, typeof own === 'string' ? own : own.is])),
      ]),
    );
  }

  has(code: string): boolean {
    return this.open || this.entries.has(code);
  }
  /** The canonical code for one of this list; undefined when the list has no counterpart for it. */
  toCanonical(code: string): string | undefined {
    return this.#toCanonical.get(code);
  }
  fromCanonical(code: string): string | undefined {
    return this.#fromCanonical.get(code);
  }
  /** The code of this list for a code of a third list. */
  fromList(listId: string, code: string): string | undefined {
    return this.#verbatim.has(listId) ? code : this.#equivalents.get(listId)?.get(code);
  }
}

/** Reads all lists; every fault of every file is in `issues`. */
export function readCodeLists(files: readonly TextFile[]): {
  readonly lists: ReadonlyMap<string, CodeList>;
  readonly issues: readonly Issue[];
} {
  const read = new Map<string, ListFile>();
  const issues: Issue[] = [];
  for (const { path, ...file } of files) {
    const data = readDataFile(file);
    if ('fault' in data) {
      issues.push(issue('CONFIGURATION_INVALID', `codelists/${path}`, data.fault));
      continue;
    }
    const parsed = File.safeParse(data.value);
    for (const problem of parsed.error?.issues ?? []) {
      issues.push(issue('CONFIGURATION_INVALID', `codelists/${path}/${problem.path.join('/')}`, `${problem.message}.`));
    }
    if (!parsed.success) continue;
    if (parsed.data.list !== path)
      issues.push(issue('CONFIGURATION_INVALID', `codelists/${path}/list`, 'The list id and the path of the file differ.'));
    read.set(parsed.data.list, parsed.data);
  }
  const lists = new Map<string, CodeList>();
  for (const file of read.values()) {
    const base = file.extends === undefined ? undefined : read.get(file.extends);
    if (file.extends !== undefined && (!base || base.extends !== undefined))
      issues.push(issue('CONFIGURATION_INVALID', `codelists/${file.list}/extends`, 'There is no such list, or it extends another itself.'));
    lists.set(file.list, new CodeList(base ? extended(base, file) : file));
  }
  return { lists, issues };
}

/** What the base says and what a partner says beside it; codes of a base without canonical list are their own counterparts. */
function extended(base: ListFile, over: ListFile): ListFile {
  const own = base.canonical === undefined ? Object.entries(base.values).map(([code, entry]) => [code, { ...entry, is: code }]) : undefined;
  return {
    ...base,
    ...over,
    canonical: base.canonical ?? base.list,
    pattern: over.pattern ?? base.pattern,
    open: over.open || base.open,
    identifies: over.identifies || base.identifies,
    values: { ...(own ? Object.fromEntries(own) : base.values), ...over.values },
    unsaid: [...base.unsaid, ...over.unsaid],
    verbatim: [...base.verbatim, ...over.verbatim],
    equivalents: { ...base.equivalents, ...over.equivalents },
  };
}
