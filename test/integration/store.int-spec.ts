import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  describeSchema,
  migrate,
  pendingMigrations,
  PostgresExchangeStore,
  PostgresKeyStore,
  PostgresMailboxStore,
  schemaDrift,
} from '#adapters';
import type { OutboundState } from '#model';
import type { DataSource } from 'typeorm';
import { exchangeStoreContract, type StoreUnderTest } from '../contract/exchange-store.contract.ts';
import { relayStoreContract } from '../contract/relay-store.contract.ts';
import { questionStoreContract } from '../contract/question-store.contract.ts';
import { keyStoreContract } from '../contract/key-store.contract.ts';
import { mailboxStoreContract } from '../contract/mailbox-store.contract.ts';
import { emptyDatabase, testDatabase, type TestDatabase } from '../support/postgres.ts';
import { AT, batch } from '../support/store-rows.ts';
import { waitFor } from '../support/wait-for.ts';

interface ContractDatabase {
  readonly database: TestDatabase;
  readonly application: DataSource;
  readonly clear: () => Promise<void>;
}

/** One for all contracts, cleared behind each test: making a database takes longer than most of them. */
let made: Promise<ContractDatabase> | undefined;
async function makeContractDatabase(): Promise<ContractDatabase> {
  const database = await testDatabase();
  return { database, application: await database.application(), clear: await database.clearable() };
}
const contractDatabase = (): Promise<ContractDatabase> => (made ??= makeContractDatabase());
afterAll(async () => (await made)?.database.drop());

const make = async (): Promise<StoreUnderTest> => {
  const { database, application, clear } = await contractDatabase();
  const store = new PostgresExchangeStore(application);
  const other = new PostgresExchangeStore(application);
  const rows = async <Row>(query: string, values: unknown[] = []): Promise<Row[]> => database.dataSource.query(query, values);
  return {
    store,
    other,
    loseHolds: async () => {
      // Only the session of `store` holds a lock in these tests.
      await rows(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      await waitFor(async () => (await store.recoverInDoubt('khorgos', AT).catch(() => -1)) === 0);
    },
    stateOf: async (messageId) =>
      (await rows<{ state: OutboundState }>('SELECT state FROM delivery JOIN outbox USING (id) WHERE message_id = $1', [messageId]))[0]
        ?.state,
    events: async (subject) => {
      const found = await rows<{ kind: string; from: string | null; to: string | null; cause: string | null }>(
        'SELECT kind, from_state AS "from", to_state AS "to", cause FROM event WHERE subject = $1 ORDER BY id',
        [subject],
      );
      return found.map(({ kind, from, to, cause }) => ({ kind, ...(from && { from }), ...(to && { to }), ...(cause && { cause }) }));
    },
    repeats: async (sender, messageId) => {
      const found = await rows<{ count: number }>('SELECT count FROM inbox_repeat WHERE sender = $1 AND message_id = $2', [
        sender,
        messageId,
      ]);
      return found[0]?.count ?? 0;
    },
    quarantined: (link) => rows('SELECT sha256, count FROM quarantine WHERE link = $1 ORDER BY first_at', [link]),
    receipts: () => rows('SELECT receipt_id AS "receiptId", jws FROM receipt ORDER BY id'),
    close: async () => {
      await store.close();
      await other.close();
      await clear();
    },
  };
};

// Each in a scope of its own, or every test would be prepared for by all three.
describe('the exchange store on PostgreSQL', () => {
  describe('what is kept', () => exchangeStoreContract(make));
  describe('what goes out', () => relayStoreContract(make));
  describe('what is asked', () => questionStoreContract(make));
});

describe('the key store on PostgreSQL', () => {
  keyStoreContract(async () => {
    const { application, clear } = await contractDatabase();
    const [store, other] = [new PostgresKeyStore(application), new PostgresKeyStore(application)];
    return {
      store,
      other,
      close: async () => {
        await store.close();
        await other.close();
        await clear();
      },
    };
  });
});

describe('the mailbox on PostgreSQL', () => {
  mailboxStoreContract(async () => {
    const { application, clear } = await contractDatabase();
    const store = new PostgresExchangeStore(application);
    return {
      store,
      mailbox: new PostgresMailboxStore(application),
      close: async () => {
        await store.close();
        await clear();
      },
    };
  });
});

describe('the schema', () => {
  it('comes from migrations alone, once, also when two processes migrate at the same moment', async () => {
    const database = await emptyDatabase();
    try {
      expect(await pendingMigrations(database.dataSource)).toBe(true);
      const [a, b] = await Promise.all([migrate(database.dataSource), migrate(database.dataSource)]);
      expect(new Set([...a, ...b]).size).toBe(database.dataSource.migrations.length);
      expect([...a, ...b]).toHaveLength(database.dataSource.migrations.length);
      expect(await pendingMigrations(database.dataSource)).toBe(false);
      while ((await database.dataSource.query(`SELECT 1 FROM migration`)).length > 0) await database.dataSource.undoLastMigration();
      const tables = `SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
      expect(await database.dataSource.query(tables)).toEqual([{ tablename: 'migration' }]);
    } finally {
      await database.drop();
    }
  });

  it('fits the entities and the committed schema.sql', async () => {
    const database = await testDatabase();
    try {
      expect(await schemaDrift(database.dataSource)).toEqual([]);
      const committed = await readFile(join(process.cwd(), 'libs/adapters/src/store/schema.sql'), 'utf8');
      expect(await describeSchema(database.dataSource)).toBe(committed);
    } finally {
      await database.drop();
    }
  });

  it('notices a database that drifted from the entities', async () => {
    const database = await testDatabase();
    try {
      await database.dataSource.query('ALTER TABLE delivery DROP COLUMN last_code');
      expect((await schemaDrift(database.dataSource)).join()).toContain('last_code');
    } finally {
      await database.drop();
    }
  });

  it.each(['event', 'receipt', 'answer'])('lets rows of %s be neither changed nor removed', async (table) => {
    const database = await testDatabase();
    const store = new PostgresExchangeStore(database.dataSource);
    try {
      await store.commit(batch({ events: [{ subject: 's', kind: 'k', actor: 'a', at: AT }] }));
      for (const statement of [`UPDATE ${table} SET at = now()`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
        await expect(database.dataSource.query(statement)).rejects.toThrow(`${table} is append-only`);
      }
    } finally {
      await store.close();
      await database.drop();
    }
  });

  it('commits durably whatever the server default is', async () => {
    const database = await testDatabase();
    try {
      expect(await database.dataSource.query('SHOW synchronous_commit')).toEqual([{ synchronous_commit: 'on' }]);
    } finally {
      await database.drop();
    }
  });
});
