import fc from 'fast-check';
import iconv from 'iconv-lite';
import { RunFilter } from './run-filter.ts';

const number = fc.stringMatching(/^[0-9A-Za-z]{1,12}(?:[-/ .][0-9A-Za-z]{1,6}){0,2}$/);
const LETTERS = '连云港 Қорғас «Достық» груз';

describe('what a large document could be about', () => {
  test('every key whose parts stand in it, in whatever charset holds ASCII as ASCII', async () => {
    const charset = fc.constantFrom('utf-8', 'gb18030', 'windows-1251', 'iso-8859-5');
    await fc.assert(
      fc.asyncProperty(fc.array(number, { minLength: 1, maxLength: 30 }), charset, async (numbers, name) => {
        const text = numbers.map((each) => `<ID>${each}</ID><Remark>${LETTERS}</Remark>`).join('');
        const filter = await RunFilter.of(iconv.encode(text, name));
        for (const each of numbers) expect([each, filter.mayHold(`bill:${each}`)]).toEqual([each, true]);
      }),
    );
  });

  test('hardly ever one that does not', async () => {
    const bytes = Buffer.from(Array.from({ length: 5_000 }, (_, i) => `<ID>BILL${i}</ID>`).join('\n'));
    const filter = await RunFilter.of(bytes);
    const mistaken = Array.from({ length: 1_000 }, (_, i) => `bill:OTHER${i}`).filter((key) => filter.mayHold(key));
    expect(mistaken.length).toBeLessThan(50);
    expect(filter.mayHold('bill:BILL4999')).toBe(true);
  });

  test('a key of two fields where each stands somewhere', async () => {
    const filter = await RunFilter.of(Buffer.from("TDT+20+024E+1++:::9876543'LOC+11+CNLYG'"));
    expect(filter.mayHold('journey:9876543/024E')).toBe(true);
    expect(filter.mayHold('journey:9876543/025W')).toBe(false);
  });

  test('a key without a letter or digit that could be compared', async () => {
    const filter = await RunFilter.of(Buffer.from('<ID>A</ID>'));
    expect(filter.mayHold('note:货物')).toBe(true);
  });

  test.each([
    ['base64', Buffer.from(`<DxpMsg><Data>${Buffer.from('<ID>A</ID>'.repeat(400)).toString('base64')}</Data></DxpMsg>`)],
    ['base64 in lines', Buffer.from(`<DxpMsg><Data>\n${'QUJDREVG'.repeat(8)}\n`.padEnd(60) + `${'QUJDREVG'.repeat(8)}\r\n`.repeat(60))],
    ['UTF-16', Buffer.from('\ufeff<ID>A</ID>', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('<ID>A</ID>', 'utf16le')],
    ['a character reference', Buffer.from('<ID>&#66;ILL1</ID>')],
    ['a JSON escape', Buffer.from('{"id":"\\u0042ILL1"}')],
  ])('any key at all where %s may hide it', async (_, bytes) => {
    expect((await RunFilter.of(bytes)).mayHold('bill:BILL1')).toBe(true);
  });

  test('a backslash in XML hides nothing, nor does an ampersand in a name', async () => {
    const filter = await RunFilter.of(Buffer.from('<Name>A&amp;B \\ C</Name>'));
    expect(filter.mayHold('bill:BILL1')).toBe(false);
    expect(filter.mayHold('bill:A&B')).toBe(true);
  });
});

test('a key that stands across the border of two slices', async () => {
  const numbers = Array.from({ length: 150_000 }, (_, i) => `BILL${i}`);
  const filter = await RunFilter.of(Buffer.from(`<ID>${numbers.join('</ID><ID>')}</ID>LAST1`));
  expect([...numbers, 'LAST1'].filter((number) => !filter.mayHold(`bill:${number}`))).toEqual([]);
  expect(filter.mayHold('bill:BILL9999999')).toBe(false);
});
