import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { SecondSignatureStore, type CarriedEvidence } from '#exchange';
import { poolOf } from './data-source.ts';
import { packEvidence } from './encode.ts';
import { failure } from './failure.ts';
import { EVIDENCE } from './sql.ts';

const FIND = `SELECT subject, signature FROM carried_evidence WHERE subject = ANY ($1) AND scheme = 'jws-second'`;
const OUT = 'out:';

/** Our second signatures, rows of the same table as the verdicts on those of others. */
export class PostgresSecondSignatureStore extends SecondSignatureStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async keep(made: readonly CarriedEvidence[]): Promise<ReadonlyMap<string, Buffer>> {
    try {
      for (const values of packEvidence(made)) await this.#pool.query({ name: 'lb-evidence', text: EVIDENCE, values: [...values] });
    } catch (error) {
      throw failure(error);
    }
    return this.find(made.map(({ subject }) => subject.slice(OUT.length)));
  }

  override async find(messageIds: readonly string[]): Promise<ReadonlyMap<string, Buffer>> {
    if (messageIds.length === 0) return new Map();
    try {
      const { rows } = await this.#pool.query<{ subject: string; signature: Buffer }>({
        name: 'lb-second-find',
        text: FIND,
        values: [messageIds.map((id) => OUT + id)],
      });
      return new Map(rows.map(({ subject, signature }) => [subject.slice(OUT.length), signature]));
    } catch (error) {
      throw failure(error);
    }
  }
}
