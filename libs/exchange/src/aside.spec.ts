import { ASIDE_BYTES, Aside } from './ports/aside.port.ts';
import { understand, type Understood } from './steps/understand.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

const LARGE = { note: 'large', text: '货'.repeat(ASIDE_BYTES) };

/** A worker that does what the test says, when the test says. */
class TestAside extends Aside {
  closed = false;
  readonly links: string[] = [];
  answer: (payload: Buffer, link: string) => Promise<Understood> = () => Promise.reject(new RangeError('not asked'));

  override understand(payload: Buffer, link: string): Promise<Understood> {
    this.links.push(link);
    return this.answer(payload, link);
  }

  override close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

describe('large documents', () => {
  let database: InMemoryDatabase;
  let aside: TestAside;
  let world: World;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    aside = new TestAside();
    world = await new World(new InMemoryExchangeStore(database), aside).start();
  });
  afterEach(() => world.stop());

  const receive = (link: string, ...frames: Buffer[]) => world.receive(link, ...frames);
  const honestly = (payload: Buffer, link: string) =>
    Promise.resolve(understand(payload, world.book.link(link)!, { ...world, project: () => [] }));

  test('are understood aside with the same result, and small ones are not handed over', async () => {
    aside.answer = honestly;
    const outcomes = await receive('lsw', world.seal('LSW', { note: 'small' }).frame, world.seal('LSW', LARGE).frame);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted']);
    expect(aside.links).toEqual(['lsw']);
    await waitFor(() => world.transport.messagesTo('keg').length === 2);
  });

  test('do not hold up another link', async () => {
    let finish: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (finish = resolve));
    aside.answer = (payload, link) => gate.then(() => honestly(payload, link));
    const slow = receive('lsw', world.seal('LSW', LARGE).frame);
    await waitFor(() => aside.links.length === 1);
    const [quick] = await receive('keg', world.seal('KEG', { note: 'small' }).frame);
    expect(quick?.verdict).toBeDefined();
    expect(database.inbox.size).toBe(1);
    finish();
    expect((await slow)[0]?.verdict).toBe('accepted');
  });

  test('that break the worker are kept, parked and reported, and the next message goes on', async () => {
    aside.answer = () => Promise.reject(new RangeError('out of memory'));
    const { frame } = world.seal('LSW', LARGE);
    const [outcome] = await receive('lsw', frame);
    expect(outcome?.verdict).toBe('parked');
    // Nobody judged it: what we sign is that it is stored, and no more, however often it comes.
    expect(world.receiptIn(outcome?.receipt)).toMatchObject({ levels: ['R1'], status: 'stored', issues: [] });
    expect((await receive('lsw', frame))[0]).toMatchObject({ verdict: 'duplicate', receipt: outcome?.receipt });
    expect(world.reported).toHaveLength(1);
    const [next] = await receive('lsw', world.seal('LSW', { note: 'small' }).frame);
    expect(next?.verdict).toBe('accepted');
  });

  test('cut off by our own shutdown are neither kept nor answered: they come again', async () => {
    aside.answer = () => aside.close().then(() => Promise.reject(new Error('terminated')));
    await expect(receive('lsw', world.seal('LSW', LARGE).frame)).rejects.toThrow('terminated');
    expect(database.inbox.size).toBe(0);
  });
});
