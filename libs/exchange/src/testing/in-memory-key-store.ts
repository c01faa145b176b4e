import { KeyStore, PrivateKeys, type KeyContact, type KeyDependants, type KeyEntry } from '../ports/key-store.port.ts';
import { generateKey, LocalSigner, type SigningAlgorithm } from '#trust';

/** What all processes of a test share. */
export class InMemoryKeyDatabase {
  readonly entries: (KeyEntry & { readonly position: string })[] = [];
  readonly contacts: KeyContact[] = [];
  readonly dependants = new Map<string, readonly KeyDependants[]>();
  readonly listeners: (() => void)[] = [];
}

/** The key directory in memory, to the contract in test/contract/key-store.contract.ts. */
export class InMemoryKeyStore extends KeyStore {
  constructor(readonly database = new InMemoryKeyDatabase()) {
    super();
  }

  override async append(entry: KeyEntry): Promise<boolean> {
    const { entries, listeners } = this.database;
    if (entry.version > 0 && entries.some(({ party, version }) => party === entry.party && version === entry.version)) return false;
    entries.push({ ...entry, position: String(entries.length + 1) });
    for (const listener of listeners) queueMicrotask(listener);
    return true;
  }

  override async since(position: string | undefined): Promise<readonly (KeyEntry & { readonly position: string })[]> {
    return this.database.entries.slice(Number(position ?? 0));
  }

  override onChange(listener: () => void): void {
    this.database.listeners.push(listener);
  }

  override async recordContact(contact: KeyContact): Promise<void> {
    this.database.contacts.unshift(contact);
  }

  override async contacts(limit: number): Promise<readonly KeyContact[]> {
    return this.database.contacts.slice(0, limit);
  }

  override async dependants(kid: string): Promise<readonly KeyDependants[]> {
    return this.database.dependants.get(kid) ?? [];
  }

  override async close(): Promise<void> {}
}

export class InMemoryPrivateKeys extends PrivateKeys {
  readonly held = new Map<string, LocalSigner>();

  override async make(alg: SigningAlgorithm): Promise<LocalSigner> {
    const signer = new LocalSigner(generateKey(alg));
    this.held.set(signer.kid, signer);
    return signer;
  }

  override async signer(kid: string): Promise<LocalSigner | undefined> {
    return this.held.get(kid);
  }
}
