import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { SavedViewStore, type SavedView } from '#exchange';
import { poolOf } from './data-source.ts';
import { rowsOf } from './transaction.ts';

interface Row extends Omit<SavedView, 'ownerId' | 'partners'> {
  readonly owner_id: string;
  readonly partners: readonly string[] | null;
}

const viewOf = ({ owner_id: ownerId, partners, ...row }: Row): SavedView => ({ ...row, ownerId, partners: partners ?? 'all' });

/** Saved views in PostgreSQL. */
export class PostgresViewStore extends SavedViewStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async put({ id, name, query, columns, ownerId, owner, shared, partners, at }: SavedView, most: number): Promise<boolean> {
    const put = await rowsOf(this.#pool, PUT, [
      id,
      name,
      query,
      columns,
      ownerId,
      owner,
      shared,
      partners === 'all' ? null : partners,
      at,
      most,
    ]);
    return put.length > 0;
  }

  override async list(ownerId: string): Promise<readonly SavedView[]> {
    return (await rowsOf<Row>(this.#pool, 'SELECT * FROM saved_view WHERE owner_id = $1 OR shared ORDER BY name', [ownerId])).map(viewOf);
  }

  override async find(id: string): Promise<SavedView | undefined> {
    const [row] = await rowsOf<Row>(this.#pool, 'SELECT * FROM saved_view WHERE id = $1', [id]);
    return row && viewOf(row);
  }

  override async remove(id: string): Promise<boolean> {
    return (await rowsOf(this.#pool, 'DELETE FROM saved_view WHERE id = $1 RETURNING id', [id])).length > 0;
  }
}

const PUT = `
INSERT INTO saved_view (id, name, query, columns, owner_id, owner, shared, partners, at)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
 WHERE (SELECT count(*) FROM saved_view WHERE owner_id = $5 AND name <> $2) < $10
ON CONFLICT (owner_id, name) DO UPDATE
   SET id = EXCLUDED.id, query = EXCLUDED.query, columns = EXCLUDED.columns, owner = EXCLUDED.owner, shared = EXCLUDED.shared,
       partners = EXCLUDED.partners, at = EXCLUDED.at
RETURNING id`;
