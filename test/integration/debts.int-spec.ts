import { PostgresDebtView, PostgresExchangeStore } from '#adapters';
import { AgreementBook, Scope, type Debt } from '#exchange';
import { Agreements } from '#model';
import { AT, batch, inboxRow, LATER, outboxRow, receiptRow } from '../support/store-rows.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const parties = ['LBG', 'KEG', 'NSW'];
const book = new AgreementBook(
  Agreements.parse({
    gateway: 'LBG',
    parties: parties.map((key) => ({ key, country: 'CN', name: { en: key } })),
    links: [
      { id: 'khorgos', partner: 'KEG', transport: 'amqp', delivery: { receiptSeconds: 60, answerHours: 4 } },
      { id: 'nsw', partner: 'NSW', transport: 'mailbox' },
    ],
    routes: [],
  }),
  { mappings: new Set(), projections: new Set() },
);

describe('the debts board', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let view: PostgresDebtView;

  beforeAll(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    view = new PostgresDebtView(database.dataSource, book);
    await store.holdLink('khorgos', () => undefined);
    await store.holdLink('nsw', () => undefined);
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  const [silent, stored, unanswered, paid, young] = Array.from({ length: 5 }, (_, i) =>
    outboxRow({ state: 'publishing', ...(i === 2 || i === 3 ? { answerDue: LATER } : {}) }),
  ) as [ReturnType<typeof outboxRow>, ...ReturnType<typeof outboxRow>[]];
  const inbound = inboxRow({ type: 'MT1101' });
  const owed = receiptRow({ aboutSender: 'NSW', aboutMessageId: inbound.messageId });
  const owedRow = outboxRow({ kind: 'receipt', type: 'receipt', link: 'nsw', messageId: owed.receiptId, correlationId: inbound.messageId });
  const tell = ({ debtor, creditor, owed: level, messageId }: Debt) => `${debtor} owes ${creditor} ${level} ${messageId}`;

  it('says who owes whom what since when against which deadline, in both directions', async () => {
    const messages = [silent, stored!, unanswered!, paid!];
    const { outboxIds } = await store.commit(batch({ outbox: messages }));
    await store.markPublished([...outboxIds.values()], AT);
    await store.commit(
      batch({
        moves: [
          { messageId: stored!.messageId, to: 'stored', cause: 'R1' },
          { messageId: unanswered!.messageId, to: 'valid', cause: 'R1 R2' },
          { messageId: paid!.messageId, to: 'accepted', cause: 'R3' },
        ],
      }),
    );
    expect(await store.markUnknown('khorgos', LATER)).toBe(1);
    await store.commit(batch({ inbox: [inbound], receipts: [owed], outbox: [owedRow, { ...young!, answerDue: LATER }] }));
    const debts = await view.debts(Scope.everything, { limit: 50 });
    expect(debts.map(tell)).toEqual([
      `KEG owes LBG R1 ${silent.messageId}`,
      `KEG owes LBG R2 ${stored!.messageId}`,
      `KEG owes LBG R3 ${unanswered!.messageId}`,
      `LBG owes NSW R2 ${inbound.messageId}`,
    ]);
    expect(debts[0]).toMatchObject({ since: AT, due: new Date(AT.getTime() + 60_000), state: 'unknown', link: 'khorgos', asked: 0 });
    expect(debts[2]).toMatchObject({ due: LATER });
    expect(debts[3]).toMatchObject({ type: 'MT1101', due: new Date(AT.getTime() + 120_000) });
  });

  it('goes on page by page, by side and by link, within the scope of whoever asks', async () => {
    const pages: Debt[] = [];
    for (let after: string | undefined; ;) {
      const page = await view.debts(Scope.everything, { limit: 3, ...(after ? { after } : {}) });
      if (page.length === 0) break;
      pages.push(...page);
      after = page.at(-1)?.position;
    }
    expect(pages).toEqual(await view.debts(Scope.everything, { limit: 50 }));
    expect((await view.debts(Scope.everything, { limit: 9, side: 'ours' })).map(({ debtor }) => debtor)).toEqual(['LBG']);
    expect(await view.debts(Scope.everything, { limit: 9, side: 'theirs', link: 'nsw' })).toEqual([]);
    const ofNsw = Scope.of(['NSW'], book);
    expect((await view.debts(ofNsw, { limit: 9 })).map(({ link }) => link)).toEqual(['nsw']);
    expect(await view.debts(ofNsw, { limit: 9, link: 'khorgos' })).toEqual([]);
    expect(await view.counts(Scope.everything)).toEqual([
      { link: 'khorgos', partner: 'KEG', theirs: 3, ours: 0 },
      { link: 'nsw', partner: 'NSW', theirs: 0, ours: 1 },
    ]);
    expect(await view.counts(ofNsw)).toHaveLength(1);
  });

  it('costs what is asked for and not what is kept: settled messages are not even looked at', async () => {
    const { dataSource } = database;
    await dataSource.query(`INSERT INTO delivery (id, link, kind, priority, state, attempt, deadline, published_at, created_at)
      SELECT 1000000 + n, 'khorgos', 'message', 'B', 'valid', 1, now(), now(), now() FROM generate_series(1, 200000) AS n`);
    await dataSource.query('ANALYZE delivery');
    const before = await view.debts(Scope.everything, { limit: 50 });
    expect(before).toHaveLength(4);
    const plan = (await dataSource.query(`EXPLAIN (FORMAT TEXT) SELECT d.id FROM delivery d WHERE d.link = 'khorgos' AND d.id > 0
      AND ((d.kind = 'message' AND (d.state IN ('unknown', 'missing', 'stored') OR (d.state = 'valid' AND d.answer_due IS NOT NULL)))
        OR (d.kind = 'receipt' AND d.state IN ('ready', 'retrying', 'expired'))) ORDER BY d.id LIMIT 50`)) as { 'QUERY PLAN': string }[];
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('delivery_owed');
  });
});
