import { extname } from 'node:path';
import { readTranslationFiles } from '#config';
import { createTranslator, type Translator } from '#formats';
import { Limits } from '#model';
import { usage } from '../terminal/report.ts';

/** The translator as the gateway builds it, from the files of the installation; a command uses few mappings and compiles only those. */
export const loadTranslator = (): Translator => createTranslator(readTranslationFiles(), { lazily: true });

/** The gateway's own limit for a link that sets none. */
export const DEFAULT_LIMIT = Limits.parse({}).messageBytes;

/**
 * The mapping a person means: its id, or as much of the end of it as names only one (`MT1101`, `json`), in any case. Throws
 * USAGE with the candidates when there is none or more than one.
 */
export function resolveFormat(name: string, mappings: Translator['mappings'], { envelope }: { readonly envelope: boolean }): string {
  const ids = mappings.filter((mapping) => mapping.envelope === envelope).map(({ id }) => id);
  const wanted = name.toLowerCase();
  if (ids.includes(name)) return name;
  const found = ids.filter((id) => id.toLowerCase() === wanted || id.toLowerCase().endsWith(`/${wanted}`));
  if (found.length === 1) return found[0]!;
  const candidates = found.length > 1 ? found : ids;
  throw usage(name, `${found.length > 1 ? 'The name fits several formats' : 'No such format'}: ${candidates.sort().join(', ')}.`);
}

/**
 * Encodings tried when a document neither declares one nor is UTF-8, where the caller names none. An interchange cannot
 * declare an encoding, and the one in use beside UTF-8 on the corridor is windows-1251; XML has a declaration for it.
 */
export function acceptedCharsets(bytes: Buffer, accept: readonly string[] | undefined): readonly string[] {
  if (accept) return accept;
  return /^(\xef\xbb\xbf)?\s*UN[ABH]/.test(bytes.toString('latin1', 0, 64)) ? ['windows-1251'] : [];
}

/** `sample.edi`, `sample-2.edi`. */
export function numbered(file: string, number: number): string {
  const extension = extname(file);
  return number === 1 ? file : `${file.slice(0, file.length - extension.length)}-${number}${extension}`;
}
