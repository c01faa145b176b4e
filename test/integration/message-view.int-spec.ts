import { PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { AT, batch, DEADLINE, inboxRow, LATER, outboxRow, quarantineRow, receiptRow } from '../support/store-rows.ts';
import { stopTestPostgres, testDatabase, type TestDatabase } from '../support/postgres.ts';

const nobody = () => undefined;
const ids = (rows: readonly { messageId: string }[]) => rows.map(({ messageId }) => messageId);

describe('the view of messages for people', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let view: PostgresMessageView;

  beforeEach(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    view = new PostgresMessageView(database.dataSource, (link) => link.toUpperCase());
  });
  afterEach(async () => {
    await store.close();
    await database.drop();
  });
  afterAll(stopTestPostgres);

  const minutes = (count: number) => new Date(AT.getTime() + count * 60_000);

  it('lists both directions, newest first, page by page without a gap at equal times', async () => {
    const inbox = [0, 1, 1, 2].map((minute) => inboxRow({ receivedAt: minutes(minute) }));
    const outbox = [1, 1, 3].map((minute) => outboxRow({ createdAt: minutes(minute) }));
    await store.commit(batch({ inbox, outbox: [...outbox, outboxRow({ kind: 'receipt' })] }));
    const all = await view.list({ limit: 100 });
    expect(ids(all).sort()).toEqual(ids([...inbox, ...outbox]).sort());
    expect(all.map(({ at }) => at.getTime())).toEqual(all.map(({ at }) => at.getTime()).sort((a, b) => b - a));
    const pages: string[] = [];
    for (let before: { at: Date; messageId: string } | undefined; ;) {
      const page = await view.list({ limit: 2, ...(before ? { before } : {}) });
      if (page.length === 0) break;
      pages.push(...ids(page));
      before = page.at(-1);
    }
    expect(pages).toEqual(ids(all));
  });

  it('filters by direction, link, state, type and business key', async () => {
    const parked = inboxRow({ state: 'parked', type: 'IFTMIN', link: 'khorgos', businessKeys: ['Накладная-1', '运单'] });
    const ready = outboxRow({ businessKeys: ['运单'] });
    await store.commit(batch({ inbox: [parked, inboxRow()], outbox: [ready, outboxRow({ link: 'horgos', type: 'MT1101' })] }));
    expect(ids(await view.list({ limit: 9, direction: 'in', link: 'khorgos' }))).toEqual([parked.messageId]);
    expect(ids(await view.list({ limit: 9, state: 'parked' }))).toEqual([parked.messageId]);
    expect(ids(await view.list({ limit: 9, type: 'IFTMIN', direction: 'out' }))).toEqual([ready.messageId]);
    expect(ids(await view.list({ limit: 9, businessKey: '运单' })).sort()).toEqual(ids([parked, ready]).sort());
    expect(await view.list({ limit: 9, businessKey: "'; DROP TABLE inbox; --" })).toEqual([]);
  });

  it('shows a message with its bytes, issues, receipts, events and what was made from it', async () => {
    const inbound = inboxRow({ issues: [{ code: 'CHECK_DIGIT', severity: 'warning', pointer: '/a', message: 'odd' }] });
    const outbound = outboxRow({ source: { sender: inbound.sender, messageId: inbound.messageId } });
    const receipt = receiptRow({ aboutMessageId: inbound.messageId });
    const event = { subject: `in:NSW/${inbound.messageId}`, kind: 'state', to: 'routed', actor: 'exchange', at: AT };
    await store.commit(
      batch({ inbox: [inbound], outbox: [outbound], receipts: [receipt], events: [event], duplicates: [inbound, inbound] }),
    );
    expect(await view.detail(inbound.messageId)).toEqual([
      expect.objectContaining({
        direction: 'in',
        partner: 'NSW',
        state: 'routed',
        duplicates: 2,
        orderKey: inbound.orderKey,
        frame: inbound.frame,
        issues: inbound.issues,
        mapping: inbound.mapping,
        receipts: [expect.objectContaining({ direction: 'issued', levels: ['R1', 'R2'], jws: receipt.jws.toString() })],
        events: [{ kind: 'state', to: 'routed', actor: 'exchange', at: AT }],
        related: [{ direction: 'out', messageId: outbound.messageId, link: 'khorgos', state: 'ready' }],
      }),
    ]);
    const [sent] = await view.detail(outbound.messageId);
    expect(sent).toMatchObject({ direction: 'out', partner: 'KHORGOS', frame: outbound.frame, attempt: 0, receipts: [] });
    expect(sent?.related).toEqual([{ direction: 'in', messageId: inbound.messageId, link: 'nsw', state: 'routed' }]);
    expect(await view.detail('nobody')).toEqual([]);
  });

  it('counts each link', async () => {
    const known = inboxRow();
    await store.holdLink('khorgos', nobody);
    const rows = [outboxRow({ state: 'publishing' }), outboxRow({ state: 'publishing' }), outboxRow(), outboxRow({ deadline: AT })];
    const { outboxIds } = await store.commit(
      batch({
        inbox: [known, inboxRow({ state: 'refused' }), inboxRow({ state: 'parked' })],
        outbox: [...rows, outboxRow({ kind: 'receipt', link: 'nsw' })],
        quarantine: [quarantineRow(), quarantineRow()],
      }),
    );
    await store.commit(batch({ duplicates: [known] }));
    await store.markPublished(
      rows.slice(0, 2).map(({ messageId }) => outboxIds.get(messageId) as string),
      AT,
    );
    await store.commit(batch({ moves: [{ messageId: (rows[0] as { messageId: string }).messageId, to: 'accepted', cause: 'R3' }] }));
    await store.markUnknown('khorgos', LATER);
    await store.claimDue('khorgos', 0, new Date(DEADLINE.getTime() - 1));
    const zero = { received: 0, accepted: 0, refused: 0, parked: 0, quarantined: 0, duplicates: 0 };
    const none = { sent: 0, delivered: 0, receipted: 0, waiting: 0, unknown: 0, expired: 0 };
    expect(await view.counts()).toEqual([
      { ...zero, link: 'khorgos', partner: 'KHORGOS', sent: 4, delivered: 2, receipted: 1, waiting: 1, unknown: 1, expired: 1 },
      { ...none, link: 'nsw', partner: 'NSW', received: 3, accepted: 1, refused: 1, parked: 1, quarantined: 2, duplicates: 1 },
    ]);
  });

  it('shows what is in quarantine, and its bytes', async () => {
    const forged = quarantineRow({ claimedMessageId: 'claimed' });
    await store.commit(batch({ quarantine: [forged, forged] }));
    expect(await view.quarantine(10)).toEqual([
      { link: 'nsw', sha256: forged.sha256, code: forged.code, reason: forged.reason, at: AT, count: 2, claimedMessageId: 'claimed' },
    ]);
    expect(await view.quarantinedFrame(forged.sha256)).toEqual(forged.frame);
    expect(await view.quarantinedFrame('0')).toBeUndefined();
  });
});
