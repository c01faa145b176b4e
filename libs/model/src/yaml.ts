/** YAML 1.2 of our own data files: mappings, code lists, message directories. */
import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';

// `<<` is no part of YAML 1.2's core, but mappings share blocks by it.
const SCHEMA = CORE_SCHEMA.withTags(mergeTag);

/** The value of the text, or a sentence that says what is wrong and in which line. A key that stands twice is wrong. */
export function readYaml(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: load(text, { schema: SCHEMA }) };
  } catch (error) {
    if (error instanceof YAMLException) return { fault: `${error.reason} in line ${(error.mark?.line ?? 0) + 1}.` };
    throw error;
  }
}

/** A data file: its text and, where somebody has read a text of it before, what that text said. */
export interface DataFile {
  readonly text: string;
  /** `value` is exactly what `readYaml` makes of the text `of`; of another text, as in a changed copy of the file, it says nothing. */
  readonly read?: { readonly of: string; readonly value: unknown };
}

/** What a data file says, as `readYaml`. */
export const readDataFile = ({ text, read }: DataFile): ReturnType<typeof readYaml> =>
  read === undefined || read.of !== text ? readYaml(text) : { value: read.value };
