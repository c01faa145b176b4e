import fc from 'fast-check';
import { ASIDE_BYTES, Aside } from '../ports/aside.port.ts';
import type { BatchCommit, CommitResult } from '../ports/exchange-store.port.ts';
import { isLater, type InboundDelivery, type InboundReply } from '../ports/transport.port.ts';
import { understand, type Understood } from '../steps/understand.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from '../testing/in-memory-store.ts';
import { settled, waitFor, World } from '../testing/world.ts';

/** Ends each piece of work when the test says, in any order. */
class ManualAside extends Aside {
  closed = false;
  readonly running: (() => void)[] = [];
  world: World | undefined;
  override understand(payload: Buffer, link: string): Promise<Understood> {
    const { world } = this;
    return new Promise((resolve, reject) => {
      this.running.push(() => {
        if (this.closed || !world) reject(new RangeError('terminated'));
        else resolve(understand(payload, world.book.link(link)!, { ...world, project: () => [] }));
      });
    });
  }
  override close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

/** Refuses some commits, and every one once its process is dead. */
class FlakyStore extends InMemoryExchangeStore {
  dead = false;
  failures: boolean[] = [];
  override commit(batch: BatchCommit): Promise<CommitResult> {
    if (this.dead || this.failures.shift()) return Promise.reject(new RangeError('no store'));
    return super.commit(batch);
  }
}

const FILLING = '货'.repeat(ASIDE_BYTES / 3);
/** What a note says of itself; a large one may name others in its text, which makes them wait for nothing. */
const content = (key: string, large: boolean) => ({ note: key, text: large ? `${FILLING} C` : '' });

const setUp = async () => {
  const database = new InMemoryDatabase();
  const store = new FlakyStore(database);
  const aside = new ManualAside();
  const world = await new World(store, aside).start();
  aside.world = world;
  return { database, store, aside, world };
};
const offer = (world: World, ...contents: object[]) =>
  world.pipeline.receive(contents.map((one) => world.delivery('lsw', world.seal('LSW', one).frame)));
const keptKeys = (database: InMemoryDatabase) =>
  [...database.deliveries.values()].flatMap(({ row }) => (row.kind === 'message' && row.orderKey ? [row.orderKey] : []));
const kinds = (replies: readonly InboundReply[]) => replies.map((reply) => (isLater(reply) ? 'later' : reply.verdict));

describe('behind a large document on its own link', () => {
  test('messages of other keys go on, those of its key wait for it and follow it', async () => {
    const { database, aside, world } = await setUp();
    const first = await offer(world, content('A', false), content('A', true), content('B', false), content('A', false));
    expect(kinds(first)).toEqual(['accepted', 'later', 'accepted', 'later']);
    const second = await offer(world, content('D', false), content('A', false));
    expect(kinds(second)).toEqual(['accepted', 'later']);
    expect(keptKeys(database)).toEqual(['note:A', 'note:B', 'note:D']);
    aside.running[0]!();
    await settled([...first, ...second]);
    expect(keptKeys(database)).toEqual(['note:A', 'note:B', 'note:D', 'note:A', 'note:A', 'note:A']);
    await world.stop();
  });

  test('a message that could belong to it waits, and no longer than until it is read', async () => {
    const { database, aside, world, store } = await setUp();
    const [large] = await offer(world, content('A', true));
    expect(kinds(await offer(world, content('C', false)))).toEqual(['later']);
    // Read, but not committed yet: its keys are known now.
    store.failures = Array.from({ length: 3 }, () => true);
    aside.running[0]!();
    await waitFor(() => store.failures.length < 3);
    const again = await offer(world, content('C', false));
    await settled([large!, ...again]);
    await waitFor(() => keptKeys(database).length === 3);
    expect(keptKeys(database).filter((key) => key === 'note:C')).toHaveLength(2);
    await world.stop();
  });

  test('the same message again is not read twice and becomes a repetition', async () => {
    const { aside, world } = await setUp();
    const { frame } = world.seal('LSW', content('A', true));
    const first = await world.pipeline.receive([world.delivery('lsw', frame)]);
    const again = await world.pipeline.receive([world.delivery('lsw', frame)]);
    expect(kinds(again)).toEqual(['later']);
    expect(aside.running).toHaveLength(1);
    aside.running[0]!();
    expect((await settled([...first, ...again])).map(({ verdict }) => verdict)).toEqual(['accepted', 'duplicate']);
    await world.stop();
  });

  test('a batch whose commit fails is offered again whole; the work aside is not begun again', async () => {
    const { database, store, aside, world } = await setUp();
    store.failures = [true];
    const deliveries = [content('A', false), content('A', true)].map((one) => world.delivery('lsw', world.seal('LSW', one).frame));
    await expect(world.pipeline.receive(deliveries)).rejects.toThrow('no store');
    aside.running[0]!();
    const outcomes = await settled(await world.pipeline.receive(deliveries));
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted']);
    expect(aside.running).toHaveLength(1);
    expect(keptKeys(database)).toEqual(['note:A', 'note:A']);
    await world.stop();
  });

  test('when the gateway stops, the large one and what waits for it are neither kept nor answered', async () => {
    const { database, aside, world } = await setUp();
    const replies = await offer(world, content('A', true), content('A', false));
    await aside.close();
    aside.running[0]!();
    await expect(settled(replies.slice(0, 1))).rejects.toThrow('terminated');
    await expect(settled(replies.slice(1))).rejects.toThrow('terminated');
    expect(database.inbox.size).toBe(0);
    await world.stop();
  });

  /** A link's life: messages of few keys, some large, in batches; commits that fail; work aside that ends in any order; a crash. */
  const life = fc.record({
    messages: fc.array(fc.record({ key: fc.constantFrom('A', 'B', 'C', 'D'), large: fc.integer({ min: 0, max: 9 }).map((n) => n < 3) }), {
      minLength: 1,
      maxLength: 14,
    }),
    batches: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 14, maxLength: 14 }),
    failures: fc.array(
      fc.integer({ min: 0, max: 9 }).map((n) => n < 2),
      { maxLength: 12 },
    ),
    ends: fc.array(fc.nat({ max: 5 }), { minLength: 30, maxLength: 30 }),
    crashAfter: fc.option(fc.nat({ max: 10 })),
  });

  test('whatever happens, each key keeps its order, everything is kept once, and what is acknowledged is kept', async () => {
    await fc.assert(
      fc.asyncProperty(life, async ({ messages, batches, failures, ends, crashAfter }) => {
        const { database, store, aside, world } = await setUp();
        store.failures = [...failures];
        const sealed = messages.map(({ key, large }) => world.seal('LSW', content(key, large)));
        const acknowledged = new Set<InboundDelivery>();
        const deliver = async (to: World, deliveries: readonly InboundDelivery[], dead: () => boolean, stepped: () => void) => {
          const late: Promise<unknown>[] = [];
          let at = 0;
          for (const size of [...batches, ...batches]) {
            const batch = deliveries.slice(at, at + size);
            if (batch.length === 0 || dead()) break;
            at += size;
            const replies = await offerUntilTaken(to, batch, dead);
            replies?.forEach((reply, i) => {
              if (dead()) return;
              if (!isLater(reply)) acknowledged.add(batch[i]!);
              else
                late.push(
                  reply.later.then(
                    () => void (dead() || acknowledged.add(batch[i]!)),
                    () => undefined,
                  ),
                );
            });
            stepped();
          }
          return late;
        };
        let steps = 0;
        let dead = false;
        const finishOne = (of: ManualAside) =>
          of.running.splice((ends[steps++ % ends.length] ?? 0) % Math.max(1, of.running.length), 1)[0]?.();
        const all = sealed.map(({ frame }) => world.delivery('lsw', frame));
        const late = await deliver(
          world,
          all,
          () => dead,
          () => {
            if (steps % 2 === 0) finishOne(aside);
            else steps += 1;
            if (crashAfter !== null && steps > crashAfter) dead = store.dead = true;
          },
        );
        if (!dead) await finishAll(aside, finishOne, late);
        else {
          await aside.close();
          world.pipeline.close();
        }
        await world.stop();
        if (dead) {
          // Another process takes over; what was not acknowledged comes again, in order.
          const [nextStore, nextAside] = [new FlakyStore(database), new ManualAside()];
          const next = await new World(nextStore, nextAside, undefined, undefined, world).start();
          nextAside.world = next;
          const again = all.filter((delivery) => !acknowledged.has(delivery)).map((delivery) => ({ ...delivery, redelivered: true }));
          for (const { frame } of all.filter((delivery) => acknowledged.has(delivery)))
            expect([...database.inbox.values()].some((row) => row.frame.equals(frame))).toBe(true);
          const rest = await deliver(
            next,
            again,
            () => false,
            () => undefined,
          );
          await finishAll(nextAside, finishOne, rest);
          await next.stop();
        }
        const kept = [...database.deliveries.values()].flatMap(({ row }) => (row.source ? [row.source.messageId] : []));
        expect([...kept].sort()).toEqual(sealed.map(({ manifest }) => manifest.messageId).sort());
        for (const key of 'ABCD') {
          const arrived = sealed.filter((_, i) => messages[i]?.key === key).map(({ manifest }) => manifest.messageId);
          expect(kept.filter((id) => arrived.includes(id))).toEqual(arrived);
        }
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  async function offerUntilTaken(to: World, batch: readonly InboundDelivery[], dead: () => boolean) {
    while (!dead()) {
      try {
        return await to.pipeline.receive(batch);
      } catch {
        // The transport offers the same again.
      }
    }
    return undefined;
  }

  async function finishAll(aside: ManualAside, finishOne: (of: ManualAside) => void, late: readonly Promise<unknown>[]) {
    let done = false;
    void Promise.all(late).then(() => (done = true));
    await waitFor(() => {
      finishOne(aside);
      return done;
    });
  }
});
