import fc from 'fast-check';
import { declaredName, declaredXmlEncoding, decodeText, encodeText } from './charset.ts';
import { anyCharacter } from '../../model/src/testing/text.ts';

const decode = (bytes: Buffer | number[], declared?: string, agreed?: string[]) => {
  const result = decodeText(Buffer.from(bytes as number[]), declared, agreed);
  return 'issue' in result ? result.issue.code : `${result.charset}: ${result.text}`;
};

/** 连云港 in GBK, and 𠀀 in four bytes of GB 18030. */
const GBK = [0xc1, 0xac, 0xd4, 0xc6, 0xb8, 0xdb];
const FOUR = [0x95, 0x32, 0x82, 0x36];

describe('the one decision about encodings', () => {
  it.each(['gb2312', 'GB2312', 'gbk', 'gb18030'])('reads %s as GB 18030, four-byte characters included', (label) => {
    expect(decode([...GBK, ...FOUR], label)).toBe('gb18030: 连云港𠀀');
  });
  it('takes UTF-8 with and without a byte order mark', () => {
    expect(decode(Buffer.from('中'))).toBe('UTF-8: 中');
    expect(decode(Buffer.from('\ufeff中'))).toBe('UTF-8: 中');
    expect(decode(Buffer.from('\ufeff中'), 'UTF-8')).toBe('UTF-8: 中');
  });
  it.each([
    ['nothing', [], undefined, 'EMPTY'],
    ['broken UTF-8', [0xc3, 0x28], undefined, 'ENCODING_INVALID'],
    ['overlong UTF-8', [0xc0, 0xaf], undefined, 'ENCODING_INVALID'],
    ['a surrogate in UTF-8', [0xed, 0xa0, 0x80], undefined, 'ENCODING_INVALID'],
    ['broken GB 18030', [0xc1], 'gbk', 'ENCODING_INVALID'],
    ['GBK that says it is UTF-8', GBK, 'UTF-8', 'ENCODING_INVALID'],
    ['GBK that says nothing', GBK, undefined, 'ENCODING_INVALID'],
    ['letters of another encoding', [0x41, 0x93, 0x94], 'iso-8859-5', 'ENCODING_INVALID'],
    ['more than ASCII that says it is ASCII', [0xc3, 0xa9], 'us-ascii', 'ENCODING_INVALID'],
    ['an unknown label', [0x61], 'ebcdic-cp-us', 'ENCODING_UNSUPPORTED'],
    ['a mark against the declaration', [0xef, 0xbb, 0xbf, 0x61], 'gbk', 'ENCODING_INVALID'],
    ['single bytes that say they are UTF-16', [0x3c, 0x61], 'UTF-16', 'ENCODING_INVALID'],
    ['UTF-16 with a mark', [0xff, 0xfe, 0x3c, 0x00], undefined, 'ENCODING_UNSUPPORTED'],
    ['UTF-16 without a mark', [0x00, 0x3c, 0x00, 0x61], undefined, 'ENCODING_UNSUPPORTED'],
  ])('refuses %s', (_name, bytes, declared, code) => expect(decode(bytes, declared)).toBe(code));
  it('tries what the link agreed to, in order, when the document says nothing', () => {
    const cyrillic = encodeText('Хоргос', 'windows-1251');
    const bytes = 'bytes' in cyrillic ? cyrillic.bytes : Buffer.alloc(0);
    expect(decode(bytes)).toBe('ENCODING_INVALID');
    expect(decode(bytes, undefined, ['windows-1251'])).toBe('windows-1251: Хоргос');
    expect(decode(GBK, undefined, ['gb2312', 'windows-1251'])).toBe('gb18030: 连云港');
  });
  it('reads UTF-16 only by agreement, and only when the document does not deny it', () => {
    const wide = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
    expect(decode(wide('<a/>'), undefined, ['utf-16'])).toBe('UTF-16LE: <a/>');
    expect(decode(wide('<?xml version="1.0" encoding="UTF-8"?><a/>'), undefined, ['utf-16'])).toBe('ENCODING_INVALID');
  });
  it('reads the byte order of UTF-16 that was agreed', () => {
    const little = Buffer.from('\ufeff<a/>', 'utf16le');
    const big = Buffer.from(little).swap16();
    expect(decode(big, undefined, ['utf-16'])).toBe('UTF-16BE: <a/>');
    expect(decode(big, undefined, ['utf-16be'])).toBe('UTF-16BE: <a/>');
    expect(decode(big, undefined, ['utf-16le'])).toBe('ENCODING_UNSUPPORTED');
    expect(decode(little, undefined, ['utf-16be'])).toBe('ENCODING_UNSUPPORTED');
    expect(decode(little, undefined, ['gb18030', 'windows-1251'])).toBe('ENCODING_UNSUPPORTED');
  });
  it('finds the declaration and nothing else', () => {
    expect(declaredXmlEncoding(Buffer.from(`<?xml version='1.0' encoding='gb2312'?><a/>`))).toBe('gb2312');
    expect(declaredXmlEncoding(Buffer.from('<?xml version="1.0"?><a encoding="gbk"/>'))).toBeUndefined();
    expect(declaredXmlEncoding(Buffer.from('<a encoding="gbk"/>'))).toBeUndefined();
  });
});

describe('encoding', () => {
  it.each([
    ['gb18030', '连云港𠀀 Қорғас'],
    ['gbk', '连云港 朱镕 Алтынколь'],
    ['gb2312', '连云港 Алтынколь'],
    ['windows-1251', 'Алтынколь №'],
    ['iso-8859-5', 'Алтынколь'],
    [undefined, '连云港 Қорғас'],
  ])('writes %s', (label, text) => {
    const encoded = encodeText(text, label);
    if ('issue' in encoded) throw encoded.issue;
    expect(decode(encoded.bytes, label)).toBe(`${encoded.charset}: ${text}`);
  });
  it.each([
    ['windows-1251', 'Қорғас'],
    ['iso-8859-5', '连'],
    ['iso-8859-5', 'Қорғас'],
    ['gb2312', '朱镕'],
    ['gb2312', 'ⅰ'],
    ['gb2312', '连云港𠀀'],
    ['gbk', '连云港𠀀'],
    ['gbk', 'Қорғас'],
    ['us-ascii', 'é'],
    ['iso-8859-1', '\u0085'],
    ['UTF-8', 'half \ud800 a character'],
    // Our reader, as every browser, reads the bytes GB 18030 once had for it as another character.
    ['gb18030', '\ue78d'],
  ])('refuses a character that %s lacks', (label, text) =>
    expect(encodeText(text, label)).toMatchObject({ issue: { code: 'ENCODING_UNMAPPABLE' } }),
  );
  it('writes a byte order mark where the link wants one', () => {
    const encoded = encodeText('Қорғас', 'UTF-8-BOM');
    expect('bytes' in encoded && encoded.bytes.toString()).toBe('\ufeffҚорғас');
    expect(declaredName('utf-8-bom')).toBe('UTF-8');
    expect(['cp1251', 'gb2312', undefined].map(declaredName)).toEqual(['windows-1251', 'gb2312', 'UTF-8']);
  });
  it('writes nothing it would not read back, whatever the text', () => {
    const labels = fc.constantFrom('utf-8', 'gb2312', 'gbk', 'gb18030', 'windows-1251', 'iso-8859-5', 'iso-8859-1', 'us-ascii');
    const unit = fc.oneof(
      fc.constantFrom(...'连云港朱镕𠀀ҚорғасіАлтынколь№ßé€ \u0098'),
      fc.string({ unit: anyCharacter, minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(fc.array(unit), labels, (units, label) => {
        const text = `x${units.join('')}`;
        const encoded = encodeText(text, label);
        if ('issue' in encoded) expect(encoded.issue.code).toBe('ENCODING_UNMAPPABLE');
        else expect(decode(encoded.bytes, label)).toBe(`${encoded.charset}: ${text}`);
      }),
    );
  });
  it('refuses encodings we do not write', () => {
    expect(encodeText('a', 'utf-16')).toMatchObject({ issue: { code: 'ENCODING_UNSUPPORTED' } });
    expect(encodeText('a', 'shift_jis')).toMatchObject({ issue: { code: 'ENCODING_UNSUPPORTED' } });
  });
});
