/** What becomes of a message whose receipt stayed out: asked about, and sent again only after the receiver signed that it lacks it. */
import { generateKey, LocalSigner, newMessageId, openAnswer, openQuery, sealAnswer, sealQuery, type OpenedQuery } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

const TEXT = 'Вагон задержан; вагон кідіріп тұр; 车辆滞留';

describe('an unknown message', () => {
  let database: InMemoryDatabase;
  let world: World;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    world = await new World(new InMemoryExchangeStore(database)).start();
  });
  afterEach(() => world.stop());

  const send = async (...notes: string[]) =>
    world.pipeline.receive(notes.map((note) => world.delivery('lsw', world.seal('LSW', { note, text: TEXT }).frame)));
  const toKeg = () => [...database.deliveries.values()].filter(({ row }) => row.link === 'keg' && row.kind === 'message');
  const stateOf = (at = 0) => toKeg()[at]?.state;
  const arrivals = () => world.transport.messagesTo('keg');
  const queries = () => world.transport.sent.filter(({ link, item }) => link === 'keg' && item.kind === 'query').map(({ item }) => item);
  const asked = (at = 0): OpenedQuery => {
    const opened = openQuery(queries()[at]!.frame, world.directory, { now: world.clock.now(), from: 'LBG', to: 'KEG' });
    if (!opened.ok) throw new TypeError(opened.reason);
    return opened;
  };
  const receipt = () => world.receiptFor(arrivals()[0]!.frame, 'KEG', { levels: ['R1', 'R2'], status: 'valid' });
  const answer = (query: OpenedQuery, receipts: readonly Buffer[] = []) =>
    sealAnswer(query, receipts, world.signers['KEG']!, world.clock.now());
  const take = async (frame: Buffer, link = 'keg') => (await world.pipeline.receive([world.delivery(link, frame)]))[0];
  const becomeUnknown = async (...notes: string[]) => {
    await send(...notes);
    await waitFor(() => toKeg().length === notes.length && toKeg().every(({ state }) => state === 'published'));
    world.clock.pass(600);
    await waitFor(() => queries().length === notes.length, 'a question');
    expect(toKeg().every(({ state }) => state === 'unknown')).toBe(true);
  };

  test('is asked about before anything is sent again, and the receipt in the answer settles it', async () => {
    await becomeUnknown('A');
    expect(arrivals()).toHaveLength(1);
    expect(asked().query.about).toMatchObject({ messageId: arrivals()[0]!.messageId });
    expect(await take(answer(asked(), [receipt()]))).toMatchObject({ verdict: 'answered' });
    expect(stateOf()).toBe('valid');
    expect([...database.receipts.values()].filter(({ direction }) => direction === 'received')).toHaveLength(1);
    expect([...database.answers.values()]).toMatchObject([{ have: true, queryId: asked().query.queryId }]);
    expect(arrivals()).toHaveLength(1);
  });

  test('is sent again with the same bytes, flagged, after the receiver signed that it does not have it', async () => {
    await becomeUnknown('A');
    await take(answer(asked()));
    await waitFor(() => arrivals().length === 2);
    expect(arrivals()[1]!.frame).toEqual(arrivals()[0]!.frame);
    expect(arrivals()[1]!.possibleDuplicate).toBe(true);
    await waitFor(() => stateOf() === 'published');
    expect(database.events.filter(({ cause }) => cause === 'NOT_HELD')).toMatchObject([{ from: 'unknown', to: 'retrying' }]);
    await take(receipt());
    expect(stateOf()).toBe('valid');
  });

  test('waits for a person where the link says so', async () => {
    Object.assign(world.book.link('keg')!.delivery, { notHeld: 'wait' });
    try {
      await becomeUnknown('A');
      await take(answer(asked()));
      expect(stateOf()).toBe('missing');
      expect(arrivals()).toHaveLength(1);
      // A late receipt still wins.
      await take(receipt());
      expect(stateOf()).toBe('valid');
    } finally {
      Object.assign(world.book.link('keg')!.delivery, { notHeld: 'resend' });
    }
  });

  test('waits for a person when a newer message of its key has left: its place in the order is gone', async () => {
    await becomeUnknown('A', 'A');
    const first = [0, 1].map(asked).find(({ query }) => query.about.messageId === arrivals()[0]!.messageId)!;
    await take(answer(first));
    expect(stateOf(0)).toBe('missing');
    expect(arrivals()).toHaveLength(2);
  });

  test('a message of its key planned meanwhile stays behind it', async () => {
    await becomeUnknown('A');
    const [, outcome] = await world.pipeline.receive([
      world.delivery('keg', answer(asked())),
      world.delivery('lsw', world.seal('LSW', { note: 'A', text: 'later' }).frame),
    ]);
    expect(outcome).toMatchObject({ verdict: 'accepted' });
    await waitFor(() => arrivals().length === 3);
    const sequences = arrivals().map(({ frame }) => world.opened(frame, 'KEG').manifest.link.sequence);
    expect(sequences).toEqual([1, 1, 2]);
  });

  test('is asked about again, at growing intervals, with a new question; the old one is closed', async () => {
    await becomeUnknown('A');
    world.clock.pass(3_600);
    await waitFor(() => queries().length === 2);
    expect(asked(1).query.queryId).not.toBe(asked(0).query.queryId);
    expect(await take(answer(asked(0)))).toMatchObject({ verdict: 'answered' });
    expect(stateOf()).toBe('unknown');
    await take(answer(asked(1)));
    await waitFor(() => arrivals().length === 2);
  });

  test('is asked about no more once its deadline has passed', async () => {
    await becomeUnknown('A');
    world.clock.pass(72 * 3_600);
    await world.relays.of('keg')!.resolveUnknown();
    expect(queries()).toHaveLength(1);
  });

  test('while the link is down it is not asked about', async () => {
    await send('A');
    await waitFor(() => stateOf() === 'published');
    world.transport.up = false;
    world.clock.pass(600);
    await waitFor(() => stateOf() === 'unknown');
    await world.relays.of('keg')!.resolveUnknown();
    expect([...database.deliveries.values()].filter(({ row }) => row.kind === 'query')).toHaveLength(0);
    world.transport.comeUp('keg');
    await waitFor(() => queries().length === 1);
  });

  describe('when the process ends in between', () => {
    const restart = async () => {
      await world.stop();
      const before = world;
      world = new World(new InMemoryExchangeStore(database));
      Object.assign(world.signers, before.signers);
      Object.assign(world, { directory: before.directory });
      world.clock.time = before.clock.time;
    };

    test('after the question was committed: the same question is sent', async () => {
      await becomeUnknown('A');
      const question = [...database.deliveries.values()].find(({ row }) => row.kind === 'query')!;
      world.transport.sent.length = 0;
      question.state = 'ready';
      world.relays.of('keg')!.kick();
      await waitFor(() => queries().length === 1);
      expect(queries()[0]!.messageId).toBe(question.row.messageId);
    });

    test('after the answer was committed: the message is sent again by the next process', async () => {
      await becomeUnknown('A');
      const no = answer(asked());
      await world.relays.stop();
      await world.receive('keg', no);
      expect(stateOf()).toBe('retrying');
      await restart();
      world.relays.start(5);
      await waitFor(() => arrivals().length === 1);
      await waitFor(() => stateOf() === 'published');
    });

    test('before the answer was committed: it comes again and counts then', async () => {
      await becomeUnknown('A');
      const commit = world.store.commit.bind(world.store);
      world.store.commit = () => Promise.reject(new TypeError('power cut'));
      const no = answer(asked());
      await expect(take(no)).rejects.toThrow('power cut');
      expect(stateOf()).toBe('unknown');
      world.store.commit = commit;
      await take(no);
      await waitFor(() => arrivals().length === 2);
    });
  });

  describe('an attacker', () => {
    test('who replays a "no" changes nothing: not while another question is open, not after the receipt came', async () => {
      await becomeUnknown('A');
      const no = answer(asked());
      await take(no);
      await waitFor(() => arrivals().length === 2 && stateOf() === 'published');
      expect(await take(no)).toMatchObject({ verdict: 'answered' });
      expect(stateOf()).toBe('published');
      world.clock.pass(7_200);
      await waitFor(() => queries().length === 2);
      await take(no);
      expect(stateOf()).toBe('unknown');
      await take(receipt());
      await take(answer(asked(1)));
      expect(stateOf()).toBe('valid');
      expect(arrivals()).toHaveLength(2);
      expect(database.answers.size).toBe(1);
    });

    test.each<[string, (query: OpenedQuery) => Buffer]>([
      ['signed with a stranger’s key', (query) => sealAnswer(query, [], new LocalSigner(generateKey('ES256')), world.clock.now())],
      ['signed by another partner', (query) => sealAnswer(query, [], world.signers['EVE']!, world.clock.now())],
      [
        'about a question nobody asked',
        (query) => answer({ ...query, query: { ...query.query, queryId: newMessageId(world.clock.now()) } }),
      ],
      ['about other octets of the question', (query) => answer({ ...query, digest: query.query.about.manifestDigest })],
      [
        'with a receipt about other parts',
        (query) => answer(query, [world.receiptFor(foreign(), 'KEG', { levels: ['R1'], status: 'stored' })]),
      ],
    ])('gets into quarantine with an answer %s', async (_name, forge) => {
      await becomeUnknown('A');
      expect(await take(forge(asked()))).toEqual({ verdict: 'quarantined' });
      expect(stateOf()).toBe('unknown');
      expect(database.answers.size).toBe(0);
      expect(arrivals()).toHaveLength(1);
    });

    /** A message to KEG that we never sent on this link. */
    const foreign = () => world.seal('LBG', { note: 'X', text: '' }, { to: 'KEG' }).frame;

    test('on another link cannot answer for the partner', async () => {
      await becomeUnknown('A');
      expect(await take(answer(asked()), 'eve')).toEqual({ verdict: 'quarantined' });
      expect(stateOf()).toBe('unknown');
    });
  });
});

describe('a partner that asks us', () => {
  let database: InMemoryDatabase;
  let world: World;
  beforeEach(async () => {
    database = new InMemoryDatabase();
    world = await new World(new InMemoryExchangeStore(database)).start();
  });
  afterEach(() => world.stop());

  const ask = async (about: { messageId: string; manifestDigest: string }, signer = world.signers['LSW']!) => {
    const query = sealQuery({ queryId: newMessageId(world.clock.now()), from: 'LSW', to: 'LBG', about }, signer, world.clock.now());
    const [outcome] = await world.receive('lsw', query.jws);
    return { query, outcome };
  };
  const read = (jws: Buffer | undefined) => {
    const opened = openAnswer(jws!, world.directory, { now: world.clock.now(), from: 'LBG', to: 'LSW' });
    if (!opened.ok) throw new TypeError(opened.reason);
    return opened;
  };

  test('gets the stored receipt, the same bytes as first issued, at once and over the link', async () => {
    const message = world.seal('LSW', { note: 'A', text: TEXT });
    const [first] = await world.receive('lsw', message.frame);
    const { outcome, query } = await ask({ messageId: message.manifest.messageId, manifestDigest: message.manifestDigest });
    expect(outcome?.verdict).toBe('asked');
    const { answer, receipts } = read(outcome?.answer);
    expect(answer).toMatchObject({ have: true, queryId: query.query.queryId, queryDigest: query.digest });
    expect(receipts).toEqual([first?.receipt]);
    await waitFor(() => world.transport.sent.some(({ link, item }) => link === 'lsw' && item.kind === 'answer'));
    expect(database.deliveries.size).toBe(2);
  });

  test('gets a signed no about what we do not hold, and about other content under a known id', async () => {
    const message = world.seal('LSW', { note: 'A', text: TEXT });
    const about = { messageId: message.manifest.messageId, manifestDigest: message.manifestDigest };
    expect(read((await ask(about)).outcome?.answer).answer.have).toBe(false);
    await world.receive('lsw', message.frame);
    const other = world.seal('LSW', { note: 'B', text: '' }).manifestDigest;
    expect(read((await ask({ ...about, manifestDigest: other })).outcome?.answer).answer.have).toBe(false);
  });

  test('learns nothing about the messages of another partner', async () => {
    const message = world.seal('EVE', { note: 'A', text: '' });
    await world.receive('eve', message.frame);
    const about = { messageId: message.manifest.messageId, manifestDigest: message.manifestDigest };
    expect(read((await ask(about)).outcome?.answer).answer.have).toBe(false);
    expect((await ask(about, world.signers['EVE'])).outcome).toEqual({ verdict: 'quarantined' });
  });
});
