import type { ExchangeStore, MailboxItem, MailboxStore, OutboxRow } from '#exchange';
import { AT, batch, LATER, outboxRow } from '../support/store-rows.ts';

export interface MailboxUnderTest {
  readonly store: ExchangeStore;
  readonly mailbox: MailboxStore;
  close(): Promise<void>;
}

const LINK = 'bureau';
const ids = (items: readonly { messageId: string }[]) => items.map(({ messageId }) => messageId);

/** What every mailbox store promises (libs/exchange/src/ports/mailbox-store.port.ts). */
export function mailboxStoreContract(make: () => Promise<MailboxUnderTest>): void {
  let under: MailboxUnderTest;
  let mailbox: MailboxStore;

  beforeEach(async () => {
    under = await make();
    mailbox = under.mailbox;
  });
  afterEach(() => under.close());

  const put = async (...rows: OutboxRow[]) => {
    const { outboxIds } = await under.store.commit(batch({ outbox: rows }));
    await mailbox.put(
      LINK,
      rows.map(({ messageId, kind }) => ({ messageId, kind, outboxId: outboxIds.get(messageId) as string })),
    );
    return outboxIds;
  };
  const message = (parts: Partial<OutboxRow> = {}) => outboxRow({ link: LINK, ...parts });
  it('offers a message again, at a new position, after the partner signed that it does not have it', async () => {
    const row = message();
    await under.store.holdLink(LINK, () => undefined);
    const { outboxIds } = await under.store.commit(batch({ outbox: [{ ...row, state: 'publishing' }] }));
    const id = outboxIds.get(row.messageId) as string;
    await mailbox.put(LINK, [{ messageId: row.messageId, kind: 'message', outboxId: id }]);
    await under.store.markPublished([id], AT);
    const [first] = await mailbox.fetch(LINK, undefined, 10);
    await mailbox.acknowledge(LINK, [row.messageId]);
    await under.store.markUnknown(LINK, LATER);
    const query = message({ kind: 'query', type: 'query', correlationId: row.messageId });
    const { messageId } = row;
    await under.store.commit(batch({ outbox: [query], questions: [{ queryId: query.messageId, messageId, nextAt: LATER }] }));
    const no = { queryId: query.messageId, link: LINK, messageId, have: false, resend: true, jws: Buffer.from('no'), at: LATER };
    await under.store.commit(batch({ answers: [no] }));
    await mailbox.put(LINK, [{ messageId, kind: 'message', outboxId: id }]);
    const again = await mailbox.fetch(LINK, first?.position, 10);
    expect(again.find((item) => item.messageId === messageId)).toMatchObject({ frame: row.frame });
  });

  const receipt = () => message({ kind: 'receipt', type: 'receipt' });

  it('offers items in the order of publishing, with their bytes', async () => {
    const rows = [message({ type: 'DxpMsg', frame: Buffer.from('第一') }), receipt(), message()];
    await put(...rows);
    const items = await mailbox.fetch(LINK, undefined, 10);
    expect(ids(items)).toEqual(ids(rows));
    expect(items[0]).toMatchObject({ kind: 'message', type: 'DxpMsg', frame: Buffer.from('第一'), possibleDuplicate: false });
    expect(items[1]?.kind).toBe('receipt');
  });

  it('offers each item again until it is acknowledged, then flagged as a possible duplicate', async () => {
    await put(message());
    expect((await mailbox.fetch(LINK, undefined, 10)).map((item) => item.possibleDuplicate)).toEqual([false]);
    expect((await mailbox.fetch(LINK, undefined, 10)).map((item) => item.possibleDuplicate)).toEqual([true]);
  });

  it('goes on after a position and keeps to the limit', async () => {
    const rows = [message(), message(), message(), message()];
    await put(...rows);
    const first = await mailbox.fetch(LINK, undefined, 2);
    const second = await mailbox.fetch(LINK, (first.at(-1) as MailboxItem).position, 2);
    expect([...ids(first), ...ids(second)]).toEqual(ids(rows));
    expect(await mailbox.fetch(LINK, (second.at(-1) as MailboxItem).position, 2)).toEqual([]);
  });

  it('keeps mailboxes of different links apart', async () => {
    await put(message());
    expect(await mailbox.fetch('other', undefined, 10)).toEqual([]);
    expect(await mailbox.acknowledge('other', ids(await mailbox.fetch(LINK, undefined, 10)))).toBe(0);
  });

  it('puts a message id once, also after it was acknowledged', async () => {
    const row = message();
    const outboxIds = await put(row);
    const again = { messageId: row.messageId, kind: row.kind, outboxId: outboxIds.get(row.messageId) as string };
    await mailbox.put(LINK, [again]);
    expect(await mailbox.fetch(LINK, undefined, 10)).toHaveLength(1);
    expect(await mailbox.acknowledge(LINK, [row.messageId])).toBe(1);
    await mailbox.put(LINK, [again]);
    expect(await mailbox.fetch(LINK, undefined, 10)).toEqual([]);
  });

  it('counts what it acknowledged: known items, once', async () => {
    const rows = [receipt(), receipt()];
    await put(...rows);
    expect(await mailbox.acknowledge(LINK, [...ids(rows), 'nobody'])).toBe(2);
    expect(await mailbox.acknowledge(LINK, ids(rows))).toBe(0);
  });

  it.each(['stored', 'valid', 'accepted', 'refused'] as const)('removes a message when a receipt moves it to %s', async (to) => {
    const [row, other] = [message({ state: 'publishing' }), message({ state: 'publishing' })];
    await under.store.holdLink(LINK, () => undefined);
    const outboxIds = await put(row, other);
    await under.store.markPublished([...outboxIds.values()], AT);
    await under.store.commit(batch({ moves: [{ messageId: row.messageId, to, cause: 'receipt' }] }));
    expect(ids(await mailbox.fetch(LINK, undefined, 10))).toEqual([other.messageId]);
  });
}
