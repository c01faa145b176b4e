/** Every encoding of the corridor, written and read as XML and as EDIFACT, with Chinese, Kazakh and Russian text. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CanonicalOf } from '#model';
import { createTranslator } from '#formats';
import { installationFolder, readTranslationFiles } from '../files.ts';

const all = readTranslationFiles();
const translator = createTranslator({ ...all, mappings: all.mappings.filter(({ path }) => /^(corridor\/|osjd-smgs\/IFTMIN$)/.test(path)) });
const fixture = (name: string) => readFileSync(join(installationFolder(), 'test', 'fixtures', 'formats', name));

const TEXTS = {
  zh: '连云港集装箱码头',
  kk: 'Әуезов ғқңұүһіө Қорғас',
  ru: 'Станция Алтынколь, ёмкость №5',
} as const;
type Language = keyof typeof TEXTS;

/** Which texts an encoding can write. GB 2312 has the Russian alphabet; Kazakh is in Unicode's encodings only. */
const ENCODINGS: readonly (readonly [label: string, charset: string, writes: readonly Language[]])[] = [
  ['utf-8', 'UTF-8', ['zh', 'kk', 'ru']],
  ['utf-8-bom', 'UTF-8', ['zh', 'kk', 'ru']],
  ['gb18030', 'gb18030', ['zh', 'kk', 'ru']],
  ['gbk', 'gb18030', ['zh', 'ru']],
  ['gb2312', 'gb18030', ['zh', 'ru']],
  ['windows-1251', 'windows-1251', ['ru']],
  ['iso-8859-5', 'iso-8859-5', ['ru']],
];
const CASES = ENCODINGS.flatMap(([label, charset, writes]) =>
  (Object.keys(TEXTS) as Language[]).map((language) => ({ label, charset, language, written: writes.includes(language) })),
);

const messageOf = (bytes: Buffer, charsets: readonly string[] = []) => translator.decode(bytes, { charsets }).messages[0]?.message;
const codes = (bytes: Buffer, charsets: readonly string[] = []) => translator.decode(bytes, { charsets }).issues.map(({ code }) => code);

/** Without what only some encodings have, so that the text under test alone decides. */
const inRussianLetters = (value: unknown): unknown =>
  typeof value === 'string'
    ? value.replace(/[^\p{ASCII}А-Яа-яЁё]/gu, '-')
    : Array.isArray(value)
      ? value.map(inRussianLetters)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, inRussianLetters(inner)]))
        : value;

const event = inRussianLetters(messageOf(fixture('corridor/MilestoneEvent.xml'))) as CanonicalOf<'MilestoneEvent'>;
const note = inRussianLetters(messageOf(fixture('osjd-smgs/note-kk-ru.edi'))) as CanonicalOf<'RailConsignmentNote'>;

/** One message of each syntax with a text in it, and where the text stands in the document. */
const SYNTAXES = {
  xml: {
    mapping: 'corridor/MilestoneEvent',
    saying: (reasonText: string) => ({ ...event, reasonText }),
    place: '/CorridorMessage/MilestoneEvent/ReasonText',
  },
  edifact: {
    mapping: 'osjd-smgs/IFTMIN',
    saying: (name: string) => ({ ...note, consignor: { ...note.consignor, name } }),
    place: expect.stringMatching(/^\/IFTMIN\/.*NAD\/\d/) as string,
  },
} as const;

describe.each(['xml', 'edifact'] as const)('%s', (name) => {
  const { mapping, saying, place } = SYNTAXES[name];
  const encode = (text: string, charset: string) => translator.encode(saying(text), { mapping, charset, parameters: { SenderId: 'A', ReceiverId: 'B' } });

  it.each(CASES.filter(({ written }) => written))('writes $language in $label, and reads it back', ({ label, charset, language }) => {
    const { bytes, issues } = encode(TEXTS[language], label);
    expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]))).toBe(label === 'utf-8-bom');
    const decoded = translator.decode(bytes, { charsets: name === 'xml' ? [] : [label] });
    expect(decoded).toMatchObject({ charset, issues: [] });
    // Exactly the text: nothing is transliterated, composed or replaced.
    expect(JSON.stringify(decoded.messages[0]?.message)).toContain(TEXTS[language]);
    const utf8 = encode(TEXTS[language], 'utf-8');
    expect(decoded.messages[0]?.message).toEqual(messageOf(utf8.bytes));
  });

  it.each(CASES.filter(({ written }) => !written))('refuses $language in $label, with its place and no byte', ({ label, language }) => {
    const { bytes, issues } = encode(TEXTS[language], label);
    const errors = issues.filter(({ severity }) => severity === 'error');
    expect(errors.length).toBeGreaterThan(0);
    for (const { code, pointer } of errors) expect({ code, pointer }).toEqual({ code: 'ENCODING_UNMAPPABLE', pointer: place });
    expect(bytes).toHaveLength(0);
    expect(JSON.stringify(issues)).not.toContain(TEXTS[language]);
  });

  it('is read in UTF-16 by agreement only, and never written', () => {
    const text = encode(TEXTS.kk, 'utf-8').bytes.toString().replace('encoding="utf-8"', 'encoding="UTF-16"');
    const little = Buffer.from(`\ufeff${text}`, 'utf16le');
    for (const bytes of [little, Buffer.from(little).swap16()]) {
      expect(codes(bytes)).toEqual(['ENCODING_UNSUPPORTED']);
      expect(codes(bytes, ['gb18030', 'windows-1251', 'iso-8859-5'])).toEqual(['ENCODING_UNSUPPORTED']);
      expect(messageOf(bytes)).toBeUndefined();
      expect(messageOf(bytes, ['utf-16'])).toEqual(messageOf(encode(TEXTS.kk, 'utf-8').bytes));
    }
    expect(encode(TEXTS.ru, 'utf-16')).toMatchObject({ bytes: Buffer.alloc(0), issues: [{ code: 'ENCODING_UNSUPPORTED' }] });
  });
});

describe('an interchange', () => {
  const { mapping, saying } = SYNTAXES.edifact;
  const inCharset = (text: string, charset: string) => translator.encode(saying(text), { mapping, charset, parameters: {} }).bytes;
  it.each(['gb18030', 'windows-1251', 'iso-8859-5'])('says nothing of %s: without an agreement it is refused', (charset) => {
    const bytes = inCharset(TEXTS.ru, charset);
    expect(codes(bytes)).toEqual(['ENCODING_INVALID']);
    expect(messageOf(bytes, [charset])).toEqual(messageOf(inCharset(TEXTS.ru, 'utf-8')));
  });
  it('is read in the first of the agreed encodings that fits: the agreement orders them, nothing is guessed', () => {
    const chinese = inCharset(TEXTS.zh, 'gb18030');
    expect(translator.decode(chinese, { charsets: ['gb18030', 'iso-8859-5'] }).charset).toBe('gb18030');
    expect(translator.decode(chinese, { charsets: ['iso-8859-5', 'gb18030'] }).charset).toBe('iso-8859-5');
    const russian = inCharset('«Алтынколь»', 'windows-1251');
    expect(translator.decode(russian, { charsets: ['gb18030', 'windows-1251'] }).charset).toBe('windows-1251');
  });
});

describe('canonical JSON', () => {
  const choice = (charset?: string) => ({ mapping: 'canonical/json', parameters: {}, ...(charset && { charset }) });
  it('is UTF-8, and no other encoding is written under its name', () => {
    const message = SYNTAXES.xml.saying(TEXTS.kk + TEXTS.zh);
    for (const charset of [undefined, 'utf-8', 'UTF-8']) expect(messageOf(translator.encode(message, choice(charset)).bytes)).toEqual(message);
    for (const charset of ['gb18030', 'utf-8-bom', 'utf-16'])
      expect(translator.encode(message, choice(charset))).toMatchObject({ bytes: Buffer.alloc(0), issues: [{ code: 'ENCODING_UNSUPPORTED' }] });
  });
});
