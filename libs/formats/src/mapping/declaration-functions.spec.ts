import type { ErrorCode } from '#model';
import { DECLARATION_FUNCTIONS } from './declaration-functions.ts';

const run = (name: string, way: 'decode' | 'encode', value: unknown) => {
  const found: ErrorCode[] = [];
  const result: unknown = DECLARATION_FUNCTIONS[name]?.[way](value as string, { report: (code) => void found.push(code) });
  return found.length > 0 ? found : result;
};

it.each([
  ['itemNumbers', '1,3', ['1', '3']],
  [
    'goodsAttributes',
    '11,19',
    [
      { value: '11', listId: 'CN-GoodsAttribute' },
      { value: '19', listId: 'CN-GoodsAttribute' },
    ],
  ],
  ['hundredths', '2026031409150057', '2026-03-14T09:15:00.57+08:00'],
  ['spacedTime', '20260314 09:15:00', '2026-03-14T09:15:00+08:00'],
  ['day', '20260314', '2026-03-14'],
])('%s reads %s and writes it again', (name, text, value) => {
  expect(run(name, 'decode', text)).toEqual(value);
  expect(run(name, 'encode', value)).toBe(text);
});

it.each([
  ['itemNumbers', '1, 3'],
  ['itemNumbers', '1,,3'],
  ['goodsAttributes', ','],
  ['hundredths', '20260314091500'],
  ['hundredths', '2026023009150000'],
  ['spacedTime', '2026-03-14 09:15:00'],
  ['spacedTime', '20260314 25:15:00'],
  ['day', '2026-0314'],
  ['day', '20260230'],
])('%s refuses %s', (name, text) => expect(run(name, 'decode', text)).toEqual(['VALUE_INVALID']));

it('writes moments of another zone in Beijing time, and no date as a time', () => {
  expect(run('hundredths', 'encode', '2026-03-14T06:15+05:00')).toBe('2026031409150000');
  expect(run('spacedTime', 'encode', '2026-03-14T01:15:00.999Z')).toBe('20260314 09:15:00');
  expect(run('spacedTime', 'encode', '2026-03-14')).toEqual(['VALUE_UNTRANSLATABLE']);
});
