import fc from 'fast-check';
import type { DocumentNode } from '../document.ts';
import { flat } from './syntax.ts';

const read = (text: string) => flat.read(Buffer.from(text), {});
const BILL = "00:IFCSUM:MANIFEST:9'12:B1'16:C:NAME:LINE 1:LINE 2'47:GOODS'51:1:TGHU1234567'41:2'51:2:TGHU1234567'12:B2'99:9'";
const shape = ({ name, children }: DocumentNode): unknown => (children.length === 0 ? name : [name, ...children.map(shape)]);

it('nests the records of a manifest, and makes a cargo where the file has none', () => {
  const { documents, issues } = read(BILL);
  expect(issues).toEqual([]);
  expect(documents.map(shape)).toEqual([['PlatformFile', 'R00', ['R12', 'R16', ['R41', 'R47', 'R51'], ['R41', 'R51']], 'R12']]);
  expect(documents[0]?.children[1]?.children[0]?.data).toEqual([['C'], ['NAME', 'LINE 1', 'LINE 2']]);
});
it('leaves the records of a file it does not know side by side', () => {
  expect(read("00:COSTCO::9'12:B1'51:1'99:4'").documents.map(shape)).toEqual([['PlatformFile', 'R00', 'R12', 'R51']]);
  expect(read("00:toString::9'99:2'").documents.map(shape)).toEqual([['PlatformFile', 'R00']]);
});
it('writes every text so that it is read again, and counts the records', () => {
  const text = fc.string({ unit: 'grapheme' }).filter((value) => !/[^\P{Cc}\t\n\r]/u.test(value));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1 }), (fields) => {
      const written = flat.write(
        { name: 'PlatformFile', children: ['R00', 'R77'].map((name) => ({ name, data: fields.map((one) => [one]), children: [] })) },
        { parameters: {} },
      );
      expect(written.issues).toEqual([]);
      const again = read(written.bytes.toString());
      expect(again.issues).toEqual([]);
      const last = fields.findLastIndex((one) => one !== '') + 1;
      expect(again.documents[0]?.children.map(({ data }) => data)).toEqual(
        [fields.slice(0, last), fields.slice(0, last)].map((all) => all.map((one) => [one])),
      );
    }),
  );
});
it('does not write a control character', () => {
  const document = { name: 'PlatformFile', children: [{ name: 'R00', data: [['\u001f']], children: [] }] };
  expect(flat.write(document, { parameters: {} })).toMatchObject({ bytes: Buffer.alloc(0), issues: [{ code: 'VALUE_UNTRANSLATABLE' }] });
});
it('never throws, whatever it is given', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(BILL.length), (noise, at) => {
      const { documents, issues } = read(BILL.slice(0, at) + noise + BILL.slice(at));
      expect(documents.length + issues.length).toBeGreaterThan(0);
    }),
  );
});
it('refuses every file cut short', () => {
  for (let at = 1; at < BILL.length; at++) expect(read(BILL.slice(0, at)).documents).toEqual([]);
});
it('recognises a head record, behind line ends and a byte order mark', () => {
  const texts = ['00:IFCSUM', '\r\n00:A', '\ufeff00:A', '00NCL', '10:A', "UNB+'"];
  expect(texts.filter((text) => flat.recognises(Buffer.from(text)))).toEqual(['00:IFCSUM', '\r\n00:A', '\ufeff00:A']);
});
it('keeps to its limits', () => {
  expect(flat.read(Buffer.from(BILL), { maxBytes: 10 }).issues[0]?.code).toBe('TOO_LARGE');
  expect(read(`00:IFCSUM${':'.repeat(500)}'99:2'`).issues[0]?.code).toBe('TOO_LARGE');
  expect(read(`00:IFCSUM:${'A'.repeat(20_000)}'99:2'`).issues[0]?.code).toBe('TOO_LARGE');
});
