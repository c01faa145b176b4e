import { crosses, type AlertRule } from '#model';
import type { Alert, AlertChanges, NewAlert } from '../ports/alert-store.port.ts';

/** What a rule found about one subject. */
export interface Reading {
  readonly rule: AlertRule;
  readonly subject: string;
  /** Absent: the gateway's own. */
  readonly link?: string;
  /** In the unit of the measure of the rule. */
  readonly value: number;
}

/**
 * What the readings of a moment make of the alerts that are open. A limit has to be crossed for `holdSeconds` to fire and to hold for
 * `clearSeconds` to resolve, so that what swings around a limit is one alert. What is no longer measured, since its link, key or rule is gone,
 * holds.
 */
export function evaluate(open: readonly Alert[], readings: readonly Reading[], rules: readonly AlertRule[], now: Date): AlertChanges {
  const crossed = new Map(
    readings.filter(({ rule, value }) => crosses(rule, value)).map((one) => [keyOf(one.rule.name, one.subject), one]),
  );
  const clearSecondsOf = new Map(rules.map(({ name, clearSeconds }) => [name, clearSeconds]));
  const changed: Alert[] = [];
  const dropped: string[] = [];
  for (const alert of open) {
    const reading = crossed.get(keyOf(alert.rule, alert.subject));
    crossed.delete(keyOf(alert.rule, alert.subject));
    if (reading) changed.push(stillCrossed(alert, reading, now));
    else if (alert.state === 'pending') dropped.push(alert.id);
    else changed.push(holding(alert, clearSecondsOf.get(alert.rule) ?? 0, now));
  }
  const added = [...crossed.values()].map((reading) => begun(reading, now));
  return { added, changed: changed.filter((one) => !open.includes(one)), dropped };
}

const keyOf = (rule: string, subject: string): string => `${rule} ${subject}`;
const seconds = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000;

function begun({ rule: { name, measure, severity, limit, holdSeconds }, subject, link, value }: Reading, now: Date): NewAlert {
  const about = { rule: name, measure, severity, subject, ...(link !== undefined && { link }), value, limit, since: now };
  return holdSeconds === 0 ? { ...about, state: 'firing', firedAt: now } : { ...about, state: 'pending' };
}

function stillCrossed({ clearSince: _, ...alert }: Alert, { rule, value }: Reading, now: Date): Alert {
  const { limit, severity, holdSeconds } = rule;
  const again = { ...alert, value, limit, severity };
  const fires = alert.state === 'pending' && seconds(alert.since, now) >= holdSeconds;
  return fires ? { ...again, state: 'firing', firedAt: now } : again;
}

function holding(alert: Alert, clearSeconds: number, now: Date): Alert {
  const clearSince = alert.clearSince ?? now;
  if (seconds(clearSince, now) >= clearSeconds) return { ...alert, clearSince, state: 'resolved', resolvedAt: now };
  return alert.clearSince ? alert : { ...alert, clearSince };
}
