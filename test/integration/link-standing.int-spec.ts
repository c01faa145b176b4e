import { PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { Scope } from '#exchange';
import type { Link } from '#model';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { waitFor, World } from '../../libs/exchange/src/testing/world.ts';
import { AT, batch, inboxRow, outboxRow, receiptRow } from '../support/store-rows.ts';

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
    const [keg, quiet] = await view.standing(Scope.everything, ['keg', 'quiet'], AT);
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
    expect((await view.standing(kegOnly, ['keg', 'nsw'], AT)).map(({ link }) => link)).toEqual(['keg']);
  });

  it('gives figures of a day: what was taken at the first try, and how long passage and receipt took', async () => {
    const came = (state: string, issues: object[] = []) =>
      inboxRow({ sender: 'HRG', link: 'hrg', receivedAt: AT, state: state as 'routed', issues: issues as never });
    const warned = came('routed', [{ code: 'CHECK_DIGIT', severity: 'warning', pointer: '/号', message: 'Қате сан' }]);
    const helped = came('routed', [{ code: 'FIELD_MISSING', severity: 'error', pointer: '/x', message: 'x' }]);
    const inbox = [
      warned,
      helped,
      came('refused'),
      came('received'),
      inboxRow({ sender: 'HRG', link: 'hrg', receivedAt: minutes(-60 * 25) }),
    ];
    const went = [1, 2, 3].map(() =>
      outboxRow({ link: 'nsw2', source: { sender: 'HRG', messageId: warned.messageId }, createdAt: minutes(1) }),
    );
    const later = outboxRow({ link: 'nsw2', createdAt: minutes(1) });
    const { outboxIds } = await store.commit(batch({ inbox, outbox: [...went, later] }));
    const set = (row: { messageId: string }, state: string, attempt: number, published?: Date) =>
      database.dataSource.query('UPDATE delivery SET state = $2, attempt = $3, published_at = $4 WHERE id = $1', [
        outboxIds.get(row.messageId),
        state,
        attempt,
        published,
      ]);
    await set(went[0]!, 'valid', 1, minutes(2));
    await set(went[1]!, 'accepted', 2, minutes(4));
    await set(went[2]!, 'refused', 1, minutes(6));
    await store.commit(
      batch({
        receipts: [
          receiptRow({ link: 'nsw2', direction: 'received', aboutMessageId: went[0]!.messageId, at: new Date(minutes(2).getTime() + 500) }),
          // Of the attempt before the one that is on record: it takes no time.
          receiptRow({ link: 'nsw2', direction: 'received', aboutMessageId: went[1]!.messageId, at: minutes(3) }),
        ],
      }),
    );
    const day = minutes(-60 * 24);
    const { links, total } = await view.figures(Scope.everything, ['hrg', 'nsw2', 'quiet'], day);
    expect(links[0]).toMatchObject({ link: 'hrg', received: { judged: 3, passed: 1 }, sent: { judged: 0, passed: 0 }, more: false });
    expect(links[1]).toMatchObject({
      sent: { judged: 3, passed: 1 },
      passage: { p50Seconds: 240, p90Seconds: 336, known: 3, of: 3 },
      receipt: { p50Seconds: 0.25, p90Seconds: 0.45, known: 2, of: 3 },
    });
    const nothingKnown = { judged: 0, passed: 0 };
    expect(links[2]).toEqual({
      link: 'quiet',
      received: nothingKnown,
      sent: nothingKnown,
      passage: { known: 0, of: 0 },
      receipt: { known: 0, of: 0 },
      more: false,
    });
    expect(total).toMatchObject({ received: { judged: 3, passed: 1 }, sent: { judged: 3, passed: 1 } });
    const horgosOnly = Scope.of(['HRG'], { linkTo: (party) => ({ id: party.toLowerCase() }) as Link });
    const seen = await view.figures(horgosOnly, ['hrg', 'nsw2'], day);
    expect(seen.links.map(({ link }) => link)).toEqual(['hrg']);
    expect(seen.total.sent).toEqual(nothingKnown);
  });

  it('drains an outage: class A before B before C, each key in its order, and says how long the rest takes', async () => {
    const own = await testDatabase();
    const backlog = new PostgresExchangeStore(own.dataSource);
    const world = new World(backlog);
    const seen = new PostgresMessageView(own.dataSource, { partnerOf: (link) => link.toUpperCase(), linksOf: () => [] });
    try {
      await world.start();
      const window = world.book.link('keg')!.limits.window;
      world.transport.up = false;
      // While Khorgos is away everything comes in turn: an urgent message last of all, and one behind a slow one of its own note.
      const classes = ['C', 'B', 'A'] as const;
      const rows = Array.from({ length: window * 2 }, (_, at) =>
        outboxRow({
          link: 'keg',
          priority: classes[at % 3]!,
          orderKey: `note:${at % 7}`,
          createdAt: world.clock.now(),
          deadline: minutes(1e6),
        }),
      );
      await backlog.commit(batch({ outbox: rows }));
      const none = await seen.standing(Scope.everything, ['keg'], world.clock.now());
      expect(none[0]).toMatchObject({ waiting: { count: rows.length } });
      expect(none[0]).not.toHaveProperty('drain');
      world.transport.comeUp('keg');
      await waitFor(() => world.transport.messagesTo('keg').length === rows.length, 'the backlog to leave');
      const order = world.transport.messagesTo('keg').map(({ messageId }) => rows.findIndex((row) => row.messageId === messageId));
      for (let key = 0; key < 7; key += 1) {
        const ofKey = order.filter((at) => at % 7 === key);
        expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
      }
      // What may go first (the oldest of its key) goes by class; nobody of a lower class leaves while a higher one could.
      const gone = new Set<number>();
      let at = 0;
      while (at < order.length) {
        const free = rows.flatMap((_, place) => {
          const before = rows.slice(0, place).some((_row, earlier) => earlier % 7 === place % 7 && !gone.has(earlier));
          return gone.has(place) || before ? [] : [place];
        });
        const best = free.sort((a, b) => rows[a]!.priority.localeCompare(rows[b]!.priority) || a - b).slice(0, window);
        expect(order.slice(at, at + best.length)).toEqual(best);
        best.forEach((place) => gone.add(place));
        at += best.length;
      }
      await waitFor(async () => (await backlog.unpublishedKeys('keg')).size === 0, 'the marks');
      // Then the next outage begins: what left a minute ago is the pace for what waits now.
      world.transport.up = false;
      world.clock.pass(60);
      await backlog.commit(
        batch({ outbox: rows.map(() => outboxRow({ link: 'keg', createdAt: world.clock.now(), deadline: minutes(1e6) })) }),
      );
      const [keg] = await seen.standing(Scope.everything, ['keg'], world.clock.now());
      expect(keg!.drain).toEqual({ perMinute: rows.length, seconds: 60, more: false });
      world.clock.pass(600);
      expect((await seen.standing(Scope.everything, ['keg'], world.clock.now()))[0]).not.toHaveProperty('drain');
    } finally {
      await world.stop();
      await seen.close();
      await backlog.close();
      await own.drop();
    }
  });
});
