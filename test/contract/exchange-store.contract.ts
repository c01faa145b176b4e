import { StaleBatchError, type ExchangeStore, type OutboxRow } from '#exchange';
import type { OutboundState } from '#model';
import {
  AT,
  batch,
  DEADLINE,
  envelopeRow,
  inboxRow,
  LATER,
  noticeRow,
  outboxRow,
  quarantineRow,
  receiptRow,
} from '../support/store-rows.ts';

/** One store under test, a second one on the same database (another process), and a way to look behind the port. */
export interface StoreUnderTest {
  readonly store: ExchangeStore;
  readonly other: ExchangeStore;
  /** Makes `store` lose its holds as if its connection had broken. */
  loseHolds(): Promise<void>;
  stateOf(messageId: string): Promise<OutboundState | undefined>;
  events(subject: string): Promise<readonly { kind: string; from?: string; to?: string; cause?: string }[]>;
  repeats(sender: string, messageId: string): Promise<number>;
  quarantined(link: string): Promise<readonly { sha256: string; count: number }[]>;
  receipts(): Promise<readonly { receiptId: string; jws: Buffer }[]>;
  close(): Promise<void>;
}

const LINK = 'khorgos';
const nobody = () => undefined;
const ids = (rows: readonly { messageId: string }[]) => rows.map(({ messageId }) => messageId);

/** What every exchange store promises (libs/exchange/src/ports/exchange-store.port.ts). */
export function exchangeStoreContract(make: () => Promise<StoreUnderTest>): void {
  let under: StoreUnderTest;
  let store: ExchangeStore;

  beforeEach(async () => {
    under = await make();
    store = under.store;
  });
  afterEach(() => under.close());

  const enqueue = async (...rows: OutboxRow[]) => (await store.commit(batch({ outbox: rows }))).outboxIds;
  const idOf = (all: ReadonlyMap<string, string>, { messageId }: { messageId: string }) => all.get(messageId) as string;
  /** A message sent and confirmed. */
  const published = async (row = outboxRow(), at = AT): Promise<OutboxRow> => {
    await store.holdLink(row.link, nobody);
    const outboxIds = await enqueue({ ...row, state: 'publishing' });
    await store.markPublished([idOf(outboxIds, row)], at);
    return row;
  };

  describe('commit', () => {
    it('keeps a whole batch and answers with the outbox ids', async () => {
      const inbound = inboxRow();
      const outbound = outboxRow({ source: inbound });
      const receipt = receiptRow({ aboutMessageId: inbound.messageId });
      const next = { link: LINK, sequence: 1, manifestDigest: 'first' };
      const { outboxIds } = await store.commit(
        batch({
          inbox: [inbound],
          outbox: [outbound],
          receipts: [receipt],
          quarantine: [quarantineRow()],
          events: [{ subject: `in:NSW/${inbound.messageId}`, kind: 'received', to: 'routed', actor: 'exchange', at: AT }],
          heads: [{ expected: { link: LINK, sequence: 0, manifestDigest: '' }, next }],
        }),
      );
      expect([...outboxIds.keys()]).toEqual([outbound.messageId]);
      expect(await store.known([inbound])).toEqual([
        { sender: 'NSW', messageId: inbound.messageId, manifestDigest: inbound.manifestDigest, state: 'routed', receipt: receipt.jws },
      ]);
      expect(await store.heads([LINK, 'never-used'])).toEqual([next, { link: 'never-used', sequence: 0, manifestDigest: '' }]);
      expect(await under.stateOf(outbound.messageId)).toBe('ready');
      expect(await under.events(`in:NSW/${inbound.messageId}`)).toEqual([{ kind: 'received', to: 'routed' }]);
      expect(await under.quarantined('nsw')).toHaveLength(1);
    });

    it('counts messages and bytes of each link and day with them, and what is not kept not at all', async () => {
      const link = 'counted';
      const rows = [AT, AT, new Date(AT.getTime() + 86_400_000)].map((receivedAt) => inboxRow({ link, receivedAt }));
      const dayOf = (at: Date) => at.toISOString().slice(0, 10);
      const bytes = rows[0]!.frame.length;
      await store.commit(batch({ inbox: rows.slice(0, 1) }));
      await under.other.usage(dayOf(AT));
      await store.commit(batch({ inbox: rows.slice(1) }));
      await expect(store.commit(batch({ inbox: rows.slice(0, 1) }))).rejects.toBeInstanceOf(StaleBatchError);
      const of = async (day: string) => (await under.other.usage(day)).filter((one) => one.link === link);
      expect(await of(dayOf(AT))).toEqual([{ link, messages: 2, bytes: 2 * bytes }]);
      expect(await of(dayOf(rows[2]!.receivedAt))).toEqual([{ link, messages: 1, bytes }]);
    });

    it('accepts a batch with nothing in it', async () => {
      expect((await store.commit(batch())).outboxIds.size).toBe(0);
    });

    it('is stale when a message id of the sender is known already, and then writes nothing of the batch', async () => {
      const first = inboxRow();
      await store.commit(batch({ inbox: [first] }));
      const fresh = inboxRow();
      const outbound = outboxRow();
      const stale = batch({
        inbox: [fresh, { ...first, manifestDigest: 'other content' }],
        outbox: [outbound],
        receipts: [receiptRow()],
        quarantine: [quarantineRow()],
        duplicates: [first],
        events: [{ subject: `in:NSW/${fresh.messageId}`, kind: 'received', actor: 'exchange', at: AT }],
        heads: [{ expected: { link: LINK, sequence: 0, manifestDigest: '' }, next: { link: LINK, sequence: 1, manifestDigest: 'x' } }],
      });
      await expect(store.commit(stale)).rejects.toBeInstanceOf(StaleBatchError);
      expect(ids(await store.known([first, fresh]))).toEqual([first.messageId]);
      expect((await store.known([first]))[0]?.manifestDigest).toBe(first.manifestDigest);
      expect(await under.stateOf(outbound.messageId)).toBeUndefined();
      expect(await under.receipts()).toEqual([]);
      expect(await under.quarantined('nsw')).toEqual([]);
      expect(await under.repeats(first.sender, first.messageId)).toBe(0);
      expect(await under.events(`in:NSW/${fresh.messageId}`)).toEqual([]);
      expect(await store.heads([LINK])).toEqual([{ link: LINK, sequence: 0, manifestDigest: '' }]);
    });

    it('keeps the same message id of another sender apart', async () => {
      const mine = inboxRow();
      await store.commit(batch({ inbox: [mine] }));
      await store.commit(batch({ inbox: [{ ...mine, sender: 'HRG' }] }));
      expect(await store.known([mine, { sender: 'HRG', messageId: mine.messageId }])).toHaveLength(2);
    });

    it('is stale when an outbound message id is known already', async () => {
      const row = outboxRow();
      await enqueue(row);
      await expect(enqueue(row)).rejects.toBeInstanceOf(StaleBatchError);
    });

    it.each([
      ['sequence', { link: LINK, sequence: 0, manifestDigest: 'one' }],
      ['digest', { link: LINK, sequence: 1, manifestDigest: 'uno' }],
    ])('is stale when the %s of a link head has moved', async (_, expected) => {
      const one = { link: LINK, sequence: 1, manifestDigest: 'one' };
      await store.commit(batch({ heads: [{ expected: { link: LINK, sequence: 0, manifestDigest: '' }, next: one }] }));
      const next = { link: LINK, sequence: 2, manifestDigest: 'two' };
      await expect(store.commit(batch({ heads: [{ expected, next }] }))).rejects.toBeInstanceOf(StaleBatchError);
      expect(await store.heads([LINK])).toEqual([one]);
    });

    it('lets exactly one of several processes extend a chain at a time', async () => {
      const extend = (from: ExchangeStore, name: string) =>
        from
          .commit(
            batch({
              outbox: [outboxRow({ linkSequence: 1 })],
              heads: [
                { expected: { link: LINK, sequence: 0, manifestDigest: '' }, next: { link: LINK, sequence: 1, manifestDigest: name } },
              ],
            }),
          )
          .then(
            () => name,
            (error: unknown) => error,
          );
      const outcomes = await Promise.all([extend(store, 'a'), extend(under.other, 'b'), extend(store, 'c'), extend(under.other, 'd')]);
      const winners = outcomes.filter((outcome) => typeof outcome === 'string');
      expect(winners).toHaveLength(1);
      expect(outcomes.filter((outcome) => outcome instanceof StaleBatchError)).toHaveLength(3);
      expect((await store.heads([LINK]))[0]?.manifestDigest).toBe(winners[0]);
    });

    it('lets exactly one of several processes keep a message', async () => {
      const row = inboxRow();
      const outcomes = await Promise.allSettled(
        [store, under.other, store, under.other].map((each) => each.commit(batch({ inbox: [row] }))),
      );
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('counts repetitions, also several in one batch', async () => {
      const row = inboxRow();
      await store.commit(batch({ inbox: [row] }));
      await store.commit(batch({ duplicates: [row] }));
      await store.commit(batch({ duplicates: [row, inboxRow(), row] }));
      expect(await under.repeats(row.sender, row.messageId)).toBe(3);
    });

    it('counts the same quarantined bytes on the same link once a delivery', async () => {
      const forged = quarantineRow();
      await store.commit(batch({ quarantine: [forged, quarantineRow({ frame: Buffer.from('other') })] }));
      await store.commit(batch({ quarantine: [forged, forged] }));
      const found = await under.quarantined('nsw');
      expect(found).toHaveLength(2);
      expect(found).toContainEqual({ sha256: forged.sha256, count: 3 });
    });

    it('answers with the first receipt it issued, whatever came later', async () => {
      const row = inboxRow();
      const first = receiptRow({ aboutMessageId: row.messageId });
      await store.commit(batch({ inbox: [row], receipts: [first] }));
      const received = receiptRow({ aboutMessageId: row.messageId, direction: 'received', issuer: 'NSW' });
      await store.commit(batch({ receipts: [receiptRow({ aboutMessageId: row.messageId, levels: ['R3'] }), received] }));
      expect((await store.known([row]))[0]?.receipt).toEqual(first.jws);
    });

    it('keeps a receipt id once, as it came first', async () => {
      const receipt = receiptRow();
      await store.commit(batch({ receipts: [receipt] }));
      await store.commit(batch({ receipts: [{ ...receipt, jws: Buffer.from('changed') }] }));
      expect(await under.receipts()).toEqual([{ receiptId: receipt.receiptId, jws: receipt.jws }]);
      expect(await store.knownReceipts([receipt.receiptId, 'unknown'])).toEqual(new Set([receipt.receiptId]));
    });

    it('remembers what receipts must fit', async () => {
      const source = inboxRow();
      const expectation = {
        messageId: 'm',
        from: 'LSW',
        to: 'KEG',
        jwsDigest: 'j',
        manifestDigest: 'd',
        parts: [{ name: 'payload', algorithm: 'sha-256' as const, digest: 'p' }],
      };
      const row = outboxRow({ expectation, source: { sender: source.sender, messageId: source.messageId } });
      await enqueue(row, outboxRow({ kind: 'receipt' }));
      const found = await store.expectations([row.messageId, 'unknown']);
      expect([...found]).toEqual([
        [row.messageId, { ...expectation, link: LINK, type: row.type, source: { sender: source.sender, messageId: source.messageId } }],
      ]);
    });

    it('carries Chinese, Kazakh and Russian text and refuses no character in what a partner sent', async () => {
      const orderKey = '连云港-Қорғас-Достық';
      const row = inboxRow({
        orderKey,
        businessKeys: [orderKey, 'nul\u0000inside', 'half \ud83d of a pair', 'back\\u0000slash', 'x'.repeat(9_000)],
        issues: [{ code: 'FIELD_MISSING', severity: 'error', pointer: '/提单/Номер', message: 'Элемент жоқ \u0000' }],
      });
      const outbound = outboxRow({ orderKey, messageId: 'квитанция-回执' });
      await store.commit(batch({ inbox: [row], outbox: [outbound] }));
      await store.holdLink(LINK, nobody);
      expect([...(await store.unpublishedKeys(LINK))]).toEqual([orderKey]);
      expect((await store.claimDue(LINK, 1, AT))[0]).toMatchObject({ orderKey, messageId: 'квитанция-回执' });
    });

    it('carries a frame of five megabytes and an empty one unchanged', async () => {
      const large = outboxRow({ frame: Buffer.alloc(5 * 1024 * 1024, 'манифест 舱单 ') });
      const empty = outboxRow({ frame: Buffer.alloc(0) });
      await store.commit(batch({ inbox: [inboxRow({ frame: large.frame })], outbox: [large, empty] }));
      await store.holdLink(LINK, nobody);
      const claimed = await store.claimDue(LINK, 10, AT);
      expect(claimed.map(({ frame }) => frame.equals(large.frame))).toEqual([true, false]);
      expect(claimed[1]?.frame).toHaveLength(0);
    });
  });

  describe('matters', () => {
    const told = async (subject: string) =>
      (await store.notices([subject]))
        .map(({ code, dateTime, messageId }) => ({ code, dateTime, messageId }))
        .sort((a, b) => (a.code < b.code ? -1 : 1));

    it('keep of each code the notice with the later time, whichever came first and in whatever batch', async () => {
      const subject = 'declaration:通关-Қорғас-1';
      const first = noticeRow({ subject, code: 'L', dateTime: '2026-03-01T16:00:00+08:00' });
      const later = noticeRow({ subject, code: 'L', dateTime: '2026-03-01T09:00:00+00:00' });
      const released = noticeRow({ subject, code: 'P', dateTime: '2026-03-01T16:30:00+08:00' });
      await store.commit(batch({ notices: [later, released, first] }));
      await store.commit(batch({ notices: [first] }));
      await under.other.commit(batch({ notices: [noticeRow({ subject, code: 'P' }), noticeRow({ subject: 'declaration:2' })] }));
      expect(await told(subject)).toEqual([
        { code: 'L', dateTime: later.dateTime, messageId: later.messageId },
        { code: 'P', dateTime: released.dateTime, messageId: released.messageId },
      ]);
    });

    it('replace a notice without a time by one that has one, never the other way round', async () => {
      const timeless = noticeRow();
      delete (timeless as { dateTime?: string }).dateTime;
      const timed = noticeRow();
      await store.commit(batch({ notices: [timeless] }));
      await store.commit(batch({ notices: [timed] }));
      await store.commit(batch({ notices: [{ ...timeless, messageId: 'again' }] }));
      expect(await told(timed.subject)).toEqual([{ code: 'L', dateTime: timed.dateTime, messageId: timed.messageId }]);
    });

    it('are written by several processes at once without waiting for each other in a circle', async () => {
      const rows = Array.from({ length: 20 }, (_, i) => noticeRow({ subject: `declaration:${i}` }));
      await Promise.all(
        [store, under.other, store, under.other].map((each, i) => each.commit(batch({ notices: i % 2 ? rows : [...rows].reverse() }))),
      );
      expect(await store.notices(rows.map(({ subject }) => subject))).toHaveLength(20);
    });

    it('remember an envelope until it is closed out, and a closed one for good', async () => {
      const first = envelopeRow({ id: '关封-1' });
      const mended = envelopeRow({ id: '关封-1', validUntil: DEADLINE });
      await store.commit(batch({ envelopes: [first] }));
      await store.commit(batch({ envelopes: [mended, envelopeRow({ id: '关封-1', sender: 'HRG' })] }));
      await store.commit(batch({ closings: [{ sender: 'NSW', id: '关封-1', at: LATER }] }));
      await store.commit(batch({ envelopes: [first], closings: [{ sender: 'NSW', id: '关封-1', at: DEADLINE }] }));
      const found = (await store.envelopes(['关封-1'])).filter(({ sender }) => sender === 'NSW');
      expect(found).toEqual([{ ...mended, closedAt: LATER }]);
      expect(await store.envelopes(['关封-1'])).toHaveLength(2);
    });

    it('remind once before and once after the end of an open envelope, also when two processes look', async () => {
      const open = envelopeRow({ id: 'open', validUntil: LATER });
      const closed = envelopeRow({ id: 'closed', validUntil: LATER });
      await store.commit(batch({ envelopes: [open, closed, envelopeRow({ id: 'far', validUntil: DEADLINE })] }));
      await store.commit(batch({ closings: [{ sender: 'NSW', id: 'closed', at: AT }] }));
      const look = async (now: Date, soon: Date) =>
        (await Promise.all([store.remindEnvelopes(now, soon), under.other.remindEnvelopes(now, soon)])).reduce((sum, one) => sum + one, 0);
      expect(await look(AT, LATER)).toBe(1);
      expect(await look(AT, LATER)).toBe(0);
      expect(await look(LATER, LATER)).toBe(1);
      expect(await look(LATER, LATER)).toBe(0);
      expect(await under.events(`in:NSW/${open.messageId}`)).toEqual([
        { kind: 'customs-envelope', to: 'due', cause: 'CLOSE_OUT_MISSING' },
        { kind: 'customs-envelope', to: 'overdue', cause: 'CLOSE_OUT_MISSING' },
      ]);
    });
  });

  describe('moves by receipts', () => {
    it('makes allowed moves in the order given, each with an event', async () => {
      const row = await published();
      await store.commit(
        batch({
          moves: [
            { messageId: row.messageId, to: 'stored', cause: 'R1' },
            { messageId: row.messageId, to: 'valid', cause: 'R2' },
            { messageId: row.messageId, to: 'accepted', cause: 'R3' },
          ],
        }),
      );
      expect(await under.stateOf(row.messageId)).toBe('accepted');
      expect(await under.events(`out:${row.messageId}`)).toEqual([
        { kind: 'state', from: 'publishing', to: 'published' },
        { kind: 'state', from: 'published', to: 'stored', cause: 'R1' },
        { kind: 'state', from: 'stored', to: 'valid', cause: 'R2' },
        { kind: 'state', from: 'valid', to: 'accepted', cause: 'R3' },
      ]);
    });

    it('skips what the state table forbids but keeps the receipt', async () => {
      const row = await published();
      await store.commit(batch({ moves: [{ messageId: row.messageId, to: 'accepted', cause: 'R3' }] }));
      const late = receiptRow({ direction: 'received', aboutMessageId: row.messageId });
      await store.commit(
        batch({
          receipts: [late],
          moves: [
            { messageId: row.messageId, to: 'stored', cause: 'R1' },
            { messageId: 'nobody', to: 'stored', cause: 'R1' },
          ],
        }),
      );
      expect(await under.stateOf(row.messageId)).toBe('accepted');
      expect(ids((await under.receipts()).map(({ receiptId }) => ({ messageId: receiptId })))).toEqual([late.receiptId]);
      expect(await under.events(`out:${row.messageId}`)).toHaveLength(2);
    });

    it('lets a receipt that is faster than the mark win', async () => {
      const row = outboxRow({ state: 'publishing' });
      await store.holdLink(LINK, nobody);
      const outboxIds = await enqueue(row);
      await store.commit(batch({ moves: [{ messageId: row.messageId, to: 'valid', cause: 'R2' }] }));
      await store.markPublished([idOf(outboxIds, row)], AT);
      expect(await under.stateOf(row.messageId)).toBe('valid');
      expect(await store.markUnknown(LINK, LATER)).toBe(0);
    });

    it('lets a late receipt win over unknown and over expired', async () => {
      const unknown = await published();
      const expired = outboxRow({ deadline: AT });
      await enqueue(expired);
      expect(await store.markUnknown(LINK, LATER)).toBe(1);
      await store.claimDue(LINK, 10, LATER);
      expect([await under.stateOf(unknown.messageId), await under.stateOf(expired.messageId)]).toEqual(['unknown', 'expired']);
      await store.commit(batch({ moves: [unknown, expired].map(({ messageId }) => ({ messageId, to: 'accepted', cause: 'late' })) }));
      expect([await under.stateOf(unknown.messageId), await under.stateOf(expired.messageId)]).toEqual(['accepted', 'accepted']);
    });
  });
}
