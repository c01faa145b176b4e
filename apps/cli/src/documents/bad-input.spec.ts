import { BAD_INPUT } from '../../../../test/support/bad-input.ts';
import { acceptedCharsets, loadTranslator } from './formats.ts';
import { validationOf } from './validate.ts';

describe('landbridge validate says what is wrong and where of', () => {
  const translator = loadTranslator();
  it.each(BAD_INPUT.map((input) => [input.name, input] as const))('%s', (_name, { bytes: make, finds, refused }) => {
    const bytes = make();
    const { validation } = validationOf(bytes, translator, { charsets: acceptedCharsets(bytes, undefined) });
    const found = [...validation.errors, ...validation.warnings];
    expect(found.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(expect.arrayContaining([...finds]));
    expect(validation.valid).toBe(!refused);
    for (const { message } of found) expect(message).toMatch(/^\p{Lu}.*\.$/u);
  });
});
