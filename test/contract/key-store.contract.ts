import { randomUUID } from 'node:crypto';
import type { KeyContact, KeyEntry, KeyStore } from '#exchange';
import { waitFor } from '../support/wait-for.ts';

export interface KeyStoreUnderTest {
  readonly store: KeyStore;
  /** The same directory as another process sees it. */
  readonly other: KeyStore;
  close(): Promise<void>;
}

const AT = new Date('2026-03-01T08:00:00.000Z');
const entry = (party: string, version: number, more: Partial<KeyEntry> = {}): KeyEntry => ({
  party,
  version,
  jws: Buffer.from(`${party} ${version} ключи 密钥 ${randomUUID()}`),
  origin: 'operator',
  actor: 'аудитор Әсел',
  at: AT,
  ...more,
});

/** What every key store promises (libs/exchange/src/ports/key-store.port.ts). */
export function keyStoreContract(make: () => Promise<KeyStoreUnderTest>): void {
  let under: KeyStoreUnderTest;
  beforeEach(async () => {
    under = await make();
  });
  afterEach(() => under.close());

  it('gives entries as they were appended, octet for octet, to every process', async () => {
    const [first, second] = [entry('KEG', 1, { reason: 'отпечаток сверен по телефону' }), entry('LBG', 1, { origin: 'own' })];
    expect(await under.store.append(first)).toBe(true);
    expect(await under.other.append(second)).toBe(true);
    for (const store of [under.store, under.other]) {
      const found = await store.since(undefined);
      expect(found.map(({ position: _, ...kept }) => kept)).toEqual([first, second]);
      expect(await store.since(found[0]!.position)).toEqual([found[1]]);
      expect(await store.since(found[1]!.position)).toEqual([]);
    }
  });

  it('keeps one document of a version, whoever comes second, and any number of words about compromised keys', async () => {
    const rivals = [entry('KEG', 2), entry('KEG', 2)];
    const taken = await Promise.all([under.store.append(rivals[0]!), under.other.append(rivals[1]!)]);
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await under.store.since(undefined)).map(({ jws }) => jws)).toEqual([rivals[taken.indexOf(true)]!.jws]);
    expect([await under.store.append(entry('KEG', 0)), await under.store.append(entry('KEG', 0))]).toEqual([true, true]);
  });

  it('never shows an entry before one that was given out', async () => {
    const seen: string[] = [];
    let position: string | undefined;
    const look = async (): Promise<void> => {
      for (const found of await under.other.since(position)) {
        seen.push(`${found.party} ${found.version}`);
        position = found.position;
      }
    };
    const parties = Array.from({ length: 12 }, (_, n) => `P${n + 10}`);
    let writing = true;
    const written = Promise.all(parties.map((party, n) => (n % 2 === 0 ? under.store : under.other).append(entry(party, 1)))).finally(
      () => (writing = false),
    );
    while (writing) await look();
    await written;
    await look();
    expect(new Set(seen)).toEqual(new Set(parties.map((party) => `${party} 1`)));
    expect(seen).toHaveLength(parties.length);
  });

  it('tells every process soon that something was appended', async () => {
    const told = { here: 0, there: 0 };
    under.store.onChange(() => (told.here += 1));
    under.other.onChange(() => (told.there += 1));
    let version = 0;
    await waitFor(async () => {
      await under.store.append(entry('LSW', (version += 1)));
      return told.here > 0 && told.there > 0;
    });
  });

  it('keeps what passed between us and a partner, newest first', async () => {
    const contacts: KeyContact[] = [
      { link: 'keg', event: 'asked', kid: 'a'.repeat(43), accepts: [], nonce: 'n'.repeat(22), at: AT },
      { link: 'keg', event: 'heard', partnerKid: 'b'.repeat(43), accepts: ['a'.repeat(43)], nonce: 'n'.repeat(22), at: AT },
      { link: 'lsw', event: 'heard', partnerKid: 'c'.repeat(43), accepts: [], at: AT, software: '窗口 2.1', saidAt: AT },
    ];
    for (const contact of contacts) await under.store.recordContact(contact);
    expect(await under.other.contacts(10)).toEqual([...contacts].reverse());
    expect(await under.other.contacts(1)).toEqual([contacts[2]]);
  });

  it('finds nothing that depends on a key nobody used', async () => {
    expect(await under.store.dependants('a'.repeat(43))).toEqual([]);
  });
}
