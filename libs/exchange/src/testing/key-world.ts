/** Keys of one gateway and its partners KEG and LSW in memory, with the desk and the exchange as the gateway wires them. */
import { directoryKey, generateKey, LocalSigner, PROFILE, type DirectoryKey, type KeyDocument } from '#trust';
import { KeyDesk } from '../keys/key-desk.ts';
import { KeyExchange } from '../keys/key-exchange.ts';
import { KeyRing } from '../keys/key-ring.ts';
import type { AuditRecord } from '../ports/audit-log.port.ts';
import { InMemoryKeyDatabase, InMemoryKeyStore, InMemoryPrivateKeys } from './in-memory-key-store.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from './in-memory-store.ts';
import { World } from './world.ts';

export class KeyWorld {
  readonly database = new InMemoryDatabase();
  readonly world = new World(new InMemoryExchangeStore(this.database));
  readonly keys = new InMemoryKeyDatabase();
  readonly privateKeys = new InMemoryPrivateKeys();
  readonly audited: AuditRecord[] = [];
  readonly reported: unknown[] = [];
  readonly store = new InMemoryKeyStore(this.keys);
  readonly ring = this.anotherRing();
  readonly desk: KeyDesk;
  readonly exchange: KeyExchange;
  readonly partners = {
    KEG: new LocalSigner(generateKey('Ed25519')),
    LSW: new LocalSigner(generateKey('ES256')),
    EVE: new LocalSigner(generateKey('ES256')),
  };

  constructor() {
    const { world, ring, store, privateKeys, audited } = this;
    const { book, clock, relays, store: exchange } = world;
    const audit = { append: async (record: AuditRecord) => void audited.push(record) };
    this.desk = new KeyDesk({ gateway: 'LBG', book, ring, store, privateKeys, exchange, relays, clock, audit });
    this.exchange = new KeyExchange({ gateway: 'LBG', ring, store, audit });
  }

  /** The ring of one more process: `privateKeys` are those on its host. */
  anotherRing(privateKeys = this.privateKeys): KeyRing {
    const { keys, world, reported } = this;
    const report = (error: unknown) => void reported.push(error);
    return new KeyRing({ gateway: 'LBG', store: new InMemoryKeyStore(keys), privateKeys, clock: world.clock, report });
  }

  /** The first start: one active key of ours, and the partners' documents as an operator brought them. */
  async start(): Promise<this> {
    const first = await this.privateKeys.make('ES256');
    await this.desk.adopt(this.document('LBG', 1, [directoryKey(first.jwk, { from: this.world.clock.now() })]));
    for (const [party, signer] of Object.entries(this.partners))
      await this.desk.adopt(this.document(party, 1, [directoryKey(signer.jwk, { from: new Date(0) })]));
    return this;
  }

  document(party: string, version: number, keys: readonly DirectoryKey[]): KeyDocument {
    return { profile: PROFILE, party, version, issued: this.world.clock.now().toISOString(), keys: [...keys] };
  }

  statusOf(kid: string): string | undefined {
    return this.ring.directory.records().find((key) => key.kid === kid)?.status;
  }

  kidIn(status: string): string {
    return this.ring.directory.records('LBG').find((key) => key.status === status)?.kid ?? '';
  }

  /** What waits for a link, newest last. */
  outbox(link: string): readonly Buffer[] {
    return [...this.database.deliveries.values()].filter(({ row }) => row.link === link && row.kind === 'keys').map(({ row }) => row.frame);
  }
}
