import { PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { parseQuery, Scope } from '#exchange';
import { AT, batch, inboxRow, LATER } from '../support/store-rows.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const ids = (rows: readonly { messageId: string }[]) => rows.map(({ messageId }) => messageId);
const chipsOf = (q: string) => {
  const parsed = parseQuery(q);
  return parsed.ok ? parsed.chips : [];
};

describe('what changes', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let view: PostgresMessageView;

  beforeEach(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    view = new PostgresMessageView(database.dataSource, { partnerOf: (link) => link, linksOf: (partner) => [partner] });
  });
  afterEach(async () => {
    await view.close();
    await store.close();
    await database.drop();
  });

  const follow = async (from: string | undefined, q = '') => view.changes(Scope.everything, from, { chips: chipsOf(q), now: LATER }, 100);
  const happened = (subject: string, to: string) => ({ subject, kind: 'state', from: 'received', to, actor: 'exchange', at: AT });

  it('is told once and in order, from a place on, also when an earlier number commits later', async () => {
    let { resume } = await follow(undefined);
    const rows = [inboxRow(), inboxRow({ state: 'parked' }), inboxRow()];
    const commit = (row: (typeof rows)[number]) =>
      store.commit(batch({ inbox: [row], events: [happened(`in:NSW/${row.messageId}`, row.state)] }));
    const told: string[] = [];
    const poll = async () => {
      const found = await follow(resume);
      told.push(...ids(found.changes.map(({ message }) => message)));
      resume = found.resume;
    };
    await commit(rows[0]!);
    // Takes a number, and commits after the next one.
    const slow = database.dataSource.createQueryRunner();
    await slow.startTransaction();
    await store.commit(batch({ inbox: [rows[1]!] }));
    await slow.query(
      `INSERT INTO event (subject, kind, to_state, actor, at) VALUES ('in:NSW/${rows[1]!.messageId}', 'state', 'parked', 'x', now())`,
    );
    await commit(rows[2]!);
    for (let i = 0; i < 3; i += 1) await poll();
    expect(told).not.toContain(rows[2]!.messageId);
    await slow.commitTransaction();
    await slow.release();
    for (let i = 0; i < 3; i += 1) {
      await database.othersEnded();
      await poll();
    }
    expect(told).toEqual(ids(rows));
    expect((await follow(resume)).changes).toEqual([]);
  });

  it('passes over what the query does not describe and refuses a place that is none', async () => {
    const { resume } = await follow(undefined);
    const row = inboxRow({ state: 'parked' });
    await store.commit(
      batch({ inbox: [row], events: [happened(`in:NSW/${row.messageId}`, 'parked'), happened('quarantine:00', 'quarantined')] }),
    );
    const settle = async (q: string) => {
      await database.othersEnded();
      const next = (await follow(resume, q)).resume;
      await database.othersEnded();
      return (await follow(next, q)).changes.map(({ message, event }) => [message.messageId, event.to]);
    };
    expect(await settle('state:parked')).toEqual([[row.messageId, 'parked']]);
    expect(await settle('state:refused')).toEqual([]);
    await expect(follow('1.2')).rejects.toMatchObject({ code: 'USAGE' });
  });
});
