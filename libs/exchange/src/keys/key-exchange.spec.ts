import { directoryKey, generateKey, LocalSigner, openKeyStatement, signKeyDocument, signKeyStatement, type DirectoryKey } from '#trust';
import { KeyWorld } from '../testing/key-world.ts';

describe('what a partner sends about keys', () => {
  let keys: KeyWorld;
  const next = new LocalSigner(generateKey('ES256'));
  beforeEach(async () => {
    keys = await new KeyWorld().start();
  });

  const now = () => keys.world.clock.now();
  const take = (jws: Buffer, link = 'keg') => keys.exchange.take(keys.world.delivery(link, jws), keys.world.book.link(link)!, now());
  const listed = (status: DirectoryKey['status'] = 'published') => [
    ...keys.ring.directory.document('KEG')!.keys,
    directoryKey(next.jwk, { from: now(), status }),
  ];
  const update = (version = 2, more = listed(), signer = keys.partners.KEG, party = 'KEG') =>
    signKeyDocument(keys.document(party, version, more), signer, now());
  const saidBack = (opened: Awaited<ReturnType<typeof take>>) => {
    const reply = opened.kind === 'keys' ? opened.reply : undefined;
    if (!reply) throw new TypeError(`no reply: ${JSON.stringify(opened)}`);
    const statement = openKeyStatement(reply.frame, keys.ring.directory, { from: 'LBG', to: 'KEG', now: now() });
    if (!statement.ok) throw new TypeError(statement.reason);
    return statement;
  };

  it('a document is durable before it is answered, and the answer names the new key', async () => {
    const { statement } = saidBack(await take(update()));
    expect(keys.keys.entries.at(-1)).toMatchObject({ party: 'KEG', version: 2, origin: 'partner' });
    expect(statement).toMatchObject({ version: 2, accepts: [keys.partners.KEG.kid, next.kid] });
  });

  it('a document is on record with what became of which key, before it is in force', async () => {
    const version = () => keys.ring.directory.document('KEG')?.version;
    const seen: unknown[] = [];
    keys.audited.push = (record) => seen.push([record.actor, record.action, record.subject, record.after, version()]);
    await take(update());
    const after = { version: 2, keys: { [keys.partners.KEG.kid]: 'active', [next.kid]: 'published' } };
    expect(seen).toEqual([['partner:KEG', 'key.update', 'party:KEG', after, 1]]);
    await take(update(2));
    expect(seen).toHaveLength(1);
  });

  it('the same document again, or one that comes late, is answered alike and changes nothing', async () => {
    const jws = update();
    await take(jws);
    const entries = keys.keys.entries.length;
    expect(saidBack(await take(jws)).statement.accepts).toContain(next.kid);
    expect(saidBack(await take(update(1, [...keys.ring.directory.document('KEG')!.keys]))).statement.version).toBe(2);
    expect(keys.keys.entries).toHaveLength(entries);
  });

  it.each<[string, () => Buffer, string]>([
    ['signed by another partner', () => update(2, listed(), keys.partners.LSW), 'KEY_NOT_OF_PARTY'],
    ['signed by a key nobody knows', () => update(2, listed(), next), 'KEY_UNKNOWN'],
    ['that loses a key', () => update(2, listed().slice(1)), 'DIRECTORY_KEY_LOST'],
    ['no JWS at all', () => Buffer.from('ключ'), 'NOT_COMPACT'],
  ])('a document %s is unproven', async (_, make, reason) => {
    const before = keys.keys.entries.length;
    expect(await take(make())).toMatchObject({ kind: 'unproven', reason });
    expect(keys.keys.entries).toHaveLength(before);
  });

  it("another partner's document is not taken over this link, though truly signed", async () => {
    const jws = update(2, [...keys.ring.directory.document('LSW')!.keys], keys.partners.LSW, 'LSW');
    expect(await take(jws, 'keg')).toMatchObject({ kind: 'unproven', reason: 'KEY_NOT_OF_PARTY' });
    expect(keys.ring.directory.document('LSW')?.version).toBe(1);
  });

  it('a question is answered with the key that comes next, and what was said is remembered', async () => {
    const asked = signKeyStatement({ from: 'KEG', to: 'LBG', ask: 'n'.repeat(22) }, keys.ring.directory, keys.partners.KEG, now());
    expect(saidBack(await take(asked.jws))).toMatchObject({ kid: keys.kidIn('active'), statement: { answer: 'n'.repeat(22) } });
    await keys.desk.perform({ order: 'generate', alg: 'Ed25519' }, { actor: 'operator' });
    await keys.desk.perform({ order: 'publish', kid: keys.kidIn('pending') }, { actor: 'operator' });
    expect(saidBack(await take(asked.jws)).kid).toBe(keys.kidIn('published'));
    expect((await keys.store.contacts(1))[0]).toMatchObject({ link: 'keg', event: 'heard', partnerKid: keys.partners.KEG.kid });
  });

  it('when the store cannot be reached the document is offered again, and nothing was believed', async () => {
    const append = keys.store.append.bind(keys.store);
    keys.store.append = () => Promise.reject(new TypeError('gone'));
    await expect(take(update())).rejects.toThrow('gone');
    expect(keys.ring.directory.document('KEG')?.version).toBe(1);
    keys.store.append = append;
    expect(saidBack(await take(update())).statement.version).toBe(2);
  });
});
