import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createDataSource, PostgresAccessStore } from '#adapters';

/** A service account with roles, as an administrator would make it, and its bearer token. */
export async function operatorToken(databaseUrl: string, roles: readonly string[]): Promise<string> {
  const dataSource = await createDataSource({ url: databaseUrl, poolSize: 1 }).initialize();
  try {
    const store = new PostgresAccessStore(dataSource);
    const id = randomUUID();
    const at = new Date();
    await store.createAccount({ id, kind: 'service', name: `test ${id}`, nameKey: `test ${id}`, roles, partners: 'all', at });
    const credential = `lbt_${randomBytes(32).toString('base64url')}`;
    const until = new Date(at.getTime() + 86_400_000);
    await store.addToken(
      { id: randomUUID(), accountId: id, label: 'test', createdAt: at, until },
      createHash('sha256').update(credential).digest('base64url'),
    );
    return credential;
  } finally {
    await dataSource.destroy();
  }
}
