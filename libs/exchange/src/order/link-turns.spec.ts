import fc from 'fast-check';
import { newMessageId, openAnswer, sealQuery } from '#trust';
import type { BatchCommit, CommitResult } from '../ports/exchange-store.port.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from '../testing/in-memory-store.ts';
import { settled, waitFor, World } from '../testing/world.ts';

/** Commits when the test says, and as it says. */
class GatedStore extends InMemoryExchangeStore {
  readonly pending: ((outcome: 'commit' | 'fail') => void)[] = [];
  override async commit(batch: BatchCommit): Promise<CommitResult> {
    const outcome = await new Promise<'commit' | 'fail'>((resolve) => this.pending.push(resolve));
    if (outcome === 'fail') throw new RangeError('no store');
    return super.commit(batch);
  }
  async settleNext(outcome: 'commit' | 'fail'): Promise<void> {
    await waitFor(() => this.pending.length > 0);
    this.pending.shift()!(outcome);
  }
}

const note = (id: string) => ({ note: id, text: 'Жүк 货物 груз' });

describe('a batch while the commit of the one before it on its link is under way', () => {
  let database: InMemoryDatabase;
  let store: GatedStore;
  let world: World;
  beforeEach(async () => {
    database = new InMemoryDatabase();
    store = new GatedStore(database);
    world = await new World(store).start();
  });
  afterEach(async () => {
    const stopping = world.stop();
    let stopped = false;
    void stopping.then(() => (stopped = true));
    await waitFor(() => {
      store.pending.splice(0).forEach((settle) => settle('commit'));
      return stopped;
    });
  });

  const sealed = (id: string, fields?: { messageId: string }) => world.seal('LSW', note(id), fields);
  const offer = (...frames: readonly Buffer[]) => {
    let next = false;
    const deliveries = frames.map((frame) => world.delivery('lsw', frame));
    const outcomes = world.pipeline.receive(deliveries, () => (next = true)).then(settled);
    outcomes.catch(() => undefined);
    return { deliveries, outcomes, next: () => waitFor(() => next) };
  };
  const verdicts = async ({ outcomes }: ReturnType<typeof offer>) => (await outcomes).map(({ verdict }) => verdict);
  const keptIds = () => [...database.inbox.values()].map(({ messageId }) => messageId);

  test('is understood and planned meanwhile, and committed after it', async () => {
    const [a, b] = [sealed('A'), sealed('A')];
    const first = offer(a.frame);
    await first.next();
    const second = offer(b.frame);
    await second.next();
    expect(keptIds()).toEqual([]);
    await store.settleNext('commit');
    await store.settleNext('commit');
    expect([await verdicts(first), await verdicts(second)]).toEqual([['accepted'], ['accepted']]);
    expect(keptIds()).toEqual([a.manifest.messageId, b.manifest.messageId]);
    const rows = [...database.deliveries.values()].flatMap(({ row }) => (row.kind === 'message' ? [row] : []));
    expect(rows.map(({ linkSequence, source }) => [linkSequence, source?.messageId])).toEqual([
      [1, a.manifest.messageId],
      [2, b.manifest.messageId],
    ]);
  });

  test('is refused with it, whatever other links commit meanwhile; offered again they keep their order', async () => {
    const [a, b] = [sealed('A'), sealed('A')];
    const first = offer(a.frame);
    await first.next();
    const second = offer(b.frame);
    await second.next();
    const other = world.pipeline.receive([world.delivery('eve', world.seal('EVE', note('E')).frame)]);
    await store.settleNext('fail');
    await expect(first.outcomes).rejects.toThrow('no store');
    await expect(second.outcomes).rejects.toThrow('no store');
    await store.settleNext('commit');
    expect((await settled(await other)).map(({ verdict }) => verdict)).toEqual(['parked']);
    expect(keptIds()).not.toContain(b.manifest.messageId);
    const again = [offer(a.frame), undefined];
    await again[0]!.next();
    again[1] = offer(b.frame);
    await store.settleNext('commit');
    await store.settleNext('commit');
    expect([await verdicts(again[0]!), await verdicts(again[1])]).toEqual([['accepted'], ['accepted']]);
    expect(keptIds().slice(-2)).toEqual([a.manifest.messageId, b.manifest.messageId]);
  });

  test('finds the same message of the one before it known, and answers it alike', async () => {
    const { frame } = sealed('A');
    const first = offer(frame);
    await first.next();
    const second = offer(frame);
    await second.next();
    await store.settleNext('commit');
    // The first plan of the second is stale; the second is made of what is kept now.
    await store.settleNext('commit');
    await store.settleNext('commit');
    const [[one], [two]] = [await first.outcomes, await second.outcomes];
    expect([one?.verdict, two?.verdict]).toEqual(['accepted', 'duplicate']);
    expect(two?.receipt).toEqual(one?.receipt);
  });

  test('waits with an answer to a question until that is certain', async () => {
    const a = sealed('A');
    const first = offer(a.frame);
    await first.next();
    const { messageId } = a.manifest;
    const about = { messageId, manifestDigest: a.manifestDigest };
    const now = world.clock.now();
    const query = sealQuery({ queryId: newMessageId(now), about, from: 'LSW', to: 'LBG' }, world.signers['LSW']!, now);
    const second = offer(query.jws);
    await store.settleNext('commit');
    await store.settleNext('commit');
    const [outcome] = await second.outcomes;
    const opened = openAnswer(outcome!.answer!, world.directory, { now: world.clock.now(), from: 'LBG', to: 'LSW' });
    expect(opened).toMatchObject({ ok: true, answer: { have: true } });
  });

  test('whatever fails when, everything is kept once and in order', async () => {
    const lives = fc.record({
      batches: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 2, maxLength: 8 }),
      outcomes: fc.array(fc.constantFrom('commit' as const, 'fail' as const), { maxLength: 12 }),
    });
    await fc.assert(
      fc.asyncProperty(lives, async ({ batches, outcomes }) => {
        const before = database.inbox.size;
        const messages = batches.flatMap((size, i) => Array.from({ length: size }, () => sealed(`K${i % 2}`)));
        let left = outcomes.length;
        let done = false;
        const offering = offerInPairs(
          batches,
          messages.map(({ frame }) => world.delivery('lsw', frame)),
        );
        void offering.then(() => (done = true));
        await waitFor(() => {
          const settle = store.pending.shift();
          if (settle) settle(left > 0 ? outcomes[(left -= 1)]! : 'commit');
          return done;
        });
        expect(keptIds().slice(before)).toEqual(messages.map(({ manifest }) => manifest.messageId));
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  /** As a transport has to (`ReceiveBatch`): two at a time, and after a rejection both again. */
  async function offerInPairs(sizes: readonly number[], deliveries: readonly InboundDelivery[]): Promise<void> {
    let at = 0;
    const batches = sizes.map((size) => deliveries.slice(at, (at += size)));
    for (let i = 0; i < batches.length;) {
      let second: Promise<boolean> | undefined;
      const taken = (batch: readonly InboundDelivery[], next?: () => void) =>
        world.pipeline.receive(batch, next).then(
          () => true,
          () => false,
        );
      const follow = () => void (batches[i + 1] && (second = taken(batches[i + 1]!)));
      const first = await taken(batches[i]!, follow);
      const both = second !== undefined && (await second);
      expect(both && !first).toBe(false);
      if (first) i += both ? 2 : 1;
    }
  }
});
