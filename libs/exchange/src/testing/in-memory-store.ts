import type { LinkUsage } from '../admission/admission.ts';
import { dayOf } from '../admission/allowance.ts';
import { ExchangeError, mayMove, type ErrorCode, type OutboundState } from '#model';
import {
  ExchangeStore,
  StaleBatchError,
  type AnswerRow,
  type AskedQuestion,
  type BatchCommit,
  type CommitResult,
  type EnvelopeRow,
  type InboxKey,
  type KnownMessage,
  type LinkHead,
  type OutboundExpectation,
  type OutboundMove,
  type OutboxRow,
  type QuestionRow,
  type QueuedItem,
  type SilentMessage,
  type StatusNoticeRow,
} from '../ports/exchange-store.port.ts';
import { InMemoryDatabase, keepFirst, mailboxKey, type StoredDelivery } from './in-memory-database.ts';
export { InMemoryDatabase, type StoredDelivery } from './in-memory-database.ts';
export { InMemoryMailboxStore } from './in-memory-mailbox.ts';
export { InMemorySecondSignatureStore } from './in-memory-signatures.ts';

const UNPUBLISHED: readonly OutboundState[] = ['ready', 'retrying', 'publishing'];
const SETTLED: readonly OutboundState[] = ['stored', 'valid', 'accepted', 'refused'];
const keyOf = ({ sender, messageId }: InboxKey): string => JSON.stringify([sender, messageId]);
const momentOf = ({ dateTime }: StatusNoticeRow): number => (dateTime === undefined ? -Infinity : Date.parse(dateTime));
const inOrder = (a: StoredDelivery, b: StoredDelivery): number =>
  a.row.priority === b.row.priority ? Number(a.id) - Number(b.id) : a.row.priority < b.row.priority ? -1 : 1;

/** The exchange store in memory, for tests. Passes the same contract suite as the one on PostgreSQL; nothing survives the process. */
export class InMemoryExchangeStore extends ExchangeStore {
  readonly database: InMemoryDatabase;
  readonly #onLost = new Map<string, () => void>();
  readonly #listeners: ((link: string) => void)[] = [];

  constructor(database: InMemoryDatabase = new InMemoryDatabase()) {
    super();
    this.database = database;
    database.stores.add(this);
  }

  override async known(keys: readonly InboxKey[]): Promise<readonly KnownMessage[]> {
    return keys.flatMap((key) => {
      const row = this.database.inbox.get(keyOf(key));
      if (!row) return [];
      const { sender, messageId, manifestDigest, state } = row;
      const receipt = [...this.database.receipts.values()].find(
        (stored) => stored.direction === 'issued' && stored.aboutSender === sender && stored.aboutMessageId === messageId,
      );
      return [{ sender, messageId, manifestDigest, state, ...(receipt ? { receipt: receipt.jws } : {}) }];
    });
  }

  override async heads(links: readonly string[]): Promise<readonly LinkHead[]> {
    return [...new Set(links)].map((link) => this.#head(link));
  }

  override async commit(batch: BatchCommit): Promise<CommitResult> {
    if (batch.replay) throw new ExchangeError('INTERNAL', { detail: 'Replays are kept in PostgreSQL only.' });
    this.#refuseStale(batch);
    const { database } = this;
    const outboxIds = new Map<string, string>();
    for (const { next } of batch.heads) database.heads.set(next.link, next);
    for (const row of batch.inbox) database.inbox.set(keyOf(row), row);
    for (const row of batch.outbox) outboxIds.set(row.messageId, this.#enqueue(row));
    for (const row of batch.receipts) if (!database.receipts.has(row.receiptId)) database.receipts.set(row.receiptId, row);
    for (const row of batch.quarantine) {
      const key = JSON.stringify([row.link, row.sha256]);
      database.quarantine.set(key, { row, count: (database.quarantine.get(key)?.count ?? 0) + 1 });
    }
    for (const key of batch.duplicates) database.repeats.set(keyOf(key), (database.repeats.get(keyOf(key)) ?? 0) + 1);
    for (const move of batch.moves) this.#apply(move);
    for (const question of batch.questions ?? []) this.#ask(question);
    for (const answer of batch.answers ?? []) this.#answer(answer);
    database.events.push(...batch.events);
    for (const row of batch.evidence ?? []) keepFirst(database.evidence, row);
    this.#remember(batch);
    const woken = new Set(batch.outbox.filter(({ link, state }) => state === 'ready' && !this.#holds(link)).map(({ link }) => link));
    for (const link of woken) database.holders.get(link)?.wake(link);
    return { outboxIds };
  }

  override async usage(day: string): Promise<readonly LinkUsage[]> {
    const used = new Map<string, LinkUsage>();
    for (const { link, receivedAt, frame } of this.database.inbox.values()) {
      if (dayOf(receivedAt) !== day) continue;
      const { messages = 0, bytes = 0 } = used.get(link) ?? {};
      used.set(link, { link, messages: messages + 1, bytes: bytes + frame.length });
    }
    return [...used.values()];
  }

  override async expectations(messageIds: readonly string[]): Promise<ReadonlyMap<string, OutboundExpectation>> {
    const found = new Map<string, OutboundExpectation>();
    for (const { row } of this.database.deliveries.values()) {
      if (!row.expectation || !messageIds.includes(row.messageId)) continue;
      found.set(row.messageId, { ...row.expectation, link: row.link, type: row.type, ...(row.source ? { source: row.source } : {}) });
    }
    return found;
  }

  override async knownReceipts(receiptIds: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(receiptIds.filter((id) => this.database.receipts.has(id)));
  }

  override async notices(subjects: readonly string[]): Promise<readonly StatusNoticeRow[]> {
    return [...this.database.notices.values()].filter(({ subject }) => subjects.includes(subject));
  }

  override async envelopes(ids: readonly string[]): Promise<readonly EnvelopeRow[]> {
    return [...this.database.envelopes.values()].filter(({ id }) => ids.includes(id));
  }

  override async remindEnvelopes(now: Date, soon: Date): Promise<number> {
    let written = 0;
    for (const row of this.database.envelopes.values()) {
      const to = row.validUntil <= now ? 'overdue' : row.validUntil <= soon ? 'due' : undefined;
      if (row.closedAt || !to || row.reminded === to) continue;
      row.reminded = to;
      const subject = `in:${row.sender}/${row.messageId}`;
      this.database.events.push({ subject, kind: 'customs-envelope', to, actor: 'exchange', cause: 'CLOSE_OUT_MISSING', at: now });
      written += 1;
    }
    return written;
  }

  override async holdLink(link: string, onLost: () => void): Promise<boolean> {
    const holder = this.database.holders.get(link);
    if (holder !== undefined && holder !== this) return false;
    this.database.holders.set(link, this);
    this.#onLost.set(link, onLost);
    return true;
  }

  override async releaseLink(link: string): Promise<void> {
    if (this.#holds(link)) this.database.holders.delete(link);
    this.#onLost.delete(link);
  }

  override async recoverInDoubt(link: string, resendAt: Date): Promise<number> {
    if (!this.#holds(link)) return 0;
    const inDoubt = this.#rows((row) => row.row.link === link && row.state === 'publishing');
    for (const row of inDoubt) this.#move(row, 'retrying', 'in doubt', { nextAt: resendAt });
    return inDoubt.length;
  }

  override async claimDue(link: string, limit: number, now: Date): Promise<readonly QueuedItem[]> {
    if (!this.#holds(link)) return [];
    const waiting = () => this.#rows((row) => row.row.link === link && UNPUBLISHED.includes(row.state));
    for (const row of waiting()) if (row.state !== 'publishing' && row.row.deadline <= now) this.#move(row, 'expired', 'DEADLINE_PASSED');
    const unpublished = waiting();
    const due = unpublished
      .filter((row) => row.state !== 'publishing' && (row.nextAt === undefined || row.nextAt <= now))
      .filter(
        ({ id, row }) =>
          row.orderKey === undefined || !unpublished.some((other) => other.row.orderKey === row.orderKey && Number(other.id) < Number(id)),
      );
    return due
      .sort(inOrder)
      .slice(0, limit)
      .map((row) => {
        row.state = 'publishing';
        row.attempt += 1;
        delete row.nextAt;
        const { kind, messageId, orderKey, type, correlationId, frame, kid, deadline, createdAt } = row.row;
        const optional = {
          ...(kid === undefined ? {} : { kid }),
          ...(orderKey === undefined ? {} : { orderKey }),
          ...(correlationId === undefined ? {} : { correlationId }),
        };
        return { id: row.id, attempt: row.attempt, link, kind, messageId, type, frame, deadline, createdAt, ...optional };
      });
  }

  override async unpublishedKeys(link: string): Promise<ReadonlySet<string>> {
    const rows = this.#rows((row) => row.row.link === link && UNPUBLISHED.includes(row.state));
    return new Set(rows.flatMap(({ row }) => (row.orderKey === undefined ? [] : [row.orderKey])));
  }

  override async markPublished(ids: readonly string[], at: Date): Promise<void> {
    for (const row of this.#rows(({ id }) => ids.includes(id))) {
      if (row.state === 'publishing') this.#move(row, 'published', undefined, { publishedAt: at });
      else row.publishedAt ??= at;
    }
  }

  override async markRetry(items: readonly { readonly id: string; readonly nextAt: Date; readonly code: ErrorCode }[]): Promise<void> {
    for (const { id, nextAt, code } of items) {
      for (const row of this.#rows((other) => other.id === id && other.state === 'publishing'))
        this.#move(row, 'retrying', code, { nextAt });
    }
  }

  override async markUnknown(link: string, before: Date): Promise<number> {
    const silent = this.#rows(
      ({ row, state, publishedAt }) =>
        row.link === link && row.kind === 'message' && state === 'published' && publishedAt !== undefined && publishedAt < before,
    );
    for (const row of silent) this.#move(row, 'unknown', 'RECEIPT_MISSING');
    return silent.length;
  }

  override async silent(link: string, limit: number, now: Date): Promise<readonly SilentMessage[]> {
    if (!this.#holds(link)) return [];
    return this.#rows(
      ({ row, state, nextAt }) => row.link === link && state === 'unknown' && row.deadline > now && (nextAt === undefined || nextAt <= now),
    )
      .slice(0, limit)
      .map(({ row: { messageId, manifestDigest = '', orderKey }, asked = 0 }) => ({
        messageId,
        manifestDigest,
        asked,
        ...(orderKey === undefined ? {} : { orderKey }),
      }));
  }

  override async questions(queryIds: readonly string[]): Promise<ReadonlyMap<string, AskedQuestion>> {
    const asked = this.#rows(({ row }) => row.kind === 'query' && queryIds.includes(row.messageId));
    return new Map(
      asked.map(({ row }) => {
        const about = this.#byMessageId(row.correlationId ?? '');
        const open = about?.queryId === row.messageId && about.state === 'unknown';
        return [row.messageId, { queryId: row.messageId, link: row.link, jws: row.frame, open }];
      }),
    );
  }

  override async issuedReceipts(keys: readonly InboxKey[]): Promise<ReadonlyMap<string, readonly Buffer[]>> {
    const issued = [...this.database.receipts.values()].filter(({ direction }) => direction === 'issued');
    return new Map(
      keys.map(({ sender, messageId }) => [
        `${sender}/${messageId}`,
        issued.filter((row) => row.aboutSender === sender && row.aboutMessageId === messageId).map(({ jws }) => jws),
      ]),
    );
  }

  override onWork(listener: (link: string) => void): void {
    this.#listeners.push(listener);
  }

  override async close(): Promise<void> {
    for (const link of [...this.#onLost.keys()]) await this.releaseLink(link);
    this.database.stores.delete(this);
  }

  /** What another process sees of a commit. */
  wake(link: string): void {
    for (const listener of this.#listeners) listener(link);
  }

  /** Plays the loss of the database connection: every hold of this store is gone, and their owners are told. */
  loseHolds(): void {
    const lost = [...this.#onLost];
    this.#onLost.clear();
    for (const [link] of lost) this.database.holders.delete(link);
    for (const [, onLost] of lost) onLost();
  }

  stateOf(messageId: string): OutboundState | undefined {
    return this.#byMessageId(messageId)?.state;
  }

  #refuseStale({ inbox, outbox, heads }: BatchCommit): void {
    const { database } = this;
    const stale =
      inbox.some((row) => database.inbox.has(keyOf(row))) ||
      new Set(inbox.map(keyOf)).size < inbox.length ||
      outbox.some(({ messageId }) => database.deliveryIds.has(messageId)) ||
      new Set(outbox.map(({ messageId }) => messageId)).size < outbox.length ||
      outbox.some(({ link, state }) => state === 'publishing' && !this.#holds(link)) ||
      heads.some(({ expected }) => {
        const head = this.#head(expected.link);
        return head.sequence !== expected.sequence || head.manifestDigest !== expected.manifestDigest;
      });
    if (stale) throw new StaleBatchError('The batch was planned on a state of the store that has changed.');
  }

  #enqueue(row: OutboxRow): string {
    const id = String((this.database.lastId += 1));
    this.database.deliveryIds.add(row.messageId);
    this.database.deliveries.set(id, { id, row, state: row.state, attempt: row.state === 'publishing' ? 1 : 0 });
    return id;
  }

  #remember({ notices = [], envelopes = [], closings = [] }: BatchCommit): void {
    const { database } = this;
    for (const row of notices) {
      const key = JSON.stringify([row.subject, row.listId, row.code]);
      const before = database.notices.get(key);
      if (!before || momentOf(row) > momentOf(before)) database.notices.set(key, row);
    }
    for (const row of envelopes) {
      const key = JSON.stringify([row.sender, row.id]);
      if (!database.envelopes.get(key)?.closedAt) database.envelopes.set(key, row);
    }
    for (const { sender, id, at } of closings) {
      const key = JSON.stringify([sender, id]);
      const row = database.envelopes.get(key);
      if (row && !row.closedAt) database.envelopes.set(key, { ...row, closedAt: at });
    }
  }

  #apply({ messageId, to, cause }: OutboundMove): void {
    const row = this.#byMessageId(messageId);
    if (!row || !mayMove(row.state, to)) return;
    this.#move(row, to, cause);
    if (!SETTLED.includes(to)) return;
    const item = this.database.mailbox.get(mailboxKey(row.row.link, messageId));
    if (item) item.done = true;
  }

  #ask({ queryId, messageId, nextAt }: QuestionRow): void {
    const row = this.#byMessageId(messageId);
    if (row?.state !== 'unknown') return;
    Object.assign(row, { queryId, nextAt, asked: (row.asked ?? 0) + 1 });
    this.database.events.push({ subject: `out:${messageId}`, kind: 'asked', actor: 'exchange', cause: queryId, at: new Date() });
  }

  #answer(answer: AnswerRow): void {
    const { queryId, messageId, have, resend } = answer;
    const { answers, mailbox } = this.database;
    const row = this.#byMessageId(messageId);
    if (answers.has(queryId)) return;
    answers.set(queryId, answer);
    if (row?.queryId !== queryId) return;
    row.queryId = undefined;
    if (have || row.state !== 'unknown') return;
    const overtaken = this.#rows(
      (other) =>
        row.row.orderKey !== undefined &&
        other.row.link === row.row.link &&
        other.row.orderKey === row.row.orderKey &&
        Number(other.id) > Number(row.id) &&
        !['ready', 'cancelled', 'superseded'].includes(other.state),
    );
    if (!resend || overtaken.length > 0) return this.#move(row, 'missing', 'NOT_HELD');
    this.#move(row, 'retrying', 'NOT_HELD');
    mailbox.delete(mailboxKey(row.row.link, messageId));
  }

  #move(row: StoredDelivery, to: OutboundState, cause: string | undefined, set: { nextAt?: Date; publishedAt?: Date } = {}): void {
    const optional = cause === undefined ? {} : { cause };
    this.database.events.push({
      subject: `out:${row.row.messageId}`,
      kind: 'state',
      from: row.state,
      to,
      actor: 'exchange',
      at: new Date(),
      ...optional,
    });
    delete row.nextAt;
    Object.assign(row, { state: to }, set);
  }

  #holds(link: string): boolean {
    return this.database.holders.get(link) === this;
  }

  #head(link: string): LinkHead {
    return this.database.heads.get(link) ?? { link, sequence: 0, manifestDigest: '' };
  }

  #byMessageId(messageId: string): StoredDelivery | undefined {
    return this.#rows(({ row }) => row.messageId === messageId)[0];
  }

  #rows(wanted: (row: StoredDelivery) => boolean): StoredDelivery[] {
    return [...this.database.deliveries.values()].filter(wanted);
  }
}
