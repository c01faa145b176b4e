import { EdifactSyntax } from './syntax.ts';
import { readDirectories } from './directory.ts';
import { SMALL_DIRECTORY } from './testing.ts';
import { encodeText } from '../charset.ts';
import type { DocumentNode } from '../document.ts';

const syntax = new EdifactSyntax(readDirectories([{ path: 'D97A/TESTER', text: SMALL_DIRECTORY }]).directories);
const interchange = (name: string, level = 'UNOA') =>
  `UNB+${level}:1+S+R+260314:0930+REF1'UNH+M1+TESTER:D:97A:UN'BGM+1'NAD+CZ+++${name}'UNT+4+M1'UNZ+1+REF1'`;
const bytesIn = (text: string, charset: string) => {
  const encoded = encodeText(text, charset);
  return 'bytes' in encoded ? encoded.bytes : Buffer.alloc(0);
};
const nameOf = (document: DocumentNode | undefined) => document?.children.find(({ name }) => name === 'SG2')?.children[0]?.data?.[3]?.[0];
const codes = (bytes: Buffer, charsets: string[] = []) => syntax.read(bytes, { charsets }).issues.map(({ code }) => code);

describe('EdifactSyntax', () => {
  it.each(["UNB+UNOA'", "UNA:+.? 'UNB", '\uFEFFUNB+', '\r\n\tUNB+', "UNH+1+X'"])('recognises %j', (text) => {
    expect(syntax.recognises(Buffer.from(text))).toBe(true);
  });
  it.each(['<x/>', '{"UNB":1}', 'UN', ' UNB+', ''])('does not take %j for an interchange', (text) => {
    expect(syntax.recognises(Buffer.from(text))).toBe(false);
  });

  it('reads UTF-8 first, whatever level the header declares', () => {
    for (const level of ['UNOA', 'UNOC', 'UNOE']) {
      const { documents, charset, issues } = syntax.read(Buffer.from(interchange('Қазақ әғқңөұүһі 集装箱', level)), {
        charsets: ['windows-1251'],
      });
      expect({ name: nameOf(documents[0]), charset, issues }).toEqual({ name: 'Қазақ әғқңөұүһі 集装箱', charset: 'UTF-8', issues: [] });
    }
  });

  it('reads windows-1251 declared as UNOA when the link agreed to it, and refuses it otherwise', () => {
    const bytes = bytesIn(interchange('МАРГАРИН Ёж №5 «і»'), 'windows-1251');
    const { documents, charset } = syntax.read(bytes, { charsets: ['windows-1251'] });
    expect({ name: nameOf(documents[0]), charset }).toEqual({ name: 'МАРГАРИН Ёж №5 «і»', charset: 'windows-1251' });
    expect(codes(bytes)).toEqual(['ENCODING_INVALID']);
  });

  it('takes the level for a hint only after the link', () => {
    const bytes = bytesIn(interchange('МАРГАРИН', 'UNOE'), 'iso-8859-5');
    expect(syntax.read(bytes, {})).toMatchObject({ charset: 'iso-8859-5', issues: [] });
    expect(syntax.read(bytes, { charsets: ['windows-1251'] }).charset).toBe('windows-1251');
  });

  it('reads numbers with comma or point, whatever UNA announces, and leaves text alone', () => {
    const text = (advice: string, mark: string) =>
      `${advice}UNB+UNOA:1+S+R+260314:0930+REF1'UNH+M1+OTHERS:D:97A:UN'MEA+WT+G+KGM:12${mark}5'QTY+1:7${mark}25:KGM'FTX+AAA+++1${mark}5'UNT+5+M1'UNZ+1+REF1'`;
    for (const [advice, mark] of [
      ['UNA:+,? ', ','],
      ['', ','],
      ['UNA:+,? ', '.'],
    ] as const) {
      const children = syntax.read(Buffer.from(text(advice && `${advice}'`, mark)), {}).documents[0]?.children ?? [];
      const data = (tag: string) => children.find(({ name }) => name === tag)?.data;
      expect([data('MEA')?.[2], data('QTY')?.[0], data('FTX')?.[3]]).toEqual([['KGM', '12.5'], ['1', '7.25', 'KGM'], [`1${mark}5`]]);
    }
  });

  it('refuses what it should not read', () => {
    expect(codes(Buffer.alloc(0))).toEqual(['EMPTY']);
    expect(syntax.read(Buffer.alloc(11), { maxBytes: 10 }).issues[0]?.code).toBe('TOO_LARGE');
    expect(codes(Buffer.from(interchange('x').slice(0, -10)))).toContain('EDIFACT_TRUNCATED');
    expect(codes(bytesIn(interchange('集装箱'), 'gb18030'))).toEqual(['ENCODING_INVALID']);
  });

  it('writes numbers with the decimal mark of the link', () => {
    const text =
      "UNB+UNOA:1+S+R+260314:0930+REF1'\r\nUNH+M1+OTHERS:D:97A:UN'\r\nMEA+WT+G+KGM:12.5'\r\nFTX+AAA+++1.5'\r\nUNT+4+M1'\r\nUNZ+1+REF1'\r\n";
    const read = (bytes: Buffer) => syntax.read(bytes, {}).documents[0]!;
    const document = read(Buffer.from(text));
    const { bytes } = syntax.write(document, { parameters: { DecimalMark: ',' } });
    expect(bytes.toString()).toBe(`UNA:+,? '\r\n${text.replace('KGM:12.5', 'KGM:12,5')}`);
    expect(read(bytes)).toEqual(document);
    expect(syntax.write(document, { parameters: {} }).bytes.toString()).toBe(text);
  });

  it('gives an interchange the references that neither link nor message gave', () => {
    const message = (id: string): DocumentNode => ({
      name: 'OTHERS',
      children: [
        { name: 'UNB', data: [[], ['S'], ['R'], ['260314', '0930']], children: [] },
        { name: 'UNH', data: [[], ['OTHERS', 'D', '97A', 'UN']], children: [] },
        { name: 'BGM', data: [['1'], [id]], children: [] },
      ],
    });
    const written = (id: string) => syntax.write(message(id), { parameters: {} }).bytes.toString().split('\r\n');
    expect(written('DOC1')).toEqual([
      "UNB+UNOA:1+S+R+260314:0930+DOC1'",
      "UNH+1+OTHERS:D:97A:UN'",
      "BGM+1+DOC1'",
      "UNT+3+1'",
      "UNZ+1+DOC1'",
      '',
    ]);
    const [long, other] = ['A LONG DOCUMENT NUMBER', 'A LONG DOCUMENT NUMBEr'].map((id) => written(id).at(-2)!);
    expect(long).toMatch(/^UNZ\+1\+[0-9A-F]{14}'$/);
    expect(other).not.toBe(long);
  });

  describe('write', () => {
    const [document] = syntax.read(Buffer.from(interchange("О?'НЭЙЛ")), {}).documents;
    const named = (name: string): DocumentNode =>
      structuredClone({
        ...document!,
        children: document!.children.map((child) =>
          child.name === 'SG2' ? { ...child, children: [{ ...child.children[0]!, data: [['CZ'], [''], [''], [name]] }] } : child,
        ),
      });

    it.each([undefined, 'UTF-8', 'windows-1251'])('writes %s and reads it back', (charset) => {
      const { bytes, issues } = syntax.write(named("«ТОО» +:?' №1"), { charset, parameters: {} });
      expect(issues).toEqual([]);
      expect(nameOf(syntax.read(bytes, { charsets: ['windows-1251'] }).documents[0])).toBe("«ТОО» +:?' №1");
    });

    // Kazakh і (U+0456) is the letter of the Belarusian alphabet and in windows-1251; the other eight are not.
    it.each([...'әғқңөұүһӘҒҚҢӨҰҮҺ'])('refuses the Kazakh letter %s in windows-1251, with its place', (letter) => {
      const { bytes, issues } = syntax.write(named(`ЖШС ${letter}`), { charset: 'windows-1251', parameters: {} });
      expect(bytes).toHaveLength(0);
      expect(issues).toMatchObject([{ code: 'ENCODING_UNMAPPABLE', pointer: '/TESTER/SG2/NAD/4.1' }]);
      expect(issues[0]?.message).not.toContain(letter);
    });

    it('refuses a message without header and an encoding it does not write', () => {
      expect(syntax.write({ name: 'TESTER', children: [] }, { parameters: {} }).issues[0]?.code).toBe('VALUE_UNTRANSLATABLE');
      expect(syntax.write(named('x'), { charset: 'utf-16', parameters: {} }).issues[0]?.code).toBe('ENCODING_UNSUPPORTED');
    });

    it('declares UNOA:1 where the mapping declares nothing', () => {
      const bare = {
        ...named('x'),
        children: named('x').children.map((child) => (child.name === 'UNB' ? { ...child, data: [[], ...child.data!.slice(1)] } : child)),
      };
      expect(syntax.write(bare, { parameters: {} }).bytes.toString()).toMatch(/^UNB\+UNOA:1\+S\+R/);
    });
  });
});
