import { phrase } from './syntax.ts';

const read = (text: string) => phrase.read(Buffer.from(text), {});
const TEXT =
  '(: 02 9883 1602 9046 61 9132 1 14 11 15 40 065 6279 0 0000 0 0\r\n01 62439641 1 068 987002 16113 8196 2 0 0 0 0 00/00 00000 024 0 0 :)\r\n';

it('reads the service phrase and one record a line, with what belongs together as one field', () => {
  const [root] = read(TEXT).documents;
  expect(root?.name).toBe('M02');
  expect(root?.children.map(({ name, position }) => [name, position])).toEqual([
    ['HEAD', 1],
    ['WAGON', 2],
  ]);
  expect(root?.children[0]?.data?.slice(3, 6)).toEqual([['9046', '61', '9132'], ['1'], ['14', '11', '15', '40']]);
  expect(root?.children[1]?.data?.[12]).toEqual(['00', '00']);
});
it('writes what it reads', () => {
  const [root] = read(TEXT).documents;
  if (!root) throw new Error('The phrase of the test is broken.');
  expect(phrase.write(root, { parameters: {} }).bytes.toString()).toBe(TEXT);
});
it.each(['', '02 9883', '(: 02 9883', '(: 02 :) rest', '(: :)', '(: 02 :) (: 03 :)'])('refuses %p', (text) => {
  const { documents, issues } = read(text);
  expect([documents, issues.length]).toEqual([[], 1]);
});
it('recognises a phrase by its bracket, behind blanks and a byte order mark', () => {
  const texts = ['(: 02', '\r\n (:', '\ufeff(:', '(x', '<a/>', "UNB+'"];
  expect(texts.filter((text) => phrase.recognises(Buffer.from(text)))).toEqual(['(: 02', '\r\n (:', '\ufeff(:']);
});
it.each(['', 'two words', 'a:)'])('does not write the field %p, which would move the fields behind it', (field) => {
  const document = { name: 'M02', children: [{ name: 'HEAD', data: [['02'], [field]], children: [] }] };
  expect(phrase.write(document, { parameters: {} })).toMatchObject({ bytes: Buffer.alloc(0), issues: [{ code: 'VALUE_UNTRANSLATABLE' }] });
});
it('keeps to its limit', () => expect(phrase.read(Buffer.from(TEXT), { maxBytes: 10 }).issues[0]?.code).toBe('TOO_LARGE'));
