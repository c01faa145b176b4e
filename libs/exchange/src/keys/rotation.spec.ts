/**
 * Every place where a key is resolved, one by one, while a key changes, ours or the partner's: two keys overlap in all of them.
 * (Messages are not encrypted between us and a partner, so where other exchanges decrypt and encrypt, ours has questions and tokens.)
 */
import {
  directoryKey,
  generateKey,
  LocalSigner,
  newMessageId,
  openAnswer,
  openKeyStatement,
  ownQuery,
  partDigests,
  sealAnswer,
  sealQuery,
  signKeyStatement,
  signMailboxToken,
  verifyMailboxToken,
  verifyReceipt,
  type KeyStatus,
  type SealedMessage,
} from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore } from '../testing/in-memory-store.ts';
import { waitFor, World } from '../testing/world.ts';

const TEXT = 'Смена ключа; кілт ауысты; 更换密钥';

describe('while a key changes', () => {
  let database: InMemoryDatabase;
  let world: World;
  let old: Record<string, LocalSigner>;
  let next: Record<string, LocalSigner>;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    world = await new World(new InMemoryExchangeStore(database)).start();
    old = { ...world.signers } as Record<string, LocalSigner>;
    next = Object.fromEntries(Object.keys(old).map((party) => [party, new LocalSigner(generateKey('Ed25519'))]));
  });
  afterEach(() => world.stop());

  const publish = (party: string, was: KeyStatus, will: KeyStatus): void => {
    const keys = [
      directoryKey(old[party]!.jwk, { from: new Date(0), status: was }),
      directoryKey(next[party]!.jwk, { from: new Date(1), status: will }),
    ];
    const version = (world.directory.document(party)?.version ?? 0) + 1;
    world.directory.importTrusted({ profile: 'LB-PROTO-1', party, version, issued: world.clock.now().toISOString(), keys });
    if (will === 'active') world.signers[party] = next[party]!;
  };
  const overlap = (party: string): void => publish(party, 'retiring', 'active');
  /** Both keys of a party, as its signers. */
  const both = (party: string) => [old[party]!, next[party]!];

  let note = 0;
  const seal = (signer?: LocalSigner) => world.seal('LSW', { note: `N${(note += 1)}`, text: TEXT }, signer ? { signer } : {});
  const verdicts = async (...frames: Buffer[]) => (await world.receive('lsw', ...frames)).map(({ verdict }) => verdict);
  const arrivals = () => world.transport.messagesTo('keg').map(({ frame }) => frame);
  const kidOfReceipt = (jws: Buffer, { manifest, jwsDigest }: SealedMessage) => {
    const about = { messageId: manifest.messageId, from: 'LSW', to: 'LBG', jwsDigest, parts: partDigests(manifest) };
    const verified = verifyReceipt(jws, world.directory, { ...about, now: world.clock.now() });
    return verified.ok ? verified.kid : verified.reason;
  };

  it('1. messages of ours are signed with the key that is active when they are sealed', async () => {
    const kids = async () => {
      const before = arrivals().length;
      await verdicts(seal().frame);
      await waitFor(() => arrivals().length > before);
      return world.opened(arrivals().at(-1)!, 'KEG').kid;
    };
    expect(await kids()).toBe(old['LBG']!.kid);
    publish('LBG', 'active', 'published');
    expect(await kids()).toBe(old['LBG']!.kid);
    overlap('LBG');
    expect(await kids()).toBe(next['LBG']!.kid);
    // And what went out before the change still verifies at the partner.
    expect(arrivals().map((frame) => world.opened(frame, 'KEG').kid)).toEqual([old['LBG']!.kid, old['LBG']!.kid, next['LBG']!.kid]);
  });

  it("2. a partner's messages verify with the published, the active and the retiring key, and no more with a retired one", async () => {
    publish('LSW', 'active', 'published');
    expect(await verdicts(...both('LSW').map((signer) => seal(signer).frame))).toEqual(['accepted', 'accepted']);
    overlap('LSW');
    expect(await verdicts(...both('LSW').map((signer) => seal(signer).frame))).toEqual(['accepted', 'accepted']);
    publish('LSW', 'retired', 'active');
    expect(await verdicts(...both('LSW').map((signer) => seal(signer).frame))).toEqual(['quarantined', 'accepted']);
  });

  it('3. receipts of ours are signed with the active key; a stored one of a retired key goes out again under the active one', async () => {
    const [first, second] = [seal(), seal()];
    const told = async (sealed: SealedMessage) => {
      const [outcome] = await world.receive('lsw', sealed.frame);
      const receipt = outcome && 'receipt' in outcome ? outcome.receipt : undefined;
      return receipt ? kidOfReceipt(receipt, sealed) : undefined;
    };
    expect(await told(first)).toBe(old['LBG']!.kid);
    overlap('LBG');
    expect(await told(second)).toBe(next['LBG']!.kid);
    // A duplicate gets the very receipt it got before, as long as that can be verified.
    expect(await told(first)).toBe(old['LBG']!.kid);
    publish('LBG', 'retired', 'active');
    expect(await told(first)).toBe(next['LBG']!.kid);
  });

  it("4. a partner's receipts verify with both of its keys", async () => {
    await verdicts(seal().frame, seal().frame);
    await waitFor(() => arrivals().length === 2);
    overlap('KEG');
    const receipts = both('KEG').map((signer, at) => {
      world.signers['KEG'] = signer;
      return world.receiptFor(arrivals()[at]!, 'KEG', { levels: ['R1', 'R2'], status: 'valid' });
    });
    await world.receive('keg', ...receipts);
    const messages = [...database.deliveries.values()].filter(({ row }) => row.link === 'keg' && row.kind === 'message');
    expect(messages.map(({ state }) => state)).toEqual(['valid', 'valid']);
  });

  it("5. questions and answers verify with both keys, the partner's and ours", async () => {
    const sealed = seal();
    await verdicts(sealed.frame);
    for (const party of ['LSW', 'LBG']) overlap(party);
    const about = { messageId: sealed.manifest.messageId, manifestDigest: sealed.manifestDigest };
    const now = world.clock.now();
    const ask = async (signer: LocalSigner) => {
      const asked = sealQuery({ queryId: newMessageId(now), from: 'LSW', to: 'LBG', about }, signer, now);
      const [outcome] = await world.receive('lsw', asked.jws);
      const answer = outcome && 'answer' in outcome ? outcome.answer : undefined;
      return answer && openAnswer(answer, world.directory, { now, from: 'LBG', to: 'LSW' });
    };
    for (const signer of both('LSW')) expect(await ask(signer)).toMatchObject({ ok: true, kid: next['LBG']!.kid, answer: { have: true } });
    // The receipt in an answer is one that verifies, whatever it was signed with at first.
    publish('LBG', 'retired', 'active');
    const opened = await ask(next['LSW']!);
    const receipts = opened?.ok ? opened.answer.receipts : [];
    expect(receipts.map((jws) => kidOfReceipt(Buffer.from(jws), sealed))).toEqual([next['LBG']!.kid]);
    // The other way: what we asked under the old key is answered under either of the partner's.
    const ours = sealQuery({ queryId: newMessageId(now), from: 'LBG', to: 'LSW', about }, old['LBG']!, now);
    const own = ownQuery(ours.jws)!;
    for (const signer of both('LSW'))
      expect(
        openAnswer(sealAnswer({ ...own, query: own.query }, [], signer, now), world.directory, { now, from: 'LSW', to: 'LBG' }),
      ).toMatchObject({ ok: true });
  });

  it('6. mailbox tokens and statements about keys verify with both keys, whoever signs', () => {
    for (const party of ['LSW', 'LBG']) overlap(party);
    const { directory, clock } = world;
    const now = clock.now();
    const request = { gateway: 'LBG', method: 'GET', path: '/mailbox/lsw' } as const;
    for (const signer of both('LSW'))
      expect(verifyMailboxToken(signMailboxToken(request, 'LSW', signer, now), directory, { ...request, now })).toMatchObject({
        ok: true,
        kid: signer.kid,
      });
    for (const [from, to] of [
      ['LSW', 'LBG'],
      ['LBG', 'LSW'],
    ] as const)
      for (const signer of both(from)) {
        const { jws } = signKeyStatement({ from, to }, directory, signer, now);
        const opened = openKeyStatement(jws, directory, { from, to, now });
        expect(opened).toMatchObject({ ok: true, kid: signer.kid, statement: { accepts: both(to).map(({ kid }) => kid) } });
      }
  });

  it('nothing leaves under a key that was withdrawn while it waited: messages are held, receipts signed again', async () => {
    world.transport.up = false;
    const sealed = seal();
    await verdicts(sealed.frame);
    publish('LBG', 'retired', 'active');
    for (const link of ['keg', 'lsw']) world.transport.comeUp(link);
    const message = () => [...database.deliveries.values()].find(({ row }) => row.link === 'keg' && row.kind === 'message');
    await waitFor(() => message()?.state === 'retrying');
    expect(database.events.map(({ cause }) => cause)).toContain('KEY_WITHDRAWN');
    expect(arrivals()).toEqual([]);
    await waitFor(() => world.transport.receiptsTo('lsw').length === 1);
    expect(kidOfReceipt(world.transport.receiptsTo('lsw')[0]!.frame, sealed)).toBe(next['LBG']!.kid);
    // What comes later is signed with the key in use and does not wait for it.
    await verdicts(seal().frame);
    await waitFor(() => arrivals().length === 1);
    expect(world.opened(arrivals()[0]!, 'KEG').kid).toBe(next['LBG']!.kid);
  });
});
