import type { AlertRule } from '#model';
import type { Alert, AlertChanges, NewAlert } from '../ports/alert-store.port.ts';
import { evaluate, type Reading } from './evaluate.ts';
import { gatherNotice, silencedBy } from './gather-notice.ts';

const rule: AlertRule = { name: 'waiting', measure: 'oldest-waiting', limit: 600, severity: 'warning', holdSeconds: 60, clearSeconds: 120 };
const at = (seconds: number) => new Date(Date.UTC(2026, 2, 1) + seconds * 1000);
const reading = (value: number, parts: Partial<Reading> = {}): Reading => ({ rule, subject: 'keg', link: 'keg', value, ...parts });

/** What the store does with the changes of a turn. */
class Kept {
  alerts: Alert[] = [];
  turn(readings: readonly Reading[], seconds: number, rules: readonly AlertRule[] = [rule]): AlertChanges {
    const open = this.alerts.filter(({ state }) => state !== 'resolved');
    const changes = evaluate(open, readings, rules, at(seconds));
    this.alerts = this.alerts
      .filter(({ id }) => !changes.dropped.includes(id))
      .map((alert) => changes.changed.find(({ id }) => id === alert.id) ?? alert)
      .concat(changes.added.map((added: NewAlert, index) => ({ ...added, id: String(this.alerts.length + index + 1) })));
    return changes;
  }
  get states(): string[] {
    return this.alerts.map(({ state }) => state);
  }
}

describe('an alert', () => {
  it('fires when its limit was crossed long enough, and once', () => {
    const kept = new Kept();
    kept.turn([reading(601)], 0);
    kept.turn([reading(630)], 59);
    expect(kept.states).toEqual(['pending']);
    kept.turn([reading(660)], 60);
    for (let seconds = 90; seconds < 900; seconds += 30) kept.turn([reading(660 + seconds)], seconds);
    expect(kept.alerts).toMatchObject([{ state: 'firing', since: at(0), firedAt: at(60), value: 1530 }]);
  });

  it('that never fired leaves nothing', () => {
    const kept = new Kept();
    kept.turn([reading(601)], 0);
    kept.turn([reading(600)], 30);
    expect(kept.alerts).toEqual([]);
  });

  it('resolves by itself when the limit has held long enough, not at the first good moment', () => {
    const kept = new Kept();
    kept.turn([reading(700)], 0);
    kept.turn([reading(700)], 60);
    kept.turn([reading(10)], 90);
    kept.turn([reading(10)], 209);
    expect(kept.alerts).toMatchObject([{ state: 'firing', clearSince: at(90) }]);
    kept.turn([reading(10)], 210);
    expect(kept.alerts).toMatchObject([{ state: 'resolved', resolvedAt: at(210), value: 700 }]);
    kept.turn([reading(700)], 240);
    expect(kept.states).toEqual(['resolved', 'pending']);
  });

  it('whose value swings around the limit is one alert', () => {
    const kept = new Kept();
    for (let seconds = 0; seconds < 1_200; seconds += 30) kept.turn([reading(seconds % 60 === 0 || seconds < 90 ? 700 : 500)], seconds);
    expect(kept.states).toEqual(['firing']);
    expect(kept.alerts[0]!.clearSince ?? at(0) >= at(1_140)).toBeTruthy();
  });

  it('resolves when its link, its key or its rule is gone', () => {
    const kept = new Kept();
    const other = { ...rule, name: 'gone' };
    kept.turn([reading(700), reading(700, { rule: other })], 0, [rule, other]);
    kept.turn([reading(700), reading(700, { rule: other })], 60, [rule, other]);
    kept.turn([], 100, [rule]);
    kept.turn([], 220, [rule]);
    expect(kept.states).toEqual(['resolved', 'resolved']);
  });

  it('fires at once where nothing has to hold', () => {
    const kept = new Kept();
    kept.turn([reading(700, { rule: { ...rule, holdSeconds: 0 } })], 0);
    expect(kept.states).toEqual(['firing']);
  });

  it('takes over what the rule says now', () => {
    const kept = new Kept();
    kept.turn([reading(700)], 0);
    kept.turn([reading(700, { rule: { ...rule, limit: 650, severity: 'critical' } })], 60);
    expect(kept.alerts).toMatchObject([{ limit: 650, severity: 'critical', state: 'firing' }]);
  });
});

describe('a notice', () => {
  const alert = (id: number, parts: Partial<Alert> = {}): Alert => ({
    id: String(id),
    rule: 'waiting',
    measure: 'oldest-waiting',
    severity: 'warning',
    subject: `链路${id}`,
    value: 700,
    limit: 600,
    state: 'firing',
    since: at(0),
    ...parts,
  });

  it('holds everything that changed, the most urgent first, and counts what is beyond its lines', () => {
    const alerts = [
      alert(1, { state: 'resolved' }),
      alert(2),
      ...Array.from({ length: 300 }, (_, n) => alert(n + 3, { severity: 'critical' })),
    ];
    const content = gatherNotice(alerts, 20);
    expect(content?.lines.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, n) => String(n + 3)));
    expect(content?.more).toBe(282);
    expect(gatherNotice([], 20)).toBeUndefined();
  });

  it('is kept back by a silence of the rule, of the link, of both or of everything', () => {
    const silence = { id: '1', until: at(9), reason: 'works', by: 'x', at: at(0) };
    const one = alert(1, { link: 'keg' });
    expect(
      [{}, { rule: 'waiting' }, { link: 'keg' }, { rule: 'waiting', link: 'keg' }, { rule: 'other' }, { rule: 'waiting', link: 'nsw' }].map(
        (of) => silencedBy({ ...silence, ...of }, one),
      ),
    ).toEqual([true, true, true, true, false, false]);
    expect(silencedBy({ ...silence, link: 'keg' }, alert(2))).toBe(false);
  });
});
