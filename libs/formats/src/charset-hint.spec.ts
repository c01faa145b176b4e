import { encodeText } from './charset.ts';
import { hintCharsets } from './charset-hint.ts';

const bytesIn = (text: string, label: string) => {
  const encoded = encodeText(text, label);
  return 'bytes' in encoded ? encoded.bytes : Buffer.alloc(0);
};
const hint = (bytes: Buffer) => hintCharsets(bytes)[0]?.charset;
const RUSSIAN = '<Name>ТОО «Пример», станция Алтынколь, ул. Абая 5</Name>';
const CHINESE = '<Name>连云港示例集装箱码头有限公司（中国）</Name>';

describe('the hint at an encoding', () => {
  it.each([
    ['gb18030', CHINESE],
    ['windows-1251', RUSSIAN],
    ['iso-8859-5', RUSSIAN.replace(/[«»]/g, '"')],
    ['windows-1251', 'ХОРГОС АЛТЫНКОЛЬ'],
    ['UTF-8', RUSSIAN],
    ['UTF-8', 'LBGU1000018'],
  ])('is %s', (label, text) => expect(hint(bytesIn(text, label))).toBe(label));
  it('knows UTF-16 by its zero bytes', () => {
    const little = Buffer.from(`\ufeff${CHINESE}`, 'utf16le');
    expect([hint(little), hint(Buffer.from(little).swap16())]).toEqual(['UTF-16LE', 'UTF-16BE']);
  });
  it('looks at the beginning of long texts, wherever it is cut', () => {
    for (const shift of ['', ' ']) expect(hint(bytesIn(shift + '连云港'.repeat(60_000), 'gb18030'))).toBe('gb18030');
  });
  it('has nothing to say of nothing', () => expect(hintCharsets(Buffer.alloc(0))).toEqual([]));
  it('names only encodings that fit every byte', () => {
    expect(hintCharsets(Buffer.from([0x41, 0xff, 0x42])).map(({ charset }) => charset)).not.toContain('gb18030');
    expect(hintCharsets(Buffer.from([0x41, 0x98, 0x20])).map(({ charset }) => charset)).toEqual([]);
  });
});
