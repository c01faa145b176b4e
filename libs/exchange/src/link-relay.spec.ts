import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

describe('the relay of a link', () => {
  let database: InMemoryDatabase;
  let world: World;

  beforeEach(() => {
    database = new InMemoryDatabase();
    world = new World(new InMemoryExchangeStore(database));
  });
  afterEach(() => world.stop());

  const send = async (...notes: string[]) => world.receive('lsw', ...notes.map((id) => world.seal('LSW', { note: id, text: '' }).frame));
  const arrivals = () => world.transport.messagesTo('keg').map(({ frame }) => world.opened(frame, 'KEG').manifest);
  const notes = () => arrivals().map(({ businessKeys }) => businessKeys[0]?.value);
  const deliveriesToKeg = () => [...database.deliveries.values()].filter(({ row }) => row.link === 'keg');

  test('messages of one key keep their order; each waits for the one before', async () => {
    await world.start();
    await send('A', 'A', 'B', 'A');
    await send('A', 'B');
    await waitFor(() => arrivals().length === 6);
    const sequencesOf = (key: string) =>
      arrivals()
        .filter(({ businessKeys }) => businessKeys[0]?.value === key)
        .map(({ link }) => link.sequence);
    expect(sequencesOf('A')).toEqual([1, 2, 4, 5]);
    expect(sequencesOf('B')).toEqual([3, 6]);
  });

  test('a failed message is sent again with the same bytes, flagged, and holds back only its own key', async () => {
    await world.start();
    world.transport.failures = ['PUBLISH_UNCONFIRMED'];
    await send('A', 'A', 'B');
    await waitFor(() => notes().includes('B'));
    expect(notes()).not.toContain('A');
    world.clock.pass(10);
    await waitFor(() => arrivals().length === 3);
    const again = world.transport.messagesTo('keg').find(({ possibleDuplicate }) => possibleDuplicate);
    expect(again && world.opened(again.frame, 'KEG').manifest.link.sequence).toBe(1);
    expect(notes()).toEqual(['B', 'A', 'A']);
  });

  test('while the link is down messages are kept, not attempted, and leave in order when it comes up', async () => {
    await world.start();
    world.transport.up = false;
    const outcomes = await send('A', 'B', 'A');
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(deliveriesToKeg().map(({ state, attempt }) => [state, attempt])).toEqual(Array(3).fill(['ready', 0]));
    world.transport.comeUp('keg');
    await waitFor(() => arrivals().length === 3);
    expect(notes().filter((key) => key === 'A')).toHaveLength(2);
    expect(world.transport.messagesTo('keg').every(({ possibleDuplicate }) => !possibleDuplicate)).toBe(true);
  });

  test('a message is not handed over directly while the commit of an earlier one of its key is under way', async () => {
    await world.start();
    await waitFor(() => world.relays.of('keg')?.held === true);
    const store = world.store;
    const [commit, unpublishedKeys] = [store.commit.bind(store), store.unpublishedKeys.bind(store)];
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const planned: (string | undefined)[] = [];
    store.commit = async (batch) => {
      planned.push(batch.outbox.find(({ link }) => link === 'keg')?.state);
      await gate;
      return commit(batch);
    };
    let looks = 0;
    store.unpublishedKeys = async (link) => {
      if (link === 'keg') looks += 1;
      return unpublishedKeys(link);
    };

    world.transport.up = false;
    const first = send('A');
    await waitFor(() => planned.length === 1);
    // The link is up again and the store, asked now, knows of nothing.
    world.transport.comeUp('keg');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const second = send('A');
    await new Promise((resolve) => setTimeout(resolve, 20));
    release();
    await Promise.all([first, second]);
    expect(planned).toEqual(['ready', 'ready']);
    await waitFor(() => arrivals().length === 2);
    expect(arrivals().map(({ link }) => link.sequence)).toEqual([1, 2]);

    // Both are in the store and sent: from now on messages are handed over directly again.
    await waitFor(() => looks > 0);
    for (let tries = 0; planned.at(-1) === 'ready' && tries < 50; tries += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await send('A');
    }
    expect(planned.at(-1)).toBe('publishing');
  });

  test('what a crash left being published is sent again, flagged, once its receipt stayed out', async () => {
    // Committed as handed over, and then the process was gone.
    await send('A');
    for (const delivery of deliveriesToKeg()) {
      delivery.state = 'publishing';
      delivery.attempt = 1;
    }
    await world.start();
    expect(arrivals()).toHaveLength(0);
    world.clock.pass(3);
    await waitFor(() => arrivals().length === 1);
    expect(world.transport.messagesTo('keg')[0]?.possibleDuplicate).toBe(true);
  });

  test('a message past its deadline expires and is not sent', async () => {
    world.transport.up = false;
    await world.start();
    await send('A');
    world.clock.pass(73 * 3600);
    await waitFor(() => deliveriesToKeg()[0]?.state === 'expired');
    world.transport.comeUp('keg');
    await send('B');
    await waitFor(() => arrivals().length === 1);
    expect(notes()).toEqual(['B']);
  });

  test('published without a receipt becomes unknown, and a late receipt still wins', async () => {
    await world.start();
    await send('A');
    await waitFor(() => deliveriesToKeg()[0]?.state === 'published');
    world.clock.pass(600);
    await waitFor(() => deliveriesToKeg()[0]?.state === 'unknown');
    const receipt = world.receiptFor(world.transport.messagesTo('keg')[0]!.frame, 'KEG', { levels: ['R1', 'R2'], status: 'valid' });
    await world.pipeline.receive([world.delivery('keg', receipt)]);
    expect(deliveriesToKeg()[0]?.state).toBe('valid');
  });

  test('two processes: one relays, the other hands its messages over through the store', async () => {
    await world.start();
    const other = new World(new InMemoryExchangeStore(database));
    Object.assign(other.directory, world.directory);
    expect(world.relays.of('keg')?.held).toBe(true);
    await send('A');
    await waitFor(() => arrivals().length === 1);
    expect(other.transport.sent).toHaveLength(0);
    await other.stop();
  });

  test('stop finishes the window in flight and lets go of the link', async () => {
    await world.start();
    await send('A', 'B', 'C');
    await world.stop();
    expect(deliveriesToKeg().every(({ state }) => state === 'published' || state === 'ready' || state === 'publishing')).toBe(true);
    expect(database.holders.size).toBe(0);
    const next = await new World(new InMemoryExchangeStore(database)).start();
    next.clock.pass(10);
    await waitFor(() => deliveriesToKeg().every(({ state }) => state === 'published'));
    await next.stop();
  });

  test('a suspended link keeps what is for it, others go on; resumed, or agreed again, it delivers in order', async () => {
    await world.start();
    await send('A');
    await waitFor(() => notes().length === 1);
    const [keg, others] = [world.book.link('keg')!, world.book.links.filter(({ id }) => id !== 'keg')];
    world.relays.follow([...others, { ...keg, suspended: true }]);
    const outcomes = await send('A', 'Қорғас', 'A');
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'accepted', 'accepted']);
    await waitFor(() => world.transport.receiptsTo('lsw').length === 4);
    expect(notes()).toEqual(['A']);
    world.relays.follow([...others, keg]);
    await waitFor(() => notes().length === 4);
    expect(notes().filter((note) => note === 'A')).toHaveLength(3);

    world.relays.follow(others);
    expect(world.relays.of('keg')).toBeUndefined();
    await send('Хоргос');
    world.relays.follow([...others, keg]);
    await waitFor(() => notes().includes('Хоргос'));
    expect(arrivals().map(({ link }) => link.sequence)).toEqual([1, 2, 3, 4, 5]);
  });
});
