import type { AlertRule } from '#model';
import { certificateSummary, type KeyDirectory, type KeyRecord } from '#trust';
import { Scope } from '../access/scope.ts';
import type { AlertReadings } from '../ports/alert-store.port.ts';
import type { LinkStanding, MessageView } from '../ports/message-view.port.ts';
import type { Reading } from './evaluate.ts';

export interface MeasuresOptions {
  readonly links: readonly { readonly id: string; readonly partner: string }[];
  readonly view: Pick<MessageView, 'standing'>;
  readonly readings: AlertReadings;
  readonly directory: Pick<KeyDirectory, 'records'>;
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
    case 'expiry':
      return expiries(rule, now, options);
  }
}

/** Keys that somebody signs with and that no other key of the same party outlives. */
function expiries(rule: AlertRule, now: Date, { directory, links }: MeasuresOptions): Reading[] {
  const active = directory.records().filter(({ status }) => status === 'active');
  return active.flatMap((record): Reading[] => {
    const link = links.find(({ partner }) => partner === record.party)?.id;
    const outlived = active.some((other) => other.party === record.party && endOf(other) > endOf(record));
    if (outlived || (rule.links !== undefined && !rule.links.includes(link ?? ''))) return [];
    return [['key', keyEnd(record)] as const, ['certificate', certificateEnd(record)] as const].flatMap(([what, end]) =>
      end === Infinity
        ? []
        : [{ rule, subject: `${what}:${nameOf(record)}`, ...(link !== undefined && { link }), value: (end - now.getTime()) / (24 * HOUR) }],
    );
  });
}

const keyEnd = ({ until }: KeyRecord): number => (until === undefined ? Infinity : Date.parse(until));
const certificateEnd = ({ x5c }: KeyRecord): number => {
  const validTo = x5c && certificateSummary(x5c)?.validTo;
  return validTo === undefined ? Infinity : Date.parse(validTo);
};
const endOf = (record: KeyRecord): number => Math.min(keyEnd(record), certificateEnd(record));
const nameOf = ({ party, kid }: KeyRecord): string => `${party}:${kid.slice(0, 12)}`;
