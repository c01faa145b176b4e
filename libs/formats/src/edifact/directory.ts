import { z } from 'zod';
import { issue, readDataFile, type DataFile, type Issue } from '#model';
import { readSegmentDefinition, type SegmentDefinition, type SegmentDefinitions } from './elements.ts';

/** One place of a message type: a segment, or a segment group that its first segment opens. */
export interface Position {
  /** Segment tag, or name of the group (`SG11`). */
  readonly name: string;
  /** The tag that stands here: the segment's own, or the one that opens the group. */
  readonly tag: string;
  readonly mandatory: boolean;
  readonly max: number;
  readonly group?: Level | undefined;
}

/** The places of one level in their order, and where each tag may stand. */
export interface Level {
  readonly positions: readonly Position[];
  readonly byTag: ReadonlyMap<string, readonly number[]>;
  /** Places that must be filled. */
  readonly mandatory: readonly number[];
}

/** Structure of one message type in one directory: which segments and groups, in which order, how often. */
export interface MessageDirectory {
  /** Message type and the version, release and agency it goes by: `IFTMIN`, `D:97A:UN`. */
  readonly message: string;
  readonly identifiers: readonly string[];
  readonly level: Level;
  /** Elements of its segments; absent where the directory's segments are not described. */
  readonly segments?: SegmentDefinitions | undefined;
  /** Association codes (0057) of users who are known to break the elements of the directory: only the structure binds them. */
  readonly deviating: readonly string[];
}

/** Message structures by `type:version:release:agency` of UNH S009. */
export type Directories = ReadonlyMap<string, MessageDirectory>;

/** A file of `config/edifact`: its path under the folder, without extension, and its text. */
export interface DirectoryFile extends DataFile {
  readonly path: string;
}

type Item = string | { [head: string]: Item[] };
const Item: z.ZodType<Item> = z.lazy(() => z.union([z.string(), z.record(z.string(), z.array(Item))]));
const Structure = z.strictObject({
  message: z.string().regex(/^[A-Z]{6}$/),
  identifiers: z.array(z.string().regex(/^[^:]+:[^:]+:[^:]+$/)).min(1),
  source: z.string(),
  deviating: z.array(z.string()).default([]),
  structure: z.array(Item).min(1),
});
const Segments = z.strictObject({
  directory: z.string(),
  source: z.string(),
  segments: z.record(z.string().regex(/^[A-Z][A-Z0-9]{2}$/), z.array(z.string()).min(1)),
});

const HEAD = /^([A-Z][A-Z0-9]{2,3}) ([MC]) (\d+)$/;
const SEGMENTS = /(^|\/)segments$/;

/**
 * Reads the files of `config/edifact`: message type, the identifiers it goes by, and its structure as the directories
 * print it (`NAD M 1`; a group is `SG11 M 99` with its list, the opening segment first; UNT is left out); and beside
 * them, in `segments`, the elements of the directory's segments. Every fault of every file is in `issues` as
 * CONFIGURATION_INVALID.
 */
export function readDirectories(files: readonly DirectoryFile[]): { readonly directories: Directories; readonly issues: readonly Issue[] } {
  const directories = new Map<string, MessageDirectory>();
  const issues: Issue[] = [];
  const faultOf = (path: string) => (pointer: string, detail: string) =>
    void issues.push(issue('CONFIGURATION_INVALID', `edifact/${path}${pointer}`, detail));
  const segments = new Map<string, SegmentDefinitions>();
  for (const file of files.filter(({ path }) => SEGMENTS.test(path))) {
    const content = contentOf(file, Segments, faultOf(file.path));
    if (content) segments.set(folderOf(file.path), definitions(content.segments, faultOf(file.path)));
  }
  for (const file of files.filter(({ path }) => !SEGMENTS.test(path))) {
    const fault = faultOf(file.path);
    const content = contentOf(file, Structure, fault);
    if (!content) continue;
    const { message, identifiers, structure, deviating } = content;
    const directory = { message, identifiers, level: level(structure, fault), segments: segments.get(folderOf(file.path)), deviating };
    for (const identifier of identifiers) {
      const key = `${message}:${identifier}`;
      if (directories.has(key)) fault('/identifiers', 'Another file describes this message type.');
      directories.set(key, directory);
    }
  }
  return { directories, issues };
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function contentOf<T>(file: DirectoryFile, schema: z.ZodType<T>, fault: Fault): T | undefined {
  const read = readDataFile(file);
  if ('fault' in read) {
    fault('', read.fault);
    return undefined;
  }
  const parsed = schema.safeParse(read.value);
  for (const problem of parsed.error?.issues ?? []) fault(`/${problem.path.join('/')}`, `${problem.message}.`);
  return parsed.data;
}

function definitions(segments: Readonly<Record<string, readonly string[]>>, fault: Fault): SegmentDefinitions {
  return new Map(
    Object.entries(segments).map(([tag, lines]): [string, SegmentDefinition] => {
      const { definition, faults } = readSegmentDefinition(lines);
      for (const line of faults) fault(`/segments/${tag}`, `"${line}" is not an element.`);
      return [tag, definition];
    }),
  );
}

type Fault = (pointer: string, detail: string) => void;

function level(items: readonly Item[], fault: Fault): Level {
  const positions = items.map((item) => position(item, fault));
  const byTag = new Map<string, number[]>();
  for (const [index, { tag }] of positions.entries()) byTag.set(tag, [...(byTag.get(tag) ?? []), index]);
  return { positions, byTag, mandatory: positions.flatMap(({ mandatory }, index) => (mandatory ? [index] : [])) };
}

function position(item: Item, fault: Fault): Position {
  const [head, children] = typeof item === 'string' ? [item, undefined] : (Object.entries(item)[0] ?? ['', undefined]);
  const [, name = '', status, max] = HEAD.exec(head) ?? [];
  const group = children && level(children, fault);
  const tag = (group ? group.positions[0]?.tag : name) ?? '';
  if (!name || !tag || /^SG\d/.test(name) !== (group !== undefined) || group?.positions[0]?.group) {
    fault('/structure', `"${head}" is not a segment, nor a group that a segment opens.`);
  }
  return { name, tag, mandatory: status === 'M', max: Number(max), group };
}
