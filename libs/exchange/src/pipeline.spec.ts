import { issue } from '#model';
import { generateKey, LocalSigner } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

const KAZAKH = 'Жүк «Қорғас — Шығыс қақпасы» арқылы өтеді; 货物经霍尔果斯';
const note = (id: string, extra: object = {}) => ({ note: id, text: KAZAKH, ...extra });

describe('the way of a message', () => {
  let database: InMemoryDatabase;
  let store: InMemoryExchangeStore;
  let world: World;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    store = new InMemoryExchangeStore(database);
    world = await new World(store).start();
  });
  afterEach(() => world.stop());

  const receive = (link: string, ...frames: Buffer[]) => world.receive(link, ...frames);
  const stateOf = (messageId: string) => [...database.deliveries.values()].find(({ row }) => row.messageId === messageId)?.state;

  test('a message is stored, receipted, translated, sealed for the receiver and sent', async () => {
    const sealed = world.seal('LSW', note('31046586'));
    const [outcome] = await receive('lsw', sealed.frame);
    expect(outcome).toMatchObject({ verdict: 'accepted', messageId: sealed.manifest.messageId });
    expect(world.receiptIn(outcome?.receipt)).toMatchObject({
      levels: ['R1', 'R2'],
      status: 'valid',
      about: { messageId: sealed.manifest.messageId },
    });
    await waitFor(() => world.transport.messagesTo('keg').length === 1 && world.transport.receiptsTo('lsw').length === 1);
    const arrived = world.opened(world.transport.messagesTo('keg')[0]!.frame, 'KEG');
    expect(arrived.manifest).toMatchObject({
      from: { party: 'LBG' },
      to: { party: 'KEG' },
      link: { sequence: 1 },
      businessKeys: [{ type: 'note', value: '31046586' }],
    });
    expect(arrived.manifest.translatedFrom).toMatchObject({ messageId: sealed.manifest.messageId, manifestDigest: sealed.manifestDigest });
    expect(arrived.parts[0]!.bytes.toString()).toContain(KAZAKH);
    expect(world.transport.receiptsTo('lsw')[0]!.frame).toEqual(outcome?.receipt);
  });

  test('the same message again gets the same receipt bytes and changes nothing', async () => {
    const { frame } = world.seal('LSW', note('1'));
    const [first] = await receive('lsw', frame);
    const [second] = await receive('lsw', frame);
    expect(second).toMatchObject({ verdict: 'duplicate' });
    expect(second?.receipt).toEqual(first?.receipt);
    await waitFor(() => world.transport.receiptsTo('lsw').length === 2);
    expect(database.deliveries.size).toBe(2);
    expect(world.transport.messagesTo('keg')).toHaveLength(1);
  });

  test('a repetition inside one batch is a repetition too', async () => {
    const { frame } = world.seal('LSW', note('1'));
    const outcomes = await receive('lsw', frame, frame, frame);
    expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'duplicate', 'duplicate']);
    expect(outcomes[2]?.receipt).toEqual(outcomes[0]?.receipt);
  });

  test('the same id with other content is quarantined, and the first message stands', async () => {
    const first = world.seal('LSW', note('1'));
    const { messageId } = first.manifest;
    await receive('lsw', first.frame);
    const [outcome] = await receive('lsw', world.seal('LSW', note('2'), { messageId }).frame);
    expect(outcome).toMatchObject({ verdict: 'quarantined', code: 'ID_CONFLICT' });
    expect([...database.quarantine.values()][0]?.row).toMatchObject({ code: 'ID_CONFLICT', claimedMessageId: messageId });
    expect([...database.inbox.values()]).toHaveLength(1);
  });

  test('a re-signed message is still the same message', async () => {
    const first = world.seal('LSW', note('1'));
    await receive('lsw', first.frame);
    const { resignMessage } = await import('#trust');
    world.clock.pass(5);
    const parts = [{ name: 'document', mediaType: 'application/json', charset: 'utf-8', bytes: Buffer.from(JSON.stringify(note('1'))) }];
    const again = resignMessage(first, parts, world.signers['LSW']!, world.clock.now());
    expect(again.frame).not.toEqual(first.frame);
    expect((await receive('lsw', again.frame))[0]).toMatchObject({ verdict: 'duplicate' });
  });

  test('every error found goes into the refusal; nothing is sent on', async () => {
    const faults = ['/a', '/b', '/c', '/d', '/e'].map((pointer) => issue('FIELD_MISSING', pointer));
    const [outcome] = await receive('lsw', world.seal('LSW', note('1', { faults })).frame);
    expect(outcome?.verdict).toBe('refused');
    const receipt = world.receiptIn(outcome?.receipt);
    expect(receipt.status).toBe('refused');
    expect(receipt.issues.map(({ pointer }) => pointer)).toEqual(['/a', '/b', '/c', '/d', '/e']);
    expect([...database.deliveries.values()].map(({ row }) => row.kind)).toEqual(['receipt']);
  });

  test('an unreadable payload is refused and kept', async () => {
    const [outcome] = await receive('lsw', world.seal('LSW', 'not json').frame);
    expect(outcome?.verdict).toBe('refused');
    expect([...database.inbox.values()][0]).toMatchObject({ state: 'refused', issues: [{ code: 'JSON_MALFORMED' }] });
  });

  test('what we cannot pass on is valid to its sender and parked with us', async () => {
    world.translator.encodeFailure = 'CODE_UNMAPPED';
    const [untranslatable] = await receive('lsw', world.seal('LSW', note('1')).frame);
    expect(untranslatable?.verdict).toBe('parked');
    expect(world.receiptIn(untranslatable?.receipt)).toMatchObject({ status: 'valid', issues: [] });
    const [unrouted] = await receive('eve', world.seal('EVE', note('2')).frame);
    expect(unrouted?.verdict).toBe('parked');
    expect([...database.inbox.values()].map(({ issues }) => issues.map(({ code }) => code))).toEqual([
      ['TRANSLATION_FAILED', 'CODE_UNMAPPED'],
      ['ROUTE_MISSING'],
    ]);
  });

  describe('an attacker', () => {
    const attacks: [string, (attacked: World) => { link: string; frame: Buffer }][] = [
      [
        'signs with a key of nobody',
        (w) => ({ link: 'lsw', frame: w.seal('LSW', note('1'), { signer: new LocalSigner(generateKey('ES256')) }).frame }),
      ],
      ['signs as another partner', (w) => ({ link: 'lsw', frame: w.seal('LSW', note('1'), { signer: w.signers['EVE']! }).frame })],
      ['sends a good message over another link', (w) => ({ link: 'eve', frame: w.seal('LSW', note('1')).frame })],
      ['sends what was meant for somebody else', (w) => ({ link: 'lsw', frame: w.seal('LSW', note('1'), { to: 'KEG' }).frame })],
      ['sends noise', () => ({ link: 'lsw', frame: Buffer.from('LBMF\x01 nothing') })],
      ['sends nothing', () => ({ link: 'lsw', frame: Buffer.alloc(0) })],
      ['uses a link that does not exist', (w) => ({ link: 'nowhere', frame: w.seal('LSW', note('1')).frame })],
    ];
    test.each(attacks)('%s: quarantined, unanswered, and no id is taken', async (_name, attack) => {
      const { link, frame } = attack(world);
      expect(await receive(link, frame)).toEqual([{ verdict: 'quarantined' }]);
      expect(database.inbox.size).toBe(0);
      expect(database.deliveries.size).toBe(0);
      expect(database.quarantine.size).toBe(1);
    });

    test('flips one byte of the payload', async () => {
      const { frame } = world.seal('LSW', note('1'));
      const altered = Buffer.from(frame);
      altered[altered.length - 3]! ^= 1;
      expect(await receive('lsw', altered)).toEqual([{ verdict: 'quarantined' }]);
      expect((await receive('lsw', frame))[0]?.verdict).toBe('accepted');
    });

    test('among good messages harms none of them', async () => {
      const good = ['1', '2', '3'].map((id) => world.seal('LSW', note(id)).frame);
      const forged = world.seal('LSW', note('9'), { signer: world.signers['EVE']! }).frame;
      const outcomes = await receive('lsw', good[0]!, forged, good[1]!, good[2]!);
      expect(outcomes.map(({ verdict }) => verdict)).toEqual(['accepted', 'quarantined', 'accepted', 'accepted']);
    });
  });

  test('an expired message is refused with a signed reason; an expired repetition gets its first receipt', async () => {
    const late = world.seal('LSW', note('1'), { notAfter: new Date(world.clock.now().getTime() + 60_000) });
    const [first] = await receive('lsw', late.frame);
    world.clock.pass(120);
    expect((await receive('lsw', late.frame))[0]).toEqual({
      verdict: 'duplicate',
      messageId: late.manifest.messageId,
      receipt: first?.receipt,
    });
    const other = world.seal('LSW', note('2'), { notAfter: new Date(world.clock.now().getTime() + 60_000) });
    world.clock.pass(120);
    const [refused] = await receive('lsw', other.frame);
    expect(world.receiptIn(refused?.receipt).issues.map(({ code }) => code)).toEqual(['MESSAGE_EXPIRED']);
  });

  test('a test message does not enter a production link', async () => {
    const [outcome] = await receive('lsw', world.seal('LSW', note('1'), { test: true }).frame);
    expect(world.receiptIn(outcome?.receipt).issues.map(({ code }) => code)).toEqual(['TEST_PRODUCTION_MIXED']);
  });

  describe('receipts of the receiver', () => {
    let out: Buffer;
    let outId: string;
    beforeEach(async () => {
      await receive('lsw', world.seal('LSW', note('1')).frame);
      await waitFor(() => world.transport.messagesTo('keg').length === 1);
      ({ frame: out, messageId: outId } = world.transport.messagesTo('keg')[0]!);
    });

    test('move the message on, level by level, and R3 is passed back to the sender under our signature', async () => {
      for (const [levels, status, state] of [
        [['R1'], 'stored', 'stored'],
        [['R2'], 'valid', 'valid'],
        [['R3'], 'accepted', 'accepted'],
      ] as const) {
        const [outcome] = await receive('keg', world.receiptFor(out, 'KEG', { levels, status }));
        expect(outcome).toEqual({ verdict: 'receipt', messageId: outId });
        expect(stateOf(outId)).toBe(state);
      }
      await waitFor(() => world.transport.receiptsTo('lsw').length === 2);
      const passedBack = world.receiptIn(world.transport.receiptsTo('lsw')[1]!.frame);
      expect(passedBack).toMatchObject({ levels: ['R3'], status: 'accepted', answer: outId, about: { from: 'LSW' } });
    });

    test('a repetition of the first message still gets its first receipt, not the R3', async () => {
      const [inbox] = [...database.inbox.values()];
      await receive('keg', world.receiptFor(out, 'KEG', { levels: ['R3'], status: 'accepted' }));
      const [again] = await receive('lsw', inbox!.frame);
      expect(world.receiptIn(again?.receipt).levels).toEqual(['R1', 'R2']);
    });

    test('a refusal with its errors is kept and passed back', async () => {
      const issues = [issue('VALUE_INVALID', '/BGM/2')];
      await receive('keg', world.receiptFor(out, 'KEG', { levels: ['R1', 'R2'], status: 'refused', issues }));
      expect(stateOf(outId)).toBe('refused');
    });

    test('the same receipt twice is one receipt', async () => {
      const receipt = world.receiptFor(out, 'KEG', { levels: ['R3'], status: 'accepted' });
      await receive('keg', receipt);
      await receive('keg', receipt, receipt);
      await waitFor(() => world.transport.receiptsTo('lsw').length >= 2);
      expect([...database.receipts.values()].filter(({ direction }) => direction === 'received')).toHaveLength(1);
      expect([...database.receipts.values()].filter(({ direction }) => direction === 'issued')).toHaveLength(2);
    });

    test('a receipt from another partner, or about a message we never sent, is quarantined', async () => {
      const good = world.receiptFor(out, 'KEG', { levels: ['R1'], status: 'stored' });
      expect((await receive('eve', good))[0]?.verdict).toBe('quarantined');
      const other = world.seal('LSW', note('77'), { to: 'KEG', signer: world.signers['LSW']! });
      const foreign = (await import('#trust')).sealReceipt(
        other,
        { levels: ['R1'], status: 'stored', issuedAt: world.clock.now() },
        world.signers['KEG']!,
      );
      expect((await receive('keg', foreign.jws))[0]?.verdict).toBe('quarantined');
      expect(stateOf(outId)).toBe('published');
    });
  });

  test('another process writing the same chain makes the plan stale: it is made again and both stand', async () => {
    await receive('lsw', world.seal('LSW', note('1')).frame);
    const head = database.heads.get('keg')!;
    database.heads.set('keg', { ...head, sequence: head.sequence + 5, manifestDigest: head.manifestDigest });
    await receive('lsw', world.seal('LSW', note('2')).frame);
    const sequences = [...database.deliveries.values()].flatMap(({ row }) => (row.linkSequence === undefined ? [] : [row.linkSequence]));
    expect(sequences).toEqual([1, 7]);
  });

  test('a row that another process stored for the same key is not overtaken', async () => {
    await receive('lsw', world.seal('LSW', note('A')).frame);
    await waitFor(() => world.transport.messagesTo('keg').length === 1);
    // The other process holds no relay: its row waits in the store, and its notification has not come yet.
    const other = new World(new InMemoryExchangeStore(database));
    const wake = store.wake.bind(store);
    store.wake = () => undefined;
    await other.pipeline.start();
    await other.pipeline.receive([other.delivery('lsw', other.seal('LSW', note('A')).frame)]);
    store.wake = wake;
    await receive('lsw', world.seal('LSW', note('A')).frame);
    await waitFor(() => world.transport.messagesTo('keg').length === 3);
    const positions = world.transport.messagesTo('keg').map(({ messageId }) => {
      const stored = [...database.deliveries.values()].find(({ row }) => row.messageId === messageId);
      return stored?.row.linkSequence;
    });
    expect(positions).toEqual([1, 2, 3]);
  });

  test('batches in flight keep the chain whole', async () => {
    const frames = Array.from({ length: 60 }, (_, i) => world.seal('LSW', note(`N${i}`)).frame);
    const outcomes = (await Promise.all(Array.from({ length: 12 }, (_, i) => receive('lsw', ...frames.slice(i * 5, i * 5 + 5))))).flat();
    expect(outcomes.every(({ verdict }) => verdict === 'accepted')).toBe(true);
    await waitFor(() => world.transport.messagesTo('keg').length === 60);
    const manifests = world.transport.messagesTo('keg').map(({ frame }) => world.opened(frame, 'KEG'));
    const inOrder = [...manifests].sort((a, b) => a.manifest.link.sequence - b.manifest.link.sequence);
    inOrder.forEach(({ manifest }, i) => {
      expect(manifest.link.sequence).toBe(i + 1);
      expect(manifest.link.previous).toBe(i === 0 ? undefined : inOrder[i - 1]!.manifestDigest);
    });
  });

  test('when the store fails nothing was accepted, and the same deliveries succeed later', async () => {
    const { frame } = world.seal('LSW', note('1'));
    const commit = store.commit.bind(store);
    store.commit = () => Promise.reject(new TypeError('connection lost'));
    await expect(receive('lsw', frame)).rejects.toThrow('connection lost');
    store.commit = commit;
    expect((await receive('lsw', frame))[0]?.verdict).toBe('accepted');
    await waitFor(() => world.transport.messagesTo('keg').length === 1);
  });
});
