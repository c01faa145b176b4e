import { readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { loadMappings } from '#formats/tools';
import { casesFor, SUITE_VERSION, type Language } from '#onboarding';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** `landbridge conformance cases`. */
export async function listCases(
  terminal: Terminal,
  { language, json }: CommonOptions & { readonly language: Language },
): Promise<ExitCode> {
  const files = readTranslationFiles();
  const cases = casesFor({ mappings: loadMappings(files).mappings, translator: createTranslator(files, { lazily: true }), seed: 1 });
  const told = cases.map(({ id, group, story, what, short, roles, needs }) => {
    const say = (text: (typeof story)['purpose']) => text[language].replaceAll('{what}', what[language]);
    return {
      id,
      group,
      short: short === true,
      ...(roles && { roles }),
      ...(needs && { needs }),
      purpose: say(story.purpose),
      given: say(story.given),
      when: say(story.when),
      then: say(story.then),
      advice: say(story.advice),
    };
  });
  if (json) terminal.json({ suite: SUITE_VERSION, cases: told });
  else
    await terminal.table(
      ['id', 'group', 'purpose'],
      told.map(({ id, group, purpose }) => [id, group, purpose]),
    );
  return EXIT.OK;
}
