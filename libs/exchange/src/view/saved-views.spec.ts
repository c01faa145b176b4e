import type { Right } from '#model';
import type { Actor } from '../access/actor.ts';
import { Scope, type Partners } from '../access/scope.ts';
import type { AuditRecord } from '../ports/audit-log.port.ts';
import { InMemoryViews } from '../testing/in-memory-views.ts';
import { MOST_VIEWS, SavedViews } from './saved-views.ts';

const now = new Date('2026-03-14T09:15:00.000Z');
const person = (name: string, partners: Partners = 'all', ...rights: Right[]): Actor => ({
  account: { id: `id-of-${name}`, name, kind: 'person' },
  roles: [],
  rights: new Set(rights),
  scope: Scope.of(partners, { linkTo: (partner) => ({ id: partner.toLowerCase() }) }),
});
const [aigerim, li, keg, nsw] = [person('Айгерім'), person('李伟'), person('Khorgos', ['KEG']), person('window', ['NSW'])];

function desk() {
  const records: AuditRecord[] = [];
  let ids = 0;
  const append = (record: AuditRecord) => Promise.resolve(void records.push(record));
  return {
    records,
    views: new SavedViews({ store: new InMemoryViews(), audit: { append }, clock: { now: () => now }, newId: () => `v${++ids}` }),
  };
}
const wish = (name: string, shared = false, query = 'state:refused since:2h') => ({ name, query, columns: ['state', 'type'], shared });
const names = async (views: SavedViews, by: Actor) => (await views.list(by)).map(({ name }) => name);

it('keeps a view for its owner alone until it is shared, and says on record when it is', async () => {
  const { views, records } = desk();
  await views.save(aigerim, wish('被拒绝'));
  expect([await names(views, aigerim), await names(views, li)]).toEqual([['被拒绝'], []]);
  expect(records).toEqual([]);
  await views.save(aigerim, { ...wish('被拒绝', true), reason: 'смене' });
  expect([await names(views, aigerim), await names(views, li)]).toEqual([['被拒绝'], ['被拒绝']]);
  expect(records).toMatchObject([{ action: 'view.share', actor: 'person:id-of-Айгерім:Айгерім', subject: 'view:被拒绝', reason: 'смене' }]);
});

it('shows a team view to nobody who sees fewer partners than its owner', async () => {
  const { views } = desk();
  await views.save(li, wish('everything', true));
  await views.save(keg, wish('at Khorgos', true, 'partner:KEG'));
  expect(await names(views, keg)).toEqual(['at Khorgos']);
  expect(await names(views, nsw)).toEqual([]);
  expect(await names(views, li)).toEqual(['everything', 'at Khorgos']);
});

it('replaces the view of the same name, and keeps at most so many', async () => {
  const { views } = desk();
  await views.save(li, wish('a'));
  await views.save(li, wish('a', false, 'state:parked'));
  expect(await views.list(li)).toMatchObject([{ name: 'a', query: 'state:parked' }]);
  for (let i = 1; i < MOST_VIEWS; i++) await views.save(li, wish(`n${i}`));
  await expect(views.save(li, wish('one more'))).rejects.toMatchObject({ code: 'USAGE' });
  await views.save(li, wish('a'));
});

it('refuses a query that cannot be read', async () => {
  const { views } = desk();
  await expect(views.save(li, wish('bad', true, 'state:nowhere'))).rejects.toMatchObject({ code: 'USAGE' });
  expect(await views.list(li)).toEqual([]);
});

it('lets only its owner take it away, or who keeps the settings where it is shared; what is hidden is not found', async () => {
  const { views, records } = desk();
  const { id: own } = await views.save(aigerim, wish('mine'));
  const { id: team } = await views.save(aigerim, wish('ours', true));
  await expect(views.remove(li, own)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(views.remove(keg, team)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(views.remove(li, team)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  await views.remove(person('админ', 'all', 'settings.manage'), team);
  await views.remove(aigerim, own);
  expect(await names(views, aigerim)).toEqual([]);
  expect(records.map(({ action }) => action)).toEqual(['view.share', 'view.remove']);
});
