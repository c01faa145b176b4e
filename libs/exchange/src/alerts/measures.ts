import type { AlertRule } from '#model';
import type { KeyDirectory } from '#trust';
import { Scope } from '../access/scope.ts';
import type { AlertReadings } from '../ports/alert-store.port.ts';
import { expiriesOf } from '../keys/expiry.ts';
import type { LinkStanding, MessageView } from '../ports/message-view.port.ts';
import type { Reading } from './evaluate.ts';

export interface MeasuresOptions {
  readonly links: readonly { readonly id: string; readonly partner: string }[];
  readonly view: Pick<MessageView, 'standing'>;
  readonly readings: AlertReadings;
  readonly directory: Pick<KeyDirectory, 'records'>;
  /** How certified endpoints stood when they were last asked. */
  readonly drift: () => Promise<readonly { readonly link: string; readonly findings: readonly string[] }[]>;
}

const HOUR = 3_600_000;

/** What every rule finds at this moment. Rejects as a whole: with half of the readings alerts would resolve that go on. */
export async function measure(rules: readonly AlertRule[], now: Date, options: MeasuresOptions): Promise<readonly Reading[]> {
  const ids = options.links.map(({ id }) => id);
  const standing = rules.some(({ measure: what }) => OF_STANDING.has(what)) ? await options.view.standing(Scope.everything, ids, now) : [];
  const found = await Promise.all(rules.map((rule) => readingsOf(rule, now, standing, options)));
  return found.flat();
}

const OF_STANDING: ReadonlySet<string> = new Set(['oldest-waiting', 'unknown-receipts', 'link-unused']);

async function readingsOf(rule: AlertRule, now: Date, standing: readonly LinkStanding[], options: MeasuresOptions): Promise<Reading[]> {
  const links = options.links.map(({ id }) => id).filter((id) => rule.links === undefined || rule.links.includes(id));
  const of = (link: string, value: number): Reading => ({ rule, subject: link, link, value });
  const ofStanding = (value: (one: LinkStanding) => number | undefined): Reading[] =>
    standing.flatMap((one) => {
      const found = links.includes(one.link) ? value(one) : undefined;
      return found === undefined ? [] : [of(one.link, found)];
    });
  switch (rule.measure) {
    case 'oldest-waiting':
      return ofStanding(({ oldestWaiting }) => oldestWaiting && Math.round((now.getTime() - oldestWaiting.getTime()) / 1000));
    case 'unknown-receipts':
      return ofStanding(({ unknown }) => unknown.count);
    case 'link-unused':
      return ofStanding(({ lastIn, lastOut }) => {
        const last = Math.max(lastIn?.getTime() ?? 0, lastOut?.getTime() ?? 0);
        // A link that never carried anything is not in use yet.
        return last === 0 ? undefined : (now.getTime() - last) / HOUR;
      });
    case 'failure-share': {
      const since = new Date(now.getTime() - rule.windowMinutes * 60_000);
      const counts = await options.readings.failures(links, since);
      return counts.flatMap(({ link, seen, failed }) => (seen < rule.atLeast ? [] : [of(link, (failed / seen) * 100)]));
    }
    case 'deadline-risk': {
      const counts = await options.readings.atRisk(links, new Date(now.getTime() + rule.withinMinutes * 60_000));
      return counts.map(({ link, count }) => of(link, count));
    }
    case 'conformance-drift':
      return (await options.drift()).flatMap(({ link, findings }) => (links.includes(link) ? [of(link, findings.length)] : []));
    case 'expiry':
      return expiries(rule, now, options);
  }
}

function expiries(rule: AlertRule, now: Date, { directory, links }: MeasuresOptions): Reading[] {
  return expiriesOf(directory, now).flatMap(({ party, kid, what, days }): Reading[] => {
    const link = links.find(({ partner }) => partner === party)?.id;
    if (rule.links !== undefined && !rule.links.includes(link ?? '')) return [];
    return [{ rule, subject: `${what}:${party}:${kid.slice(0, 12)}`, ...(link !== undefined && { link }), value: days }];
  });
}
