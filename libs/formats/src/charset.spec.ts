import { declaredXmlEncoding, decodeText, encodeText } from './charset.ts';

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
  it('finds the declaration and nothing else', () => {
    expect(declaredXmlEncoding(Buffer.from(`<?xml version='1.0' encoding='gb2312'?><a/>`))).toBe('gb2312');
    expect(declaredXmlEncoding(Buffer.from('<?xml version="1.0"?><a encoding="gbk"/>'))).toBeUndefined();
    expect(declaredXmlEncoding(Buffer.from('<a encoding="gbk"/>'))).toBeUndefined();
  });
});

describe('encoding', () => {
  it.each([
    ['gb2312', '连云港𠀀'],
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
  ])('refuses a character that %s lacks', (label, text) =>
    expect(encodeText(text, label)).toMatchObject({ issue: { code: 'ENCODING_UNMAPPABLE' } }),
  );
  it('refuses encodings we do not write', () => {
    expect(encodeText('a', 'utf-16')).toMatchObject({ issue: { code: 'ENCODING_UNSUPPORTED' } });
    expect(encodeText('a', 'shift_jis')).toMatchObject({ issue: { code: 'ENCODING_UNSUPPORTED' } });
  });
});
