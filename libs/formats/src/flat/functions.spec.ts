import { FLAT_FUNCTIONS } from './functions.ts';

const said: string[] = [];
const reporter = { report: (code: string): void => void said.push(code) };
const found = (name: string) => {
  const conversion = FLAT_FUNCTIONS[name];
  if (!conversion) throw new Error('There is no such function.');
  return conversion;
};
beforeEach(() => (said.length = 0));

it.each([
  ['2603140915', '2026-03-14T09:15+08:00', '2603140915'],
  ['202603140915', '2026-03-14T09:15+08:00', '2603140915'],
  ['20260314091530', '2026-03-14T09:15:30+08:00', '20260314091530'],
])('platformTime reads %s', (text, time, written) => {
  const { decode, encode } = found('platformTime');
  expect([decode(text, reporter), encode(time, reporter), said]).toEqual([time, written, []]);
});
it.each(['260314', '2613140915', '260314091', 'XX03140915', '20260314091530123'])('platformTime refuses %s', (text) => {
  expect([found('platformTime').decode(text, reporter), said]).toEqual([undefined, ['VALUE_INVALID']]);
});
it.each(['2026-03-14', '1999-12-31T10:00+08:00'])('platformTime does not write %s', (time) => {
  expect([found('platformTime').encode(time, reporter), said]).toEqual([undefined, ['VALUE_UNTRANSLATABLE']]);
});
it('textLines keeps the lines, wraps long ones and says when they are too many', () => {
  const { run } = found('textLines');
  expect(run?.decode(['ONE', '', 'THREE', ''], reporter)).toBe('ONE\n\nTHREE');
  expect(run?.encode('ONE\n\nTHREE', 4, reporter)).toEqual(['ONE', '', 'THREE']);
  expect(run?.encode(`${'A'.repeat(69)}𠀀B`, 2, reporter)).toEqual(['A'.repeat(69), '𠀀B']);
  expect([run?.encode('1\n2\n3', 2, reporter), said]).toEqual([undefined, ['VALUE_TOO_LONG']]);
});
it('portTime is a date and a time with a blank', () => {
  const { decode, encode } = found('portTime');
  expect(decode('2026-03-14 09:15:30', reporter)).toBe('2026-03-14T09:15:30+08:00');
  expect([encode('2026-03-14T01:15:30Z', reporter), encode('2026-03-14T09:15+08:00', reporter)]).toEqual([
    '2026-03-14 09:15:30',
    '2026-03-14 09:15:00',
  ]);
  expect(said).toEqual([]);
  expect([decode('2026-03-14T09:15:30', reporter), decode('2026-02-30 09:15:30', reporter), encode('2026-03-14', reporter)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(said).toEqual(['VALUE_INVALID', 'VALUE_INVALID', 'VALUE_UNTRANSLATABLE']);
});
