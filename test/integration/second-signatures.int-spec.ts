import { PostgresSecondSignatureStore } from '#adapters';
import type { CarriedEvidence } from '#exchange';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const AT = new Date('2026-03-14T09:15:00.000Z');
const made = (messageId: string, signature: string): CarriedEvidence => ({
  subject: `out:${messageId}`,
  link: 'nsw',
  scheme: 'jws-second',
  keyName: 'sm2-1',
  algorithm: 'urn:oid:1.2.156.10197.1.501',
  verdict: 'made',
  at: AT,
  bytesDigest: 'digest',
  signature: Buffer.from(signature),
});

describe('second signatures of ours in PostgreSQL', () => {
  let database: TestDatabase;
  let store: PostgresSecondSignatureStore;
  beforeAll(async () => {
    database = await testDatabase();
    store = new PostgresSecondSignatureStore(database.dataSource);
  });
  afterAll(() => database.drop());

  it('keeps the first of each message, whoever comes second: every attempt carries the same octets', async () => {
    expect(await store.find(['a', 'b'])).toEqual(new Map());
    expect(await store.keep([made('a', 'first'), made('b', 'other')])).toEqual(
      new Map([
        ['a', Buffer.from('first')],
        ['b', Buffer.from('other')],
      ]),
    );
    // Another process signed the same message at the same time; signatures of many algorithms differ each time.
    const again = new PostgresSecondSignatureStore(database.dataSource);
    expect(await again.keep([made('a', 'second')])).toEqual(new Map([['a', Buffer.from('first')]]));
    expect(await store.find(['a', 'nobody'])).toEqual(new Map([['a', Buffer.from('first')]]));
  });

  it('asks nothing about nothing, and fails by a code and never with the words of the database', async () => {
    expect(await store.find([])).toEqual(new Map());
    await database.dataSource.query('ALTER TABLE carried_evidence RENAME TO elsewhere');
    await expect(store.find(['a'])).rejects.toMatchObject({ code: 'INTERNAL' });
    await database.dataSource.query('ALTER TABLE elsewhere RENAME TO carried_evidence');
  });
});
