import { TIME_HEADS, timeCells } from './times.ts';

it('shows one point in time on both clocks of the corridor', () => {
  expect(TIME_HEADS).toEqual(['Beijing (UTC+8)', 'Astana (UTC+5)']);
  expect(timeCells('2026-11-23T18:30:00.000Z')).toEqual(['2026-11-24 02:30:00', '2026-11-23 23:30:00']);
});

it('shows nothing for what is no time', () => {
  expect(timeCells('yesterday')).toEqual(['', '']);
});
