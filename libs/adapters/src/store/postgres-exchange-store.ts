import type { Pool, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { DataSource } from 'typeorm';
import {
  ExchangeStore,
  StaleBatchError,
  type AskedQuestion,
  type BatchCommit,
  type CommitResult,
  type EnvelopeRow,
  type FrameKind,
  type InboxKey,
  type KnownMessage,
  type LinkHead,
  type LinkUsage,
  type OutboundExpectation,
  type QueuedItem,
  type ReceiptExpectation,
  type SilentMessage,
  type StatusNoticeRow,
} from '#exchange';
import type { ErrorCode, InboundState } from '#model';
import { commitBatch } from './commit.ts';
import { poolOf } from './data-source.ts';
import { indexable } from './encode.ts';
import { failure } from './failure.ts';
import { HoldSession } from './hold-session.ts';
import * as sql from './sql.ts';

export interface StoreOptions {
  /** How long `commit` keeps asking what became of a COMMIT whose answer was lost; default 60 seconds. */
  readonly resolveMilliseconds?: number;
}

/** The exchange store on PostgreSQL. Every method may reject with STORE_UNAVAILABLE and works again once the database does. */
export class PostgresExchangeStore extends ExchangeStore {
  readonly #pool: Pool;
  readonly #session: HoldSession;
  readonly #resolveMilliseconds: number;
  #pruneAfter = 0;
  /** The last commit failed for a reason that lies with the database. */
  #failing = false;

  constructor(dataSource: DataSource, options: StoreOptions = {}) {
    super();
    this.#pool = poolOf(dataSource);
    this.#session = new HoldSession(this.#pool);
    this.#resolveMilliseconds = options.resolveMilliseconds ?? 60_000;
  }

  override async known(keys: readonly InboxKey[]): Promise<readonly KnownMessage[]> {
    if (keys.length === 0) return [];
    const { rows } = await this.#query<{
      sender: string;
      message_id: string;
      manifest_digest: string;
      state: InboundState;
      receipt: Buffer | null;
    }>({ name: 'lb-known', text: sql.KNOWN, values: [keys.map((key) => key.sender), keys.map((key) => key.messageId)] });
    return rows.map((row) => ({
      sender: row.sender,
      messageId: row.message_id,
      manifestDigest: row.manifest_digest,
      state: row.state,
      ...(row.receipt ? { receipt: row.receipt } : {}),
    }));
  }

  override async heads(links: readonly string[]): Promise<readonly LinkHead[]> {
    const { rows } = await this.#query<{ link: string; sequence: string; manifest_digest: string }>({
      name: 'lb-read-heads',
      text: 'SELECT link, sequence, manifest_digest FROM link_head WHERE link = ANY ($1)',
      values: [links],
    });
    const known = new Map(rows.map((row) => [row.link, row]));
    return [...new Set(links)].map((link) => {
      const row = known.get(link);
      return { link, sequence: Number(row?.sequence ?? 0), manifestDigest: row?.manifest_digest ?? '' };
    });
  }

  override async commit(batch: BatchCommit): Promise<CommitResult> {
    try {
      const options = { epochOf: (link: string) => this.#session.epochOf(link), resolveMilliseconds: this.#resolveMilliseconds };
      const result = await guarded(() => commitBatch(this.#pool, batch, options));
      this.#failing = false;
      return result;
    } catch (error) {
      if (!(error instanceof StaleBatchError)) this.#failing = true;
      throw error;
    }
  }

  override async usage(day: string): Promise<readonly LinkUsage[]> {
    const { rows } = await this.#query<{ link: string; messages: number; bytes: string }>({
      name: 'lb-read-usage',
      text: 'SELECT link, messages, bytes FROM link_usage WHERE day = $1',
      values: [day],
    });
    return rows.map(({ link, messages, bytes }) => ({ link, messages, bytes: Number(bytes) }));
  }

  /** Whether a message that came now would be kept: the database answers and, where the last commit failed, has room again. */
  async keeps(): Promise<boolean> {
    try {
      await this.#pool.query(this.#failing ? sql.ROOM : 'SELECT 1');
      this.#failing = false;
      return true;
    } catch {
      return false;
    }
  }

  override async expectations(messageIds: readonly string[]): Promise<ReadonlyMap<string, OutboundExpectation>> {
    if (messageIds.length === 0) return new Map();
    const { rows } = await this.#query<{
      message_id: string;
      link: string;
      type: string;
      expectation: ReceiptExpectation;
      source_sender: string | null;
      source_message_id: string | null;
    }>({
      name: 'lb-expectations',
      text: `SELECT message_id, link, type, expectation, source_sender, source_message_id FROM outbox
              WHERE message_id = ANY ($1) AND expectation IS NOT NULL`,
      values: [messageIds],
    });
    return new Map(
      rows.map(({ message_id, link, type, expectation, source_sender, source_message_id }) => [
        message_id,
        {
          ...expectation,
          link,
          type,
          ...(source_sender !== null && source_message_id !== null
            ? { source: { sender: source_sender, messageId: source_message_id } }
            : {}),
        },
      ]),
    );
  }

  override async knownReceipts(receiptIds: readonly string[]): Promise<ReadonlySet<string>> {
    if (receiptIds.length === 0) return new Set();
    const { rows } = await this.#query<{ receipt_id: string }>({
      name: 'lb-known-receipts',
      text: 'SELECT receipt_id FROM receipt WHERE receipt_id = ANY ($1)',
      values: [receiptIds],
    });
    return new Set(rows.map((row) => row.receipt_id));
  }

  override async notices(subjects: readonly string[]): Promise<readonly StatusNoticeRow[]> {
    if (subjects.length === 0) return [];
    const { rows } = await this.#query<{
      subject: string;
      list_id: string;
      code: string;
      notice_time: string | null;
      sender: string;
      message_id: string;
      received_at: Date;
    }>({
      name: 'lb-read-notices',
      text: `SELECT subject, list_id, code, notice_time, sender, message_id, received_at FROM status_notice WHERE subject = ANY ($1)`,
      values: [subjects.map((subject) => indexable(subject))],
    });
    return rows.map(({ subject, list_id, code, notice_time, sender, message_id, received_at }) => ({
      subject,
      listId: list_id,
      code,
      ...(notice_time === null ? {} : { dateTime: notice_time }),
      sender,
      messageId: message_id,
      receivedAt: received_at,
    }));
  }

  override async envelopes(ids: readonly string[]): Promise<readonly EnvelopeRow[]> {
    if (ids.length === 0) return [];
    const { rows } = await this.#query<{
      sender: string;
      message_id: string;
      valid_until: Date;
      document: EnvelopeRow['document'];
      received_at: Date;
      closed_at: Date | null;
    }>({
      name: 'lb-read-envelopes',
      text: `SELECT sender, message_id, valid_until, document, received_at, closed_at FROM customs_envelope WHERE id = ANY ($1)`,
      values: [ids.map((id) => indexable(id))],
    });
    return rows.map(({ sender, message_id, valid_until, document, received_at, closed_at }) => ({
      sender,
      messageId: message_id,
      id: document.id,
      validUntil: valid_until,
      document,
      receivedAt: received_at,
      ...(closed_at === null ? {} : { closedAt: closed_at }),
    }));
  }

  override async remindEnvelopes(now: Date, soon: Date): Promise<number> {
    return (await this.#query({ name: 'lb-remind', text: sql.REMIND, values: [now, soon] })).rowCount ?? 0;
  }

  override async holdLink(link: string, onLost: () => void): Promise<boolean> {
    return guarded(() => this.#session.hold(link, onLost));
  }

  override async releaseLink(link: string): Promise<void> {
    return guarded(() => this.#session.release(link));
  }

  override async recoverInDoubt(link: string, resendAt: Date): Promise<number> {
    const result = await guarded(() => this.#session.onHold(link, { name: 'lb-recover', text: sql.RECOVER, values: [link, resendAt] }));
    return result?.rowCount ?? 0;
  }

  override async claimDue(link: string, limit: number, now: Date): Promise<readonly QueuedItem[]> {
    await guarded(() => this.#session.onHold(link, { name: 'lb-expire', text: sql.EXPIRE, values: [link, now] }));
    await this.#prune();
    if (limit <= 0) return [];
    const result = await guarded(() =>
      this.#session.onHold<ClaimedRow>(link, { name: 'lb-claim', text: sql.CLAIM, values: [link, now, limit] }),
    );
    return (result?.rows ?? []).map((row) => ({
      id: row.id,
      messageId: row.message_id,
      link: row.link,
      kind: row.kind,
      type: row.type,
      frame: row.frame,
      attempt: row.attempt,
      deadline: row.deadline,
      createdAt: row.created_at,
      ...(row.kid === null ? {} : { kid: row.kid }),
      ...(row.order_key === null ? {} : { orderKey: row.order_key }),
      ...(row.correlation_id === null ? {} : { correlationId: row.correlation_id }),
    }));
  }

  override async unpublishedKeys(link: string): Promise<ReadonlySet<string>> {
    const { rows } = await this.#query<{ order_key: string }>({
      name: 'lb-keys',
      text: `SELECT DISTINCT order_key FROM delivery WHERE link = $1 AND state IN ${sql.UNPUBLISHED} AND order_key IS NOT NULL`,
      values: [link],
    });
    return new Set(rows.map((row) => row.order_key));
  }

  override async markPublished(ids: readonly string[], at: Date): Promise<void> {
    if (ids.length > 0) await this.#query({ name: 'lb-published', text: sql.PUBLISHED, values: [ids, at] });
  }

  override async markRetry(items: readonly { readonly id: string; readonly nextAt: Date; readonly code: ErrorCode }[]): Promise<void> {
    if (items.length === 0) return;
    await this.#query({
      name: 'lb-retry',
      text: sql.RETRY,
      values: [items.map((item) => item.id), items.map((item) => item.nextAt), items.map((item) => item.code)],
    });
  }

  override async markUnknown(link: string, before: Date): Promise<number> {
    return (await this.#query({ name: 'lb-unknown', text: sql.UNKNOWN, values: [link, before] })).rowCount ?? 0;
  }

  override async silent(link: string, limit: number, now: Date): Promise<readonly SilentMessage[]> {
    const query = { name: 'lb-silent', text: sql.SILENT, values: [link, now, limit] };
    const result = await guarded(() =>
      this.#session.onHold<{ message_id: string; manifest_digest: string; order_key: string | null; asked: number }>(link, query),
    );
    return (result?.rows ?? []).map(({ message_id, manifest_digest, order_key, asked }) => ({
      messageId: message_id,
      manifestDigest: manifest_digest,
      asked,
      ...(order_key === null ? {} : { orderKey: order_key }),
    }));
  }

  override async questions(queryIds: readonly string[]): Promise<ReadonlyMap<string, AskedQuestion>> {
    if (queryIds.length === 0) return new Map();
    const { rows } = await this.#query<{ message_id: string; link: string; frame: Buffer; open: boolean }>({
      name: 'lb-asked',
      text: sql.ASKED,
      values: [queryIds],
    });
    return new Map(rows.map(({ message_id, link, frame, open }) => [message_id, { queryId: message_id, link, jws: frame, open }]));
  }

  override async issuedReceipts(keys: readonly InboxKey[]): Promise<ReadonlyMap<string, readonly Buffer[]>> {
    const issued = new Map<string, Buffer[]>();
    if (keys.length === 0) return issued;
    const { rows } = await this.#query<{ sender: string; message_id: string; jws: Buffer }>({
      name: 'lb-issued',
      text: sql.ISSUED,
      values: [keys.map(({ sender }) => sender), keys.map(({ messageId }) => messageId)],
    });
    for (const { sender, message_id, jws } of rows) {
      const key = `${sender}/${message_id}`;
      issued.set(key, [...(issued.get(key) ?? []), jws]);
    }
    return issued;
  }

  override onWork(listener: (link: string) => void): void {
    this.#session.listen(listener);
  }

  override async close(): Promise<void> {
    await this.#session.close();
  }

  /** Batch ids are of use only while a process may still ask about its lost COMMIT. */
  async #prune(): Promise<void> {
    if (Date.now() < this.#pruneAfter) return;
    this.#pruneAfter = Date.now() + 600_000;
    await this.#query({ text: `DELETE FROM batch WHERE at < now() - interval '1 hour'` });
  }

  async #query<Row extends QueryResultRow>(query: QueryConfig): Promise<QueryResult<Row>> {
    return guarded(() => this.#pool.query<Row>(query));
  }
}

interface ClaimedRow {
  readonly id: string;
  readonly attempt: number;
  readonly deadline: Date;
  readonly message_id: string;
  readonly link: string;
  readonly kind: FrameKind;
  readonly order_key: string | null;
  readonly type: string;
  readonly correlation_id: string | null;
  readonly frame: Buffer;
  readonly kid: string | null;
  readonly created_at: Date;
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw failure(error);
  }
}
