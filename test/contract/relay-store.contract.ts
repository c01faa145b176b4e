import { type ExchangeStore, type OutboxRow, StaleBatchError } from '#exchange';
import { AT, batch, DEADLINE, LATER, outboxRow } from '../support/store-rows.ts';
import type { StoreUnderTest } from './exchange-store.contract.ts';

const LINK = 'khorgos';
const nobody = () => undefined;
const ids = (rows: readonly { messageId: string }[]) => rows.map(({ messageId }) => messageId);
const seconds = (from: Date, count: number) => new Date(from.getTime() + count * 1000);

/** The relay's half of what every exchange store promises: claiming and holding. */
export function relayStoreContract(make: () => Promise<StoreUnderTest>): void {
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
  const published = async (row: OutboxRow, at: Date): Promise<OutboxRow> => {
    const outboxIds = await enqueue({ ...row, state: 'publishing' });
    await store.markPublished([idOf(outboxIds, row)], at);
    return row;
  };

  describe('claiming', () => {
    beforeEach(async () => {
      expect(await store.holdLink(LINK, nobody)).toBe(true);
    });

    it('takes class A before B before C, then oldest first, and counts the attempt', async () => {
      const rows = (['C', 'B', 'A', 'B', 'A'] as const).map((priority) => outboxRow({ priority }));
      await enqueue(...rows);
      const claimed = await store.claimDue(LINK, 10, AT);
      expect(ids(claimed)).toEqual(ids([2, 4, 1, 3, 0].map((place) => rows[place] as OutboxRow)));
      expect(claimed.every(({ attempt }) => attempt === 1)).toBe(true);
      expect(await under.stateOf((rows[0] as OutboxRow).messageId)).toBe('publishing');
      expect(await store.claimDue(LINK, 10, AT)).toEqual([]);
    });

    it('takes no more than asked for, and nothing of another link', async () => {
      const rows = [outboxRow(), outboxRow(), outboxRow()];
      await enqueue(outboxRow({ link: 'horgos' }), ...rows);
      expect(ids(await store.claimDue(LINK, 0, AT))).toEqual([]);
      expect(ids(await store.claimDue(LINK, 2, AT))).toEqual(ids(rows.slice(0, 2)));
      expect(ids(await store.claimDue(LINK, 2, AT))).toEqual(ids(rows.slice(2)));
    });

    it('lets only the first unpublished row of a key go, whatever its class', async () => {
      const first = outboxRow({ orderKey: 'NOTE-7', priority: 'C' });
      const second = outboxRow({ orderKey: 'NOTE-7', priority: 'A' });
      const free = outboxRow({ orderKey: 'NOTE-8' });
      const outboxIds = await enqueue(first, second, free);
      expect(ids(await store.claimDue(LINK, 10, AT))).toEqual(ids([free, first]));
      await store.markRetry([{ id: idOf(outboxIds, first), nextAt: LATER, code: 'LINK_UNREACHABLE' }]);
      expect(await store.claimDue(LINK, 10, AT)).toEqual([]);
      expect(await store.unpublishedKeys(LINK)).toEqual(new Set(['NOTE-7', 'NOTE-8']));
      expect((await store.claimDue(LINK, 10, LATER)).map(({ messageId, attempt }) => [messageId, attempt])).toEqual([[first.messageId, 2]]);
      await store.markPublished([idOf(outboxIds, first)], LATER);
      expect(ids(await store.claimDue(LINK, 10, LATER))).toEqual([second.messageId]);
    });

    it('keeps a row committed for direct sending before later rows of its key', async () => {
      const direct = outboxRow({ orderKey: 'NOTE-9', state: 'publishing' });
      await enqueue(direct);
      const behind = outboxRow({ orderKey: 'NOTE-9' });
      await enqueue(behind);
      expect(await store.claimDue(LINK, 10, AT)).toEqual([]);
      expect(await store.recoverInDoubt(LINK, AT)).toBe(1);
      expect((await store.claimDue(LINK, 10, AT)).map(({ messageId, attempt }) => [messageId, attempt])).toEqual([[direct.messageId, 2]]);
    });

    it('expires what is past its deadline instead, with an event, and frees its key', async () => {
      const late = outboxRow({ orderKey: 'NOTE-1', deadline: AT });
      const next = outboxRow({ orderKey: 'NOTE-1' });
      await enqueue(late, next);
      expect(ids(await store.claimDue(LINK, 10, LATER))).toEqual([next.messageId]);
      expect(await under.stateOf(late.messageId)).toBe('expired');
      expect(await under.events(`out:${late.messageId}`)).toEqual([
        { kind: 'state', from: 'ready', to: 'expired', cause: 'DEADLINE_PASSED' },
      ]);
    });

    it('does not expire what is in doubt: it may have arrived', async () => {
      const row = outboxRow();
      await enqueue(row);
      await store.claimDue(LINK, 1, AT);
      await store.claimDue(LINK, 1, DEADLINE);
      expect(await under.stateOf(row.messageId)).toBe('publishing');
    });

    it('puts what a crash left in doubt back with its attempt counted, due when asked', async () => {
      const row = outboxRow();
      await enqueue(row);
      await store.claimDue(LINK, 10, AT);
      expect(await store.recoverInDoubt(LINK, seconds(AT, 30))).toBe(1);
      expect(await store.claimDue(LINK, 10, seconds(AT, 29))).toEqual([]);
      expect((await store.claimDue(LINK, 10, seconds(AT, 30))).map(({ attempt }) => attempt)).toEqual([2]);
    });

    it('spares the resend when a receipt settles the doubt first', async () => {
      const row = outboxRow();
      await enqueue(row);
      await store.claimDue(LINK, 10, AT);
      await store.recoverInDoubt(LINK, seconds(AT, 30));
      await store.commit(batch({ moves: [{ messageId: row.messageId, to: 'stored', cause: 'R1' }] }));
      expect(await store.claimDue(LINK, 10, seconds(AT, 60))).toEqual([]);
    });

    it('marks only messages silent for too long as unknown, never receipts', async () => {
      const silent = await published(outboxRow(), AT);
      const recent = await published(outboxRow(), LATER);
      const receipt = await published(outboxRow({ kind: 'receipt' }), AT);
      expect(await store.markUnknown(LINK, LATER)).toBe(1);
      const states = await Promise.all([silent, recent, receipt].map(({ messageId }) => under.stateOf(messageId)));
      expect(states).toEqual(['unknown', 'published', 'published']);
      expect((await under.events(`out:${silent.messageId}`)).at(-1)).toMatchObject({ from: 'published', to: 'unknown' });
    });
  });

  describe('holding a link', () => {
    it('has one holder at a time among all processes', async () => {
      expect(await store.holdLink(LINK, nobody)).toBe(true);
      expect(await store.holdLink(LINK, nobody)).toBe(true);
      expect(await under.other.holdLink(LINK, nobody)).toBe(false);
      expect(await under.other.holdLink('horgos', nobody)).toBe(true);
      await store.releaseLink(LINK);
      expect(await under.other.holdLink(LINK, nobody)).toBe(true);
    });

    it('lets nobody else claim or recover', async () => {
      await store.holdLink(LINK, nobody);
      await enqueue(outboxRow(), outboxRow({ state: 'publishing' }));
      expect(await under.other.claimDue(LINK, 10, AT)).toEqual([]);
      expect(await under.other.recoverInDoubt(LINK, AT)).toBe(0);
      expect(await store.claimDue(LINK, 10, AT)).toHaveLength(1);
    });

    it('refuses rows for direct sending over a link that is not held', async () => {
      const row = outboxRow({ state: 'publishing' });
      await expect(enqueue(row)).rejects.toBeInstanceOf(StaleBatchError);
      await under.other.holdLink(LINK, nobody);
      await expect(enqueue(row)).rejects.toBeInstanceOf(StaleBatchError);
      expect(await under.stateOf(row.messageId)).toBeUndefined();
    });

    it('tells the owner when a hold is lost, and another may take over without losing or doubling a row', async () => {
      const lost = jest.fn();
      await store.holdLink(LINK, lost);
      const rows = [outboxRow(), outboxRow(), outboxRow()];
      await enqueue(...rows);
      const before = ids(await store.claimDue(LINK, 1, AT));
      await under.loseHolds();
      expect(lost).toHaveBeenCalledTimes(1);
      expect(await store.claimDue(LINK, 10, AT)).toEqual([]);
      await takeOver(under.other, LINK);
      expect(await under.other.recoverInDoubt(LINK, LATER)).toBe(1);
      const after = ids(await under.other.claimDue(LINK, 10, AT));
      expect([...before, ...after]).toEqual(ids(rows));
      await expect(enqueue(outboxRow({ state: 'publishing' }))).rejects.toBeInstanceOf(StaleBatchError);
    });

    it('claims every row exactly once while two processes fight for the link', async () => {
      const rows = Array.from({ length: 60 }, () => outboxRow());
      await enqueue(...rows);
      const seen: string[] = [];
      const work = async (mine: ExchangeStore) => {
        while (seen.length < rows.length) {
          if (!(await mine.holdLink(LINK, nobody))) continue;
          for (const item of await mine.claimDue(LINK, 7, AT)) {
            seen.push(item.messageId);
            await mine.markPublished([item.id], AT);
          }
          await mine.releaseLink(LINK);
        }
      };
      await Promise.all([work(store), work(under.other)]);
      expect(seen.sort()).toEqual(ids(rows).sort());
    });

    it('wakes the holder when another process leaves rows for the link', async () => {
      const woken = new Promise<string>((resolve) => store.onWork(resolve));
      await store.holdLink(LINK, nobody);
      await under.other.commit(batch({ outbox: [outboxRow({ link: 'horgos' }), outboxRow()] }));
      expect(await woken).toBe(LINK);
    });
  });
}

/** A lock whose owner's connection broke is free as soon as the server has noticed. */
async function takeOver(store: ExchangeStore, link: string): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await store.holdLink(link, nobody)) return;
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error('the link was never free');
}
