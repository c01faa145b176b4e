import { directoryKey, generateKey, LocalSigner, signKeyDocument } from '#trust';
import { InMemoryPrivateKeys } from '../testing/in-memory-key-store.ts';
import { KeyWorld } from '../testing/key-world.ts';
import { waitFor } from '../testing/world.ts';

const BY = { actor: 'operator' };

describe('the key ring', () => {
  let keys: KeyWorld;
  beforeEach(async () => {
    keys = await new KeyWorld().start();
  });
  const rotate = async (): Promise<string> => {
    await keys.desk.perform({ order: 'generate', alg: 'Ed25519' }, BY);
    const kid = keys.kidIn('pending');
    await keys.desk.perform({ order: 'publish', kid }, BY);
    expect(keys.ring.next().kid).toBe(kid);
    await keys.desk.perform({ order: 'activate', kid, force: true }, { ...BY, reason: 'учение' });
    return kid;
  };

  it('follows what any process appended, without a restart', async () => {
    const other = keys.anotherRing();
    await other.start(5);
    const changes: string[] = [];
    other.onChange(() => changes.push(other.current().kid));
    try {
      const kid = await rotate();
      await waitFor(() => other.current().kid === kid);
      expect(changes.at(-1)).toBe(kid);
    } finally {
      other.stop();
    }
  });

  it('reads everything again after a restart and comes to the same', async () => {
    const kid = await rotate();
    const again = keys.anotherRing();
    await again.refresh();
    expect(again.current().kid).toBe(kid);
    expect(again.directory.documents()).toEqual(keys.ring.directory.documents());
    expect(keys.reported).toEqual([]);
  });

  it('signs with the retiring key on a host that does not hold the new one yet, and with the new one when that arrives', async () => {
    const old = keys.kidIn('active');
    const here = new InMemoryPrivateKeys();
    here.held.set(old, keys.privateKeys.held.get(old)!);
    const host = keys.anotherRing(here);
    const kid = await rotate();
    await host.refresh();
    expect(host.current().kid).toBe(old);
    here.held.set(kid, keys.privateKeys.held.get(kid)!);
    await host.refresh();
    expect(host.current().kid).toBe(kid);
  });

  it('has nothing to sign with on a host without a private key, and says what to do', async () => {
    const host = keys.anotherRing(new InMemoryPrivateKeys());
    await host.refresh();
    expect(() => host.current()).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });

  it('believes no entry that somebody wrote into the store without a key of ours or of the party', async () => {
    const attacker = new LocalSigner(generateKey('ES256'));
    const forged = keys.document('KEG', 2, [
      ...keys.ring.directory.document('KEG')!.keys,
      directoryKey(attacker.jwk, { from: new Date(0) }),
    ]);
    const jws = signKeyDocument(forged, attacker, keys.world.clock.now());
    await keys.store.append({ party: 'KEG', version: 2, jws, origin: 'partner', actor: 'KEG', at: keys.world.clock.now() });
    await keys.ring.refreshNow();
    expect(keys.ring.directory.document('KEG')?.version).toBe(1);
    expect(keys.statusOf(attacker.kid)).toBeUndefined();
    expect(keys.reported).toMatchObject([{ code: 'KEY_REFUSED' }]);
  });

  it('sees with refreshNow what a read under way has missed', async () => {
    const slow = keys.anotherRing();
    const underWay = slow.refresh();
    await keys.desk.perform({ order: 'generate', alg: 'ES256' }, BY);
    await Promise.all([underWay, slow.refreshNow()]);
    expect(slow.directory.document('LBG')?.version).toBe(2);
  });
});
