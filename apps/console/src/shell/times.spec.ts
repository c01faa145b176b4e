import { clock, kazakh, relative, stamp } from './times.ts';

describe('times of the console', () => {
  const at = new Date('2026-11-23T16:30:05Z');
  it('shows one moment in the zones of the corridor', () => {
    expect([stamp(at), stamp(at, 'astana'), stamp(at, 'utc')]).toEqual([
      '2026-11-24 00:30:05',
      '2026-11-23 21:30:05',
      '2026-11-23 16:30:05',
    ]);
    expect(clock(at, 'beijing')).toBe('00:30:05');
  });

  it('knows that Kazakhstan had two offsets before March 2024', () => {
    expect(stamp('2024-02-01T00:00:00Z', 'astana')).toBe('2024-02-01 06:00:00');
    expect(stamp('2024-04-01T00:00:00Z', 'astana')).toBe('2024-04-01 05:00:00');
  });

  it('says how long ago, in the language of the reader', () => {
    const now = new Date(at.getTime() + 3 * 60_000);
    expect(['en', 'zh-CN', 'ru', 'kk'].map((language) => relative(at, now, language))).toEqual([
      '3 minutes ago',
      '3分钟前',
      '3 минуты назад',
      '3 минут бұрын',
    ]);
  });
});

it('has the Kazakh words that browsers leave out, as ICU has them', () => {
  const whole = new Intl.RelativeTimeFormat('kk');
  for (const unit of ['day', 'hour', 'minute', 'second'] as const)
    for (const count of [-51, -1, 5]) expect(kazakh(count, unit)).toBe(whole.format(count, unit));
});
