import { ALERT_LANGUAGES, AlertRules, alertText, crosses, ALERT_MEASURES, type AlertMeasure } from './index.ts';

const rule = (parts: object) => ({ name: 'waiting', measure: 'oldest-waiting', limit: 600, severity: 'warning', ...parts });

describe('alert rules', () => {
  it('say every fault at once: an unknown measure, a name that is there twice, a limit that is none', () => {
    const faults = AlertRules.safeParse({ rules: [rule({ measure: 'mood' }), rule({ limit: -1 }), rule({ windowMinutes: 3 })] }).error
      ?.issues;
    expect(faults?.map(({ path }) => path.join('/')).sort()).toEqual(['rules/0/measure', 'rules/1/limit', 'rules/2']);
    expect(AlertRules.safeParse({ rules: [rule({}), rule({})] }).error?.issues[0]?.path).toEqual(['rules', 1, 'name']);
  });

  it('are crossed above their limit, and what runs out below it', () => {
    expect([crosses({ measure: 'oldest-waiting', limit: 5 }, 5), crosses({ measure: 'oldest-waiting', limit: 5 }, 6)]).toEqual([
      false,
      true,
    ]);
    expect([crosses({ measure: 'expiry', limit: 30 }, 30), crosses({ measure: 'expiry', limit: 30 }, 29.9)]).toEqual([false, true]);
  });
});

describe('the text of an alert', () => {
  const measures = Object.keys(ALERT_MEASURES) as AlertMeasure[];

  it.each(ALERT_LANGUAGES)('says in %s what, how much and since which limit, with nothing left open', (language) => {
    for (const measure of measures) {
      const text = alertText({ measure, subject: 'keg', state: 'firing', value: 12345.678, limit: 7 }, language);
      expect(text).toContain('keg');
      expect(text).toMatch(/7/);
      expect(text).not.toMatch(/[{}]|undefined/);
      expect(alertText({ measure, subject: 'keg', state: 'resolved', value: 1, limit: 7 }, language)).not.toBe(
        alertText({ measure, subject: 'keg', state: 'firing', value: 1, limit: 7 }, language),
      );
    }
  });

  it('is another one in each language', () => {
    const all = ALERT_LANGUAGES.map((language) =>
      alertText({ measure: 'expiry', subject: 'key:KEG:x', state: 'firing', value: 3, limit: 7 }, language),
    );
    expect(new Set(all).size).toBe(ALERT_LANGUAGES.length);
  });

  it('takes no instruction from a subject', () => {
    expect(alertText({ measure: 'expiry', subject: '{limit}$&', state: 'firing', value: 3, limit: 7 }, 'en')).toContain('{limit}$&');
  });
});
