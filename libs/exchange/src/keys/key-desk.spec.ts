import { openKeyStatement, signKeyDocument, signKeyStatement, type LocalSigner } from '#trust';
import { makeCertificate } from '../../../../test/support/certificates.ts';
import { KeyWorld } from '../testing/key-world.ts';
import { waitFor } from '../testing/world.ts';

const BY = { actor: 'Айгүл 刘' };

describe('the desk for keys', () => {
  let keys: KeyWorld;
  beforeEach(async () => {
    keys = await new KeyWorld().start();
  });

  const published = async (): Promise<string> => {
    await keys.desk.perform({ order: 'generate', alg: 'Ed25519' }, BY);
    const kid = keys.kidIn('pending');
    await keys.desk.perform({ order: 'publish', kid }, BY);
    return kid;
  };
  /** Sends the questions and lets the given partners answer theirs. */
  const rehearse = async (kid: string, answering: readonly string[]): Promise<void> => {
    const before = keys.outbox('keg').length;
    const asked = keys.desk.rehearse(kid, 0, BY);
    await waitFor(() => keys.outbox('keg').length > before);
    for (const link of keys.world.book.links.filter(({ partner }) => answering.includes(partner))) await answer(link.id, link.partner);
    await asked;
  };
  const answer = async (link: string, partner: string, signer = (keys.partners as Record<string, LocalSigner>)[partner]!) => {
    const { directory } = keys.ring;
    const now = keys.world.clock.now();
    const question = openKeyStatement(keys.outbox(link).at(-1)!, directory, { from: 'LBG', to: partner, now });
    if (!question.ok) throw new TypeError(question.reason);
    const said = signKeyStatement({ from: partner, to: 'LBG', answer: question.statement.ask }, directory, signer, now);
    return keys.exchange.take(keys.world.delivery(link, said.jws), keys.world.book.link(link)!, now);
  };
  const activate = (kid: string, more: object = {}, reason?: string) =>
    keys.desk.perform({ order: 'activate', kid, ...more }, { ...BY, ...(reason === undefined ? {} : { reason }) });
  const ALL = ['LSW', 'KEG', 'EVE'];

  describe('activates no key that was not rehearsed', () => {
    it('when no partner was asked', async () => {
      const kid = await published();
      await expect(activate(kid)).rejects.toMatchObject({ code: 'KEY_NOT_REHEARSED', issues: ALL.map(() => expect.anything()) });
      expect(keys.statusOf(kid)).toBe('published');
    });

    it('when one partner of three stayed silent', async () => {
      const kid = await published();
      await rehearse(kid, ['LSW', 'EVE']);
      await expect(activate(kid)).rejects.toMatchObject({ code: 'KEY_NOT_REHEARSED', issues: [{ pointer: 'keg' }] });
    });

    it('when what was rehearsed is another key', async () => {
      const first = await published();
      await rehearse(first, ALL);
      const second = await published();
      await expect(activate(second)).rejects.toMatchObject({ code: 'KEY_NOT_REHEARSED' });
      expect(keys.statusOf(second)).toBe('published');
    });

    it('when somebody else signed the answer', async () => {
      const kid = await published();
      await rehearse(kid, ['LSW', 'EVE']);
      await expect(answer('keg', 'KEG', keys.partners.EVE)).resolves.toMatchObject({ kind: 'unproven', reason: 'KEY_NOT_OF_PARTY' });
      await expect(activate(kid)).rejects.toMatchObject({ code: 'KEY_NOT_REHEARSED' });
    });

    it('unless somebody takes it upon himself, with a reason that is audited', async () => {
      const kid = await published();
      await expect(activate(kid, { force: true })).rejects.toMatchObject({ code: 'USAGE' });
      await activate(kid, { force: true }, 'партнёр закрыт на праздники');
      expect(keys.statusOf(kid)).toBe('active');
      expect(keys.audited.at(-1)).toMatchObject({ actor: BY.actor, action: 'key.activate', reason: 'партнёр закрыт на праздники' });
    });
  });

  it('activates what every partner answered, and signs with it at once', async () => {
    const old = keys.kidIn('active');
    const kid = await published();
    await rehearse(kid, ALL);
    expect(keys.ring.current().kid).toBe(old);
    await activate(kid);
    expect(keys.ring.current().kid).toBe(kid);
    expect(keys.statusOf(old)).toBe('retiring');
  });

  it.each(['ready', 'publishing', 'published', 'unknown'])('retires no key while a message under it is %s', async (state) => {
    const old = keys.kidIn('active');
    const kid = await published();
    await rehearse(kid, ALL);
    await activate(kid);
    keys.keys.dependants.set(old, [{ link: 'keg', direction: 'out', kind: 'message', state, count: 3 }]);
    await expect(keys.desk.perform({ order: 'retire', kid: old }, BY)).rejects.toMatchObject({ code: 'KEY_IN_USE' });
    keys.keys.dependants.set(old, [
      { link: 'keg', direction: 'out', kind: 'message', state: 'valid', count: 3 },
      { link: 'keg', direction: 'out', kind: 'receipt', state: 'published', count: 9 },
      { link: 'lsw', direction: 'in', kind: 'message', state: 'routed', count: 1 },
    ]);
    await keys.desk.perform({ order: 'retire', kid: old }, BY);
    expect(keys.statusOf(old)).toBe('retired');
  });

  it('lets the published key take over in the same step when ours is lost, and has no way without one', async () => {
    const lost = keys.kidIn('active');
    const since = keys.world.clock.now();
    const order = { order: 'compromise', kid: lost, since } as const;
    await expect(keys.desk.perform(order, { ...BY, reason: 'украден' })).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    const next = await published();
    await keys.desk.perform(order, { ...BY, reason: 'украден' });
    expect([keys.statusOf(lost), keys.statusOf(next), keys.ring.current().kid]).toEqual(['compromised', 'active', next]);
  });

  it('takes from the key folder what adds, and refuses what changes a key in use', async () => {
    const known = keys.ring.directory.document('LBG')!;
    const retired = known.keys.map((key) => ({ ...key, status: 'retired' as const }));
    await expect(keys.desk.adopt(keys.document('LBG', 2, retired))).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    expect(await keys.desk.adopt(keys.document('LBG', 1, known.keys))).toBe(false);
    expect(keys.statusOf(known.keys[0]!.kid)).toBe('active');
  });

  it('says so when another process changed the keys at the same moment', async () => {
    const rival = keys.store.append.bind(keys.store);
    keys.store.append = async (entry) => (await rival(entry), rival(entry));
    await expect(keys.desk.perform({ order: 'generate', alg: 'ES256' }, BY)).rejects.toMatchObject({ code: 'KEY_STEP' });
  });

  it('says where a key stands that cannot take a step', async () => {
    await expect(keys.desk.perform({ order: 'publish', kid: keys.kidIn('active') }, BY)).rejects.toMatchObject({
      code: 'KEY_STEP',
      issues: [{ message: expect.stringContaining('It is active; publish follows pending.') }],
    });
  });

  it('keeps no certificate of another key, which nobody would believe and nobody could take back', async () => {
    const kid = keys.kidIn('active');
    const { pem } = makeCertificate('somebody else', 'ec');
    const before = keys.keys.entries.length;
    await expect(keys.desk.perform({ order: 'certificate', kid, pem }, BY)).rejects.toMatchObject({
      code: 'KEY_REFUSED',
      issues: [{ message: expect.stringContaining('KEY_CERTIFICATE') }],
    });
    expect(keys.keys.entries).toHaveLength(before);
    await keys.desk.perform({ order: 'generate', alg: 'ES256' }, BY);
    expect(keys.kidIn('pending')).not.toBe('');
  });

  it('goes on after somebody wrote a document into the store that is not believed', async () => {
    const known = keys.ring.directory.document('LBG')!;
    const forged = signKeyDocument({ ...known, version: 7 }, keys.partners.EVE, keys.world.clock.now());
    await keys.store.append({ party: 'LBG', version: 7, jws: forged, origin: 'own', actor: 'dba', at: keys.world.clock.now() });
    await keys.ring.refreshNow();
    expect(keys.reported).toHaveLength(1);
    expect(keys.ring.believes(keys.keys.entries.at(-1)!.position)).toBe(false);
    const next = await keys.desk.perform({ order: 'generate', alg: 'ES256' }, BY);
    expect([next.version, keys.kidIn('pending')]).toEqual([8, expect.stringMatching(/./)]);
  });
});
