import { installationFolder, readAgreements, readTranslationFiles } from '#config';
import { AgreementBook, LiveTranslator, type UnderstandOptions } from '#exchange';
import { createTranslator, PROJECTIONS, project, type TranslatorFiles } from '#formats';
import type { Agreements } from '#model';

/** What decoding, checking, routing and translating need: the same in the gateway's main thread and in its workers. */
export interface Translation extends UnderstandOptions {
  readonly files: TranslatorFiles;
  readonly translator: LiveTranslator;
}

export interface ReadOptions {
  /** A worker thread cannot tell where it is installed. */
  readonly home?: string;
  readonly lazily?: boolean;
}

/**
 * Reads formats and the agreements file. Throws CONFIGURATION_INVALID with every fault at once.
 */
export function loadTranslation(agreements: string | undefined, options: ReadOptions = {}): Translation {
  const read = readTranslation(options);
  return { ...read, book: bookOf(read.translator, readAgreements(agreements, options.home)) };
}

/** Reads formats. Mappings that the build found sound, to the last octet, are compiled when they are first used. */
export function readTranslation({ home = installationFolder(), lazily = false }: ReadOptions): Omit<Translation, 'book'> {
  const { compiled, ...files } = readTranslationFiles(home);
  return { files, translator: new LiveTranslator(createTranslator(files, { lazily: lazily || compiled }), files), project };
}

/** Throws CONFIGURATION_INVALID with every fault at once. */
export const bookOf = (translator: Translation['translator'], agreements: Agreements): AgreementBook =>
  new AgreementBook(agreements, {
    mappings: new Set(translator.mappings.map(({ id }) => id)),
    projections: new Set(Object.keys(PROJECTIONS)),
  });
