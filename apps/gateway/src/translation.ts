import { installationFolder, readAgreements, readTranslationFiles } from '#config';
import { AgreementBook, LiveTranslator, type UnderstandOptions } from '#exchange';
import { createTranslator, PROJECTIONS, project, type TranslatorFiles } from '#formats';

/** What decoding, checking, routing and translating need: the same in the gateway's main thread and in its workers. */
export interface Translation extends UnderstandOptions {
  readonly files: TranslatorFiles;
  readonly translator: LiveTranslator;
}

/**
 * Reads formats and agreements. Throws CONFIGURATION_INVALID with every fault at once. Mappings that the build found sound, to the
 * last octet, are compiled when they are first used. A worker thread cannot tell where it is installed.
 */
export function loadTranslation(agreements: string | undefined, { home = installationFolder(), lazily = false } = {}): Translation {
  const { compiled, ...files } = readTranslationFiles(home);
  const translator = new LiveTranslator(createTranslator(files, { lazily: lazily || compiled }), files);
  const book = new AgreementBook(readAgreements(agreements, home), {
    mappings: new Set(translator.mappings.map(({ id }) => id)),
    projections: new Set(Object.keys(PROJECTIONS)),
  });
  return { files, translator, book, project };
}
