import type { AlertRule } from '#model';
import type { KeyRecord } from '#trust';
import type { LinkStanding } from '../ports/message-view.port.ts';
import { measure } from './measures.ts';

const now = new Date('2026-03-01T08:00:00.000Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1000);
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000).toISOString();
const common = { severity: 'warning', holdSeconds: 0, clearSeconds: 0, limit: 1 } as const;
const none = { count: 0, more: false };
const standing = (link: string, parts: Partial<LinkStanding> = {}): LinkStanding => ({
  link,
  partner: link.toUpperCase(),
  waiting: none,
  unknown: none,
  blockedKeys: none,
  ...parts,
});
const key = (party: string, kid: string, parts: Partial<KeyRecord> = {}) =>
  ({ party, kid, status: 'active', from: '2025-01-01T00:00:00.000Z', ...parts }) as KeyRecord;

const world = (links: readonly LinkStanding[] = [], records: readonly KeyRecord[] = []) => ({
  links: [
    { id: 'keg', partner: 'KEG' },
    { id: 'nsw', partner: 'NSW' },
  ],
  view: { standing: async () => links },
  readings: {
    failures: async () => [
      { link: 'keg', seen: 40, failed: 10 },
      { link: 'nsw', seen: 3, failed: 3 },
    ],
    atRisk: async (ids: readonly string[]) => ids.map((link) => ({ link, count: 2 })),
  },
  directory: { records: () => records },
  drift: async () => [
    { link: 'keg', findings: ['other key', 'other software'] },
    { link: 'nsw', findings: [] },
  ],
});
const found = async (rule: AlertRule, of = world()) =>
  (await measure([rule], now, of)).map(({ subject, link, value }) => [subject, link, value]);

describe('what alert rules measure', () => {
  it('of links that wait, are in doubt or lie idle, each by its rule', async () => {
    const links = [standing('keg', { oldestWaiting: ago(90), unknown: { count: 4, more: false }, lastIn: ago(7_200) }), standing('nsw')];
    expect(await found({ ...common, name: 'a', measure: 'oldest-waiting' }, world(links))).toEqual([['keg', 'keg', 90]]);
    expect(await found({ ...common, name: 'b', measure: 'unknown-receipts' }, world(links))).toEqual([
      ['keg', 'keg', 4],
      ['nsw', 'nsw', 0],
    ]);
    expect(await found({ ...common, name: 'e', measure: 'conformance-drift' })).toEqual([
      ['keg', 'keg', 2],
      ['nsw', 'nsw', 0],
    ]);
    // Nothing ever went over the other one: it is not in use yet.
    expect(await found({ ...common, name: 'c', measure: 'link-unused' }, world(links))).toEqual([['keg', 'keg', 2]]);
    expect(await found({ ...common, name: 'a', measure: 'oldest-waiting', links: ['nsw'] }, world(links))).toEqual([]);
  });

  it('the share of failures, of enough messages only, and what is close to its deadline', async () => {
    expect(await found({ ...common, name: 'd', measure: 'failure-share', windowMinutes: 30, atLeast: 10 })).toEqual([['keg', 'keg', 25]]);
    expect(await found({ ...common, name: 'e', measure: 'deadline-risk', withinMinutes: 30, links: ['nsw'] })).toEqual([['nsw', 'nsw', 2]]);
  });

  it('the days left of keys in use that no other key outlives; our own belong to no link', async () => {
    const records = [
      key('KEG', 'abcdefghijklmnop', { until: inDays(5) }),
      key('NSW', 'old', { until: inDays(2) }),
      key('NSW', 'new'),
      key('NSW', 'gone', { until: inDays(-3), status: 'retired' }),
      key('LBG', 'ours', { until: inDays(20) }),
    ];
    const rule: AlertRule = { ...common, name: 'f', measure: 'expiry', limit: 30 };
    expect(await found(rule, world([], records))).toEqual([
      ['key:KEG:abcdefghijkl', 'keg', 5],
      ['key:LBG:ours', undefined, 20],
    ]);
    expect(await found({ ...rule, links: ['nsw'] }, world([], records))).toEqual([]);
  });

  it('nothing at all when one of them cannot be measured', async () => {
    const broken = { ...world(), view: { standing: () => Promise.reject(new Error('gone')) } };
    const rules: AlertRule[] = [
      { ...common, name: 'd', measure: 'failure-share', windowMinutes: 30, atLeast: 10 },
      { ...common, name: 'a', measure: 'oldest-waiting' },
    ];
    await expect(measure(rules, now, broken)).rejects.toThrow('gone');
  });
});
