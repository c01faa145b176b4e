import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import { AgreementStore, type AgreementOrigin, type AgreementVersion, type KeptAgreements } from '#exchange';
import { Agreements, ExchangeError } from '#model';
import { poolOf } from './data-source.ts';
import { rowsOf } from './transaction.ts';

const COLUMNS = 'version, digest, origin, author, approver, reason, restores, at';

/** Only on top of the one before: who looked at another version has to look again. */
const ADD = `
INSERT INTO agreement_version (version, digest, origin, author, approver, reason, restores, at, agreements)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 WHERE (SELECT coalesce(max(version), 0) FROM agreement_version) = $1::integer - 1
ON CONFLICT DO NOTHING RETURNING version`;

/** Versions of the agreements on PostgreSQL; rows are only ever added. */
export class PostgresAgreementStore extends AgreementStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async newest(): Promise<number> {
    const [row] = await this.#rows<{ version: number }>('SELECT coalesce(max(version), 0) AS version FROM agreement_version', []);
    return row?.version ?? 0;
  }

  override async find(version: number): Promise<KeptAgreements | undefined> {
    const [row] = await this.#rows<Row & { agreements: string }>(
      `SELECT ${COLUMNS}, agreements FROM agreement_version WHERE version = $1`,
      [version],
    );
    return row && { ...versionOf(row), agreements: Agreements.parse(JSON.parse(row.agreements)) };
  }

  override async list({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<readonly AgreementVersion[]> {
    const text = `SELECT ${COLUMNS} FROM agreement_version WHERE $1::integer IS NULL OR version < $1 ORDER BY version DESC LIMIT $2`;
    return (await this.#rows<Row>(text, [before ?? null, limit])).map(versionOf);
  }

  override async lastFile(): Promise<string | undefined> {
    const text = `SELECT digest FROM agreement_version WHERE origin = 'file' ORDER BY version DESC LIMIT 1`;
    return (await this.#rows<{ digest: string }>(text, []))[0]?.digest;
  }

  override async add(version: KeptAgreements): Promise<boolean> {
    return (await this.#rows(ADD, valuesOf(version))).length === 1;
  }

  #rows<R extends object>(text: string, values: readonly unknown[]): Promise<R[]> {
    return rowsOf(this.#pool, text, values);
  }
}

/** Adds a version within somebody else's transaction. Throws REQUEST_STATE when another one came between. */
export async function addAgreements(client: PoolClient, version: KeptAgreements): Promise<void> {
  const { rowCount } = await client.query(ADD, [...valuesOf(version)]);
  if (rowCount !== 1) throw new ExchangeError('REQUEST_STATE', { detail: 'Another version came into force meanwhile.' });
}

const valuesOf = ({ version, digest, origin, author, approver, reason, restores, at, agreements }: KeptAgreements): readonly unknown[] => [
  version,
  digest,
  origin,
  author,
  approver ?? null,
  reason,
  restores ?? null,
  at,
  JSON.stringify(agreements),
];

interface Row {
  readonly version: number;
  readonly digest: string;
  readonly origin: AgreementOrigin;
  readonly author: string;
  readonly approver: string | null;
  readonly reason: string;
  readonly restores: number | null;
  readonly at: Date;
}

const versionOf = ({ version, digest, origin, author, approver, reason, restores, at }: Row): AgreementVersion => ({
  version,
  digest,
  origin,
  author,
  ...(approver !== null && { approver }),
  reason,
  ...(restores !== null && { restores }),
  at,
});
