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

/** A data file: its text and, where somebody has read that text before, what it says. */
export interface DataFile {
  readonly text: string;
  /** Exactly what `readYaml` makes of `text`. */
  readonly value?: unknown;
}

/** What a data file says, as `readYaml`. */
export const readDataFile = ({ text, value }: DataFile): ReturnType<typeof readYaml> => (value === undefined ? readYaml(text) : { value });
