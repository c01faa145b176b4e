import { exchangeStoreContract, type StoreUnderTest } from '../../../../test/contract/exchange-store.contract.ts';
import { relayStoreContract } from '../../../../test/contract/relay-store.contract.ts';
import { questionStoreContract } from '../../../../test/contract/question-store.contract.ts';
import { mailboxStoreContract } from '../../../../test/contract/mailbox-store.contract.ts';
import { InMemoryDatabase, InMemoryExchangeStore, InMemoryMailboxStore } from './in-memory-store.ts';

const make = async (): Promise<StoreUnderTest> => {
  const database = new InMemoryDatabase();
  const store = new InMemoryExchangeStore(database);
  return {
    store,
    other: new InMemoryExchangeStore(database),
    loseHolds: async () => store.loseHolds(),
    stateOf: async (messageId) => store.stateOf(messageId),
    events: async (subject) =>
      database.events
        .filter((event) => event.subject === subject)
        .map(({ kind, from, to, cause }) => ({ kind, ...(from && { from }), ...(to && { to }), ...(cause && { cause }) })),
    repeats: async (sender, messageId) => database.repeats.get(JSON.stringify([sender, messageId])) ?? 0,
    quarantined: async (link) =>
      [...database.quarantine.values()].filter(({ row }) => row.link === link).map(({ row, count }) => ({ sha256: row.sha256, count })),
    receipts: async () => [...database.receipts.values()].map(({ receiptId, jws }) => ({ receiptId, jws })),
    close: () => store.close(),
  };
};

describe('the exchange store in memory', () => {
  exchangeStoreContract(make);
  relayStoreContract(make);
  questionStoreContract(make);
});

describe('the mailbox in memory', () => {
  mailboxStoreContract(async () => {
    const database = new InMemoryDatabase();
    const store = new InMemoryExchangeStore(database);
    return { store, mailbox: new InMemoryMailboxStore(database), close: () => store.close() };
  });
});
