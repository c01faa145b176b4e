import { PHRASE_FUNCTIONS } from './functions.ts';

const said: string[] = [];
const reporter = { report: (code: string): void => void said.push(code) };
const run = (name: string) => {
  const found = PHRASE_FUNCTIONS[name]?.run;
  if (!found) throw new Error('There is no such function.');
  return found;
};
beforeEach(() => (said.length = 0));

it.each([
  ['trainIndex', ['7084', '087', '1306'], '7084-087-1306'],
  ['monthDayTime', ['14', '11', '15', '40'], '--11-14T15:40'],
])('%s joins and parts its fields', (name, fields, value) => {
  expect(run(name).decode(fields, reporter)).toBe(value);
  expect(run(name).encode(value, fields.length, reporter)).toEqual(fields);
  expect(said).toEqual([]);
});
it.each([
  ['trainIndex', ['7084', '7', '1306']],
  ['monthDayTime', ['31', '13', '15', '40']],
  ['monthDayTime', ['00', '12', '15', '40']],
  ['monthDayTime', ['14', '11', '24', '00']],
])('%s refuses %p', (name, fields) => {
  expect(run(name).decode(fields, reporter)).toBeUndefined();
  expect(run(name).encode('nothing', 3, reporter)).toBeUndefined();
  expect(said).toEqual(['VALUE_INVALID', 'VALUE_INVALID']);
});
