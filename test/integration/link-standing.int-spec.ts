import { PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { Scope } from '#exchange';
import type { Link } from '#model';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { AT, batch, inboxRow, outboxRow } from '../support/store-rows.ts';

const none = { count: 0, more: false };
const nothing = { waiting: none, unknown: none, blockedKeys: none, oldestWaiting: undefined, lastIn: undefined, lastOut: undefined };

describe('the links for people', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let view: PostgresMessageView;
  beforeAll(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    view = new PostgresMessageView(database.dataSource, {
      partnerOf: (link) => link.toUpperCase(),
      linksOf: (partner) => [partner.toLowerCase()],
    });
  });
  afterAll(async () => {
    await view.close();
    await store.close();
    await database.drop();
  });

  const minutes = (count: number) => new Date(AT.getTime() + count * 60_000);

  it('says how each link stands: what waits and since when, what is unknown, and what waits behind it', async () => {
    const lost = outboxRow({ link: 'keg', orderKey: 'note:1', createdAt: minutes(1) });
    const behind = outboxRow({ link: 'keg', orderKey: 'note:1', createdAt: minutes(2) });
    const free = outboxRow({ link: 'keg', orderKey: 'note:2', createdAt: minutes(3), priority: 'A' });
    const elsewhere = outboxRow({ link: 'nsw' });
    const received = inboxRow({ link: 'keg', receivedAt: minutes(4) });
    const { outboxIds } = await store.commit(batch({ inbox: [received], outbox: [lost, behind, free, elsewhere] }));
    await database.dataSource.query(`UPDATE delivery SET state = 'unknown' WHERE id = $1`, [outboxIds.get(lost.messageId)]);
    const [keg, quiet] = await view.standing(Scope.everything, ['keg', 'quiet']);
    expect(keg).toEqual({
      link: 'keg',
      partner: 'KEG',
      waiting: { count: 2, more: false },
      oldestWaiting: minutes(2),
      unknown: { count: 1, more: false },
      blockedKeys: { count: 1, more: false },
      lastIn: minutes(4),
      lastOut: minutes(3),
    });
    expect(quiet).toEqual({ ...keg, link: 'quiet', partner: 'QUIET', ...nothing });
    const kegOnly = Scope.of(['KEG'], { linkTo: (party) => ({ id: party.toLowerCase() }) as Link });
    expect((await view.standing(kegOnly, ['keg', 'nsw'])).map(({ link }) => link)).toEqual(['keg']);
  });
});
