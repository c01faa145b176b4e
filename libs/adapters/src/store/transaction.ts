import type { Pool, PoolClient } from 'pg';
import { failure } from './failure.ts';

/** All of `work` or nothing. Errors as people of the store see them (`failure`); a connection that broke is not used again. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw failure(error);
  });
  let broken = false;
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => (broken = true));
    throw failure(error);
  } finally {
    client.release(broken);
  }
}

/** The rows of one statement; errors as `inTransaction`. */
export async function rowsOf<Row extends object>(pool: Pool, text: string, values: readonly unknown[]): Promise<Row[]> {
  try {
    return (await pool.query(text, [...values])).rows as Row[];
  } catch (error) {
    throw failure(error);
  }
}
