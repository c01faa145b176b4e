/** The gateway's own key is in a module that signs by itself: slow, sometimes down. What leaves is signed by it or not at all. */
import { SlowSigner } from '../../../test/support/slow-signer.ts';
import { directoryKey, openReceipt } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { waitFor, World } from './testing/world.ts';

const KAZAKH = 'Қорғас — 霍尔果斯 — Хоргос';
const note = (id: string) => ({ note: id, text: KAZAKH });

describe('a gateway whose key signs elsewhere', () => {
  let database: InMemoryDatabase;
  let world: World;
  let module: SlowSigner;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    world = new World(new InMemoryExchangeStore(database));
    module = new SlowSigner('Ed25519');
    const known = world.directory.document('LBG')!;
    const keys = [...known.keys, directoryKey(module.jwk, { from: new Date(0) })];
    world.directory.importTrusted({ ...known, version: 2, keys });
    world.ours = module;
    await world.start();
  });
  afterEach(() => world.stop());

  const arrived = () => world.transport.messagesTo('keg').map(({ frame }) => world.opened(frame, 'KEG'));
  const sequences = () => arrived().map(({ manifest }) => manifest.link.sequence);
  const batch = (...ids: string[]) => ids.map((id) => world.delivery('lsw', world.seal('LSW', note(id)).frame));

  test('passes messages and receipts on, every one under its signature and in one chain', async () => {
    await Promise.all([world.pipeline.receive(batch('1', '2')), world.pipeline.receive(batch('3'))]);
    await world.pipeline.receive(batch('4'));
    await waitFor(() => arrived().length === 4);
    expect(sequences()).toEqual([1, 2, 3, 4]);
    expect(arrived().map(({ kid }) => kid)).toEqual(Array.from({ length: 4 }, () => module.kid));
    const digests = arrived().map(({ manifestDigest }) => manifestDigest);
    expect(arrived().map(({ manifest }) => manifest.link.previous)).toEqual([undefined, ...digests.slice(0, 3)]);
    for (const { frame } of world.transport.receiptsTo('lsw'))
      expect(openReceipt(frame, world.directory, { now: world.clock.now(), issuer: 'LBG' })).toMatchObject({ ok: true, kid: module.kid });
    expect(world.reported).toEqual([]);
  });

  test('keeps nothing, acknowledges nothing and sends nothing while it is down; the same deliveries go through afterwards', async () => {
    const deliveries = batch('1', '2');
    module.failing = Infinity;
    await expect(world.pipeline.receive(deliveries)).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    expect([database.inbox.size, database.deliveries.size, world.transport.sent.length]).toEqual([0, 0, 0]);
    module.failing = 0;
    expect((await world.receive('lsw', ...deliveries.map(({ frame }) => frame))).map(({ verdict }) => verdict)).toEqual([
      'accepted',
      'accepted',
    ]);
    await waitFor(() => arrived().length === 2);
    // Neither a number nor a place in the chain was lost with what could not be signed.
    expect(sequences()).toEqual([1, 2]);
  });

  test('lets no other key sign in its place, not even one of ours: a wrong signature leaves everything unsent', async () => {
    module.liar = world.signers['LBG'] as never;
    await expect(world.pipeline.receive(batch('1'))).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    expect([database.inbox.size, world.transport.sent.length]).toEqual([0, 0]);
  });

  test('one batch that cannot be signed takes none of those behind it along', async () => {
    const [first, second] = [batch('1'), batch('2')];
    module.failing = 1;
    const both = await Promise.allSettled([world.pipeline.receive(first), world.pipeline.receive(second)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await world.pipeline.receive(first);
    await waitFor(() => arrived().length === 2);
    expect(sequences()).toEqual([1, 2]);
  });

  test('a batch offered behind one that cannot be signed goes back with it: nothing of a link overtakes', async () => {
    const [first, second] = [batch('1'), batch('2')];
    module.failing = 1;
    let behind: Promise<unknown> = Promise.resolve();
    const ahead = world.pipeline.receive(first, () => {
      behind = world.pipeline.receive(second);
      behind.catch(() => undefined);
    });
    await expect(ahead).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    await expect(behind).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    expect([database.inbox.size, world.transport.sent.length]).toEqual([0, 0]);
    for (const again of [first, second]) await world.pipeline.receive(again);
    await waitFor(() => arrived().length === 2);
    expect(sequences()).toEqual([1, 2]);
  });

  test('a key in memory takes over while signatures are under way, and the chain stays one', async () => {
    let open = () => {};
    module.gate = new Promise((resolve) => (open = resolve));
    const slow = world.pipeline.receive(batch('1'));
    await waitFor(() => module.asked > 0);
    world.ours = undefined;
    const quick = world.pipeline.receive(batch('2'));
    open();
    await Promise.all([slow, quick]);
    await waitFor(() => arrived().length === 2);
    expect(arrived().map(({ kid, manifest }) => [kid, manifest.link.sequence])).toEqual([
      [module.kid, 1],
      [world.signers['LBG']!.kid, 2],
    ]);
  });

  test('a message whose receipt stayed out is asked about once there is a signature for the question', async () => {
    await world.pipeline.receive(batch('1'));
    await waitFor(() => arrived().length === 1);
    world.clock.pass(3_600);
    const ask = () => world.relays.of('keg')!.resolveUnknown();
    module.failing = Infinity;
    await expect(ask()).rejects.toMatchObject({ code: 'SIGNATURE_SERVICE_UNAVAILABLE' });
    module.failing = 0;
    await Promise.all([ask(), ask()]);
    await waitFor(() => world.transport.sent.some(({ item }) => item.kind === 'query'));
    expect(world.transport.sent.filter(({ item }) => item.kind === 'query')).toHaveLength(1);
  });
});
