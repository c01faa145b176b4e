/** Every mapping has a document a person can read, which it reads whole, writes, and reads again as the same message. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, type DecodeOptions } from '#formats';
import { MESSAGE_TYPES } from '#model';
import { readTranslationFiles } from '../files.ts';

const FOLDER = join('test', 'fixtures', 'formats');
/** A partner's deviation looks like the standard it deviates from: its link says which mapping reads it. */
const CHOSEN: Readonly<Record<string, string>> = { 'osjd-smgs/contrl-deviation.edi': 'osjd-smgs/CONTRL-deviation' };

const translator = createTranslator(readTranslationFiles(), { lazily: true });
const names = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(xml|edi|txt|json)$/.test(name));
const fixtures = names.map((name) => {
  const mapping = CHOSEN[name];
  const options: DecodeOptions = { charsets: ['windows-1251'], ...(mapping !== undefined && { mapping }) };
  return { name, options, decoded: translator.decode(readFileSync(join(FOLDER, name)), options) };
});

it('leaves no mapping without one', () => {
  const read = new Set(fixtures.flatMap(({ decoded }) => [decoded.envelope?.mapping.id, ...decoded.messages.map(({ mapping }) => mapping.id)]));
  expect(translator.mappings.filter(({ id }) => !read.has(id)).map(({ id }) => id)).toEqual([]);
});

it.each(fixtures)('$name is read whole, written, and read again as the same', ({ options, decoded }) => {
  const errors = [...decoded.issues, ...decoded.messages.flatMap(({ issues }) => issues)].filter(({ severity }) => severity === 'error');
  expect([errors, decoded.messages.length > 0]).toEqual([[], true]);
  for (const { message, mapping } of decoded.messages) {
    expect(message.unmapped ?? []).toEqual([]);
    expect(MESSAGE_TYPES[message.type].safeParse(message).error).toBeUndefined();
    const { bytes, issues } = translator.encode(message, { mapping: mapping.id, parameters: {} });
    expect(issues).toEqual([]);
    expect(translator.decode(bytes, { ...options, mapping: mapping.id }).messages[0]?.message).toEqual(message);
  }
});
