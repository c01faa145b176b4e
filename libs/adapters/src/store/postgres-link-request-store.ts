import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';
import {
  LinkRequestStore,
  type AgreementBook,
  type BlockedKey,
  type BlockingState,
  type Decision,
  type LinkRequest,
  type NewLinkRequest,
  type RequestState,
  type Scope,
} from '#exchange';
import { ExchangeError } from '#model';
import { poolOf } from './data-source.ts';
import { addAgreements } from './postgres-agreement-store.ts';
import * as sql from './link-sql.ts';
import { inTransaction, rowsOf } from './transaction.ts';
import { MAX_COUNT } from './view/stream.ts';

/** Blocked keys and requests on PostgreSQL. */
export class PostgresLinkRequestStore extends LinkRequestStore {
  readonly #pool: Pool;
  readonly #book: Pick<AgreementBook, 'links'>;

  constructor(dataSource: DataSource, book: Pick<AgreementBook, 'links'>) {
    super();
    this.#pool = poolOf(dataSource);
    this.#book = book;
  }

  override async blocked(
    scope: Scope,
    { link, after, limit }: { readonly link?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly BlockedKey[]> {
    const links = this.#book.links.map(({ id }) => id).filter((id) => scope.coversLink(id) && (link === undefined || id === link));
    return (await this.#rows<BlockedRow>(sql.BLOCKED, [links, after ?? '0', limit])).map(blockedOf);
  }

  override async blocking(link: string, key: string): Promise<readonly { readonly messageId: string; readonly state: BlockingState }[]> {
    const rows = await this.#rows<{ message_id: string; state: BlockingState }>(sql.BLOCKING, [link, key]);
    return rows.map(({ message_id: messageId, state }) => ({ messageId, state }));
  }

  override async submit({
    id,
    kind,
    link,
    subject,
    reason,
    author,
    request,
    action,
    digest,
    at,
    expiresAt,
  }: NewLinkRequest): Promise<string> {
    const values = [id, kind, link, subject, reason, author.id, author.name, request, action, digest, at, expiresAt];
    const [kept] = await this.#rows<{ id: string }>(sql.SUBMIT, values);
    const found = kept?.id ?? (await this.requested(author.id, request));
    if (found === undefined) throw new ExchangeError('REQUEST_TAKEN');
    return found;
  }

  override async requested(authorId: string, request: string): Promise<string | undefined> {
    const text = 'SELECT id FROM link_request WHERE author_id = $1 AND request = $2';
    return (await this.#rows<{ id: string }>(text, [authorId, request]))[0]?.id;
  }

  override async find({ links }: Scope, id: string): Promise<LinkRequest | undefined> {
    const text = 'SELECT * FROM link_request WHERE id = $1 AND ($2::text[] IS NULL OR link = ANY ($2))';
    const [row] = await this.#rows<RequestRow>(text, [id, links ?? null]);
    return row && requestOf(row);
  }

  override async list(
    { links }: Scope,
    { state, before, limit }: { readonly state?: RequestState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly LinkRequest[]> {
    return (await this.#rows<RequestRow>(sql.LIST_REQUESTS, [links ?? null, state ?? null, before ?? null, limit])).map(requestOf);
  }

  override decide(id: string, { to, approver, decision, at, giveUp, letter, agreements }: Decision): Promise<boolean> {
    return inTransaction(this.#pool, async (client) => {
      const decided = await client.query(sql.DECIDE, [id, to, approver.id, approver.name, decision, at]);
      if (decided.rowCount === 0) return false;
      const done = giveUp
        ? (await client.query<{ message_id: string }>(sql.GIVE_UP, [giveUp, approver.name, id, at])).rows.map((row) => row.message_id)
        : letter === undefined
          ? []
          : (await client.query<{ result: string }>(sql.DISCARD, [letter, approver.name, id, at])).rows.map((row) => row.result);
      if (agreements) await addAgreements(client, agreements);
      await client.query(sql.RESULTS, [id, agreements ? [String(agreements.version)] : done]);
      return true;
    });
  }

  override async expire(now: Date): Promise<void> {
    await this.#rows(sql.EXPIRE_REQUESTS, [now]);
  }

  #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return rowsOf(this.#pool, text, values);
  }
}

interface BlockedRow {
  readonly id: string;
  readonly link: string;
  readonly order_key: string;
  readonly message_id: string;
  readonly type: string;
  readonly state: BlockingState;
  readonly last_code: string | null;
  readonly attempt: number;
  readonly created_at: Date;
  readonly next_at: Date | null;
  readonly deadline: Date;
  readonly behind: string;
}

const blockedOf = (row: BlockedRow): BlockedKey => ({
  position: row.id,
  link: row.link,
  key: row.order_key,
  messageId: row.message_id,
  type: row.type,
  state: row.state,
  ...(row.last_code !== null && { code: row.last_code }),
  attempts: row.attempt,
  since: row.created_at,
  ...(row.next_at && { nextAt: row.next_at }),
  deadline: row.deadline,
  behind: { count: Math.min(Number(row.behind), MAX_COUNT), more: Number(row.behind) > MAX_COUNT },
});

interface RequestRow extends Pick<
  LinkRequest,
  'id' | 'kind' | 'state' | 'link' | 'subject' | 'reason' | 'digest' | 'action' | 'results' | 'at'
> {
  readonly author_id: string;
  readonly author: string;
  readonly approver_id: string | null;
  readonly approver: string | null;
  readonly decision: string | null;
  readonly decided_at: Date | null;
  readonly expires_at: Date;
}

const requestOf = (row: RequestRow): LinkRequest => ({
  id: row.id,
  kind: row.kind,
  state: row.state,
  link: row.link,
  subject: row.subject,
  reason: row.reason,
  author: { id: row.author_id, name: row.author },
  ...(row.approver_id !== null && { approver: { id: row.approver_id, name: row.approver ?? '' } }),
  ...(row.decision !== null && { decision: row.decision }),
  ...(row.decided_at && { decidedAt: row.decided_at }),
  digest: row.digest,
  action: row.action,
  results: row.results,
  at: row.at,
  expiresAt: row.expires_at,
});
