import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  MappingStore,
  type CorpusResult,
  type MappingAssignment,
  type MappingMove,
  type MappingSample,
  type MappingVersion,
  type MappingVersionState,
  type NewMappingVersion,
  type ReceivedMessage,
  type Scope,
  type ShadowResult,
} from '#exchange';
import { ExchangeError } from '#model';
import { poolOf } from './data-source.ts';
import * as sql from './mapping-sql.ts';
import { inTransaction, rowsOf } from './transaction.ts';

/** Versions of mappings on PostgreSQL. */
export class PostgresMappingStore extends MappingStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async nextNumber(mapping: string): Promise<number> {
    const text = 'SELECT coalesce(max(number), 0) + 1 AS number FROM mapping_version WHERE mapping = $1';
    return (await this.#rows<{ number: number }>(text, [mapping]))[0]?.number ?? 1;
  }

  override draft(version: NewMappingVersion): Promise<string> {
    const { id, mapping, number, base, text, codelists, links, reason, author, request, mappingDigest, action, digest, at } = version;
    const values = [id, mapping, number, base, text, JSON.stringify(codelists), links, reason, author.id, author.name, request];
    return inTransaction(this.#pool, async (client) => {
      const kept = await client.query<{ id: string }>(sql.DRAFT, [...values, mappingDigest, action, digest, at]);
      for (const { name, bytes } of kept.rows.length > 0 ? version.samples : []) await client.query(sql.KEEP_SAMPLE, [id, name, bytes]);
      const found = kept.rows[0]?.id ?? (await client.query<{ id: string }>(REQUESTED, [author.id, request])).rows[0]?.id;
      if (found === undefined) throw new ExchangeError('REQUEST_TAKEN');
      return found;
    });
  }

  override async requested(authorId: string, request: string): Promise<string | undefined> {
    return (await this.#rows<{ id: string }>(REQUESTED, [authorId, request]))[0]?.id;
  }

  override async find({ links }: Scope, id: string): Promise<MappingVersion | undefined> {
    const text = 'SELECT * FROM mapping_version WHERE id = $1 AND ($2::text[] IS NULL OR links <@ $2)';
    const [row] = await this.#rows<VersionRow>(text, [id, links ?? null]);
    return row && versionOf(row);
  }

  override async list(
    { links }: Scope,
    filter: { readonly mapping?: string; readonly state?: MappingVersionState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly MappingVersion[]> {
    const { mapping = null, state = null, before = null, limit } = filter;
    return (await this.#rows<VersionRow>(sql.LIST_VERSIONS, [links ?? null, mapping, state, before, limit])).map(versionOf);
  }

  override samples(mapping: string): Promise<readonly MappingSample[]> {
    return this.#rows<MappingSample>(sql.SAMPLES, [mapping]);
  }

  override async recent(links: readonly string[], mappings: readonly string[], limit: number): Promise<readonly ReceivedMessage[]> {
    return (await this.#rows<ReceivedRow>(sql.RECENT, [links, mappings, limit])).map(receivedOf);
  }

  override async putCorpus(id: string, result: CorpusResult): Promise<void> {
    await this.#rows('UPDATE mapping_version SET corpus = $2 WHERE id = $1', [id, JSON.stringify(result)]);
  }

  override move(
    id: string,
    from: readonly MappingVersionState[],
    { to }: MappingMove,
    by: { readonly id: string; readonly name: string; readonly decision: string; readonly at: Date },
  ): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      const moved = await client.query<{ base: string; links: string[] }>(sql.MOVE, [id, to, from, by.id, by.name, by.decision, by.at]);
      const [version] = moved.rows;
      if (!version) return false;
      if (to === 'live') await client.query(sql.ASSIGN, [version.links, version.base, id, by.at]);
      if (to === 'rolled-back') await client.query(sql.STEP_BACK, [id, by.at]);
      if (to === 'live' || to === 'rolled-back') await client.query(sql.SETTLE);
      return true;
    });
  }

  override assignments(): Promise<readonly MappingAssignment[]> {
    return this.#rows<MappingAssignment>(sql.ASSIGNMENTS, []);
  }

  override async generation(): Promise<string> {
    return (await this.#rows<{ generation: string }>(sql.GENERATION, []))[0]?.generation ?? '';
  }

  override async putShadow(id: string, result: ShadowResult | undefined): Promise<void> {
    await this.#rows(sql.PUT_SHADOW, [id, result === undefined ? null : JSON.stringify(result)]);
  }

  override async takeShadows(now: Date, until: Date): Promise<readonly MappingVersion[]> {
    return (await this.#rows<VersionRow>(sql.TAKE_SHADOWS, [now, until])).map(versionOf);
  }

  override async receivedAfter(
    links: readonly string[],
    after: { readonly at: Date; readonly messageId: string },
    limit: number,
  ): Promise<readonly ReceivedMessage[]> {
    return (await this.#rows<ReceivedRow>(sql.RECEIVED_AFTER, [links, after.at, after.messageId, limit])).map(receivedOf);
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

const REQUESTED = 'SELECT id FROM mapping_version WHERE author_id = $1 AND request = $2';

interface ReceivedRow extends Omit<ReceivedMessage, 'messageId' | 'at'> {
  readonly message_id: string;
  readonly received_at: Date;
}

const receivedOf = ({ message_id: messageId, received_at: at, ...row }: ReceivedRow): ReceivedMessage => ({ ...row, messageId, at });

interface VersionRow extends Pick<
  MappingVersion,
  'id' | 'mapping' | 'number' | 'state' | 'base' | 'text' | 'codelists' | 'links' | 'reason' | 'digest' | 'action' | 'at'
> {
  readonly author_id: string;
  readonly author: string;
  readonly mapping_digest: string;
  readonly approver_id: string | null;
  readonly approver: string | null;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  readonly corpus: CorpusResult | null;
  readonly shadow: ShadowResult | null;
}

const versionOf = (row: VersionRow): MappingVersion => ({
  id: row.id,
  mapping: row.mapping,
  number: row.number,
  state: row.state,
  base: row.base,
  text: row.text,
  codelists: row.codelists,
  links: row.links,
  reason: row.reason,
  author: { id: row.author_id, name: row.author },
  mappingDigest: row.mapping_digest,
  digest: row.digest,
  action: row.action,
  at: row.at,
  ...(row.approver_id !== null && { approver: { id: row.approver_id, name: row.approver ?? '' } }),
  ...(row.decision !== null && { decision: row.decision }),
  ...(row.decided_at && { decidedAt: row.decided_at }),
  ...(row.corpus && { corpus: row.corpus }),
  ...(row.shadow && { shadow: row.shadow }),
});
