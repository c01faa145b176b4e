import type { AnswerRow, ExchangeStore, OutboxRow } from '#exchange';
import { AT, batch, DEADLINE, LATER, outboxRow, receiptRow } from '../support/store-rows.ts';
import type { StoreUnderTest } from './exchange-store.contract.ts';

const LINK = 'khorgos';
const nobody = () => undefined;
const EVENING = new Date('2026-03-01T20:00:00.000Z');

/** What every exchange store promises about unknown messages, our questions about them, and the answers. */
export function questionStoreContract(make: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  let store: ExchangeStore;

  beforeEach(async () => {
    under = await make();
    store = under.store;
    await store.holdLink(LINK, nobody);
  });
  afterEach(() => under.close());

  /** Messages sent at AT whose receipts stayed out. */
  const unknown = async (...rows: OutboxRow[]): Promise<OutboxRow[]> => {
    const { outboxIds } = await store.commit(batch({ outbox: rows.map((row) => ({ ...row, state: 'publishing' as const })) }));
    await store.markPublished([...outboxIds.values()], AT);
    expect(await store.markUnknown(LINK, LATER)).toBe(rows.length);
    return rows;
  };
  const ask = async ({ messageId }: OutboxRow, nextAt = EVENING): Promise<string> => {
    const row = outboxRow({
      kind: 'query',
      type: 'query',
      correlationId: messageId,
      businessKeys: [],
      frame: Buffer.from(`about ${messageId}`),
    });
    await store.commit(batch({ outbox: [row], questions: [{ queryId: row.messageId, messageId, nextAt }] }));
    return row.messageId;
  };
  const answer = (queryId: string, { messageId }: OutboxRow, parts: Partial<AnswerRow> = {}) =>
    store.commit(
      batch({ answers: [{ queryId, link: LINK, messageId, have: false, resend: true, jws: Buffer.from('no'), at: LATER, ...parts }] }),
    );
  const isOpen = async (queryId: string) => (await store.questions([queryId])).get(queryId)?.open;
  const silentIds = async (now: Date, limit = 10) => (await store.silent(LINK, limit, now)).map(({ messageId }) => messageId);

  it('names unknown messages once until their next question is due, and none past its deadline or of another holder', async () => {
    const [message] = (await unknown(outboxRow({ orderKey: 'NOTE-1' }))) as [OutboxRow];
    expect(await store.silent(LINK, 10, LATER)).toEqual([
      { messageId: message.messageId, manifestDigest: message.manifestDigest, orderKey: 'NOTE-1', asked: 0 },
    ]);
    expect(await under.other.silent(LINK, 10, LATER)).toEqual([]);
    await ask(message);
    expect(await silentIds(LATER)).toEqual([]);
    expect((await store.silent(LINK, 10, EVENING))[0]).toMatchObject({ asked: 1 });
    expect(await silentIds(DEADLINE)).toEqual([]);
    expect(await under.events(`out:${message.messageId}`)).toContainEqual(expect.objectContaining({ kind: 'asked' }));
  });

  it('knows each question with its bytes and link; only the last one about a message is open', async () => {
    const [message] = (await unknown(outboxRow())) as [OutboxRow];
    const first = await ask(message);
    expect((await store.questions([first, 'never asked'])).get(first)).toEqual({
      queryId: first,
      link: LINK,
      jws: Buffer.from(`about ${message.messageId}`),
      open: true,
    });
    const second = await ask(message);
    expect([await isOpen(first), await isOpen(second)]).toEqual([false, true]);
    expect((await store.questions(['never asked'])).size).toBe(0);
  });

  it('does not open a question about a message that a receipt settled meanwhile', async () => {
    const [message] = (await unknown(outboxRow())) as [OutboxRow];
    await store.commit(batch({ moves: [{ messageId: message.messageId, to: 'valid', cause: 'R1 R2' }] }));
    expect(await isOpen(await ask(message))).toBe(false);
    expect(await under.stateOf(message.messageId)).toBe('valid');
  });

  it('puts a message back to be sent again after a "no", with an event', async () => {
    const [message] = (await unknown(outboxRow())) as [OutboxRow];
    await answer(await ask(message), message);
    expect(await under.stateOf(message.messageId)).toBe('retrying');
    expect((await under.events(`out:${message.messageId}`)).at(-1)).toEqual({
      kind: 'state',
      from: 'unknown',
      to: 'retrying',
      cause: 'NOT_HELD',
    });
    const claimed = (await store.claimDue(LINK, 10, LATER)).find(({ messageId }) => messageId === message.messageId);
    expect(claimed).toMatchObject({ attempt: 2, frame: message.frame });
  });

  it('leaves it to a person where no resend is wanted, or a newer message of its key has left', async () => {
    const [waits, overtaken, newer, alone] = (await unknown(
      outboxRow(),
      ...['NOTE-1', 'NOTE-1', 'NOTE-2'].map((orderKey) => outboxRow({ orderKey, businessKeys: [orderKey] })),
    )) as [OutboxRow, OutboxRow, OutboxRow, OutboxRow];
    await answer(await ask(waits), waits, { resend: false });
    for (const message of [overtaken, newer, alone]) await answer(await ask(message), message);
    const states = await Promise.all([waits, overtaken, newer, alone].map(({ messageId }) => under.stateOf(messageId)));
    expect(states).toEqual(['missing', 'missing', 'retrying', 'retrying']);
  });

  it('is not held back by a newer message that has not left', async () => {
    const [message] = (await unknown(outboxRow({ orderKey: 'NOTE-1', businessKeys: ['NOTE-1'] }))) as [OutboxRow];
    await store.commit(batch({ outbox: [outboxRow({ orderKey: 'NOTE-1', businessKeys: ['NOTE-1'] })] }));
    await answer(await ask(message), message);
    expect(await under.stateOf(message.messageId)).toBe('retrying');
  });

  it('closes the question with a "yes"; the receipts move the message', async () => {
    const [message] = (await unknown(outboxRow())) as [OutboxRow];
    const queryId = await ask(message);
    await store.commit(
      batch({
        moves: [{ messageId: message.messageId, to: 'valid', cause: 'R1 R2' }],
        answers: [{ queryId, link: LINK, messageId: message.messageId, have: true, resend: false, jws: Buffer.from('yes'), at: LATER }],
      }),
    );
    expect(await under.stateOf(message.messageId)).toBe('valid');
    expect(await isOpen(queryId)).toBe(false);
  });

  it('changes nothing by an answer that comes again, to an earlier question, or after a receipt', async () => {
    const [again, earlier, settled] = (await unknown(outboxRow(), outboxRow(), outboxRow())) as [OutboxRow, OutboxRow, OutboxRow];
    const first = await ask(again);
    await answer(first, again);
    const { id } = (await store.claimDue(LINK, 10, LATER)).find(({ messageId }) => messageId === again.messageId)!;
    await store.markPublished([id], LATER);
    await answer(first, again);
    const old = await ask(earlier);
    await ask(earlier);
    await answer(old, earlier);
    const late = await ask(settled);
    await store.commit(batch({ moves: [{ messageId: settled.messageId, to: 'stored', cause: 'R1' }] }));
    await answer(late, settled);
    const states = await Promise.all([again, earlier, settled].map(({ messageId }) => under.stateOf(messageId)));
    expect(states).toEqual(['published', 'unknown', 'stored']);
  });

  it('a missing message is still settled by a late receipt', async () => {
    const [message] = (await unknown(outboxRow())) as [OutboxRow];
    await answer(await ask(message), message, { resend: false });
    await store.commit(batch({ moves: [{ messageId: message.messageId, to: 'valid', cause: 'R1 R2' }] }));
    expect(await under.stateOf(message.messageId)).toBe('valid');
  });

  it('gives every receipt we issued about a message, oldest first, to whoever sent it', async () => {
    const about = { aboutSender: 'NSW', aboutMessageId: 'm-1' };
    const rows = [receiptRow(about), receiptRow({ ...about, levels: ['R3'] }), receiptRow({ ...about, aboutSender: 'HRG' })];
    await store.commit(batch({ receipts: [...rows, receiptRow({ ...about, direction: 'received' })] }));
    const issued = await store.issuedReceipts([
      { sender: 'NSW', messageId: 'm-1' },
      { sender: 'NSW', messageId: 'm-2' },
    ]);
    expect(issued.get('NSW/m-1')).toEqual(rows.slice(0, 2).map(({ jws }) => jws));
    expect(issued.get('NSW/m-2') ?? []).toEqual([]);
  });
}
