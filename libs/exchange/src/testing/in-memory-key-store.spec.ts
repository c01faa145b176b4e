import { keyStoreContract } from '../../../../test/contract/key-store.contract.ts';
import { InMemoryKeyDatabase, InMemoryKeyStore } from './in-memory-key-store.ts';

describe('the key store in memory', () => {
  keyStoreContract(async () => {
    const database = new InMemoryKeyDatabase();
    const store = new InMemoryKeyStore(database);
    return { store, other: new InMemoryKeyStore(database), close: () => store.close() };
  });
});
