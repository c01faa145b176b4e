import { mayMove, type ErrorCode, type OutboundState } from '#model';
import {
  ExchangeStore,
  StaleBatchError,
  type BatchCommit,
  type CommitResult,
  type EventRow,
  type InboxKey,
  type InboxRow,
  type KnownMessage,
  type LinkHead,
  type OutboundExpectation,
  type OutboundMove,
  type OutboxRow,
  type QuarantineRow,
  type QueuedItem,
  type ReceiptRow,
} from '../ports/exchange-store.port.ts';
import { MailboxStore, type MailboxItem } from '../ports/mailbox-store.port.ts';

/** An outbox row with what changes about it. */
export interface StoredDelivery {
  readonly id: string;
  readonly row: OutboxRow;
  state: OutboundState;
  attempt: number;
  nextAt?: Date;
  publishedAt?: Date;
}

/** What several stores (processes) share: give the same to two stores to play two processes on one database. */
export class InMemoryDatabase {
  readonly inbox = new Map<string, InboxRow>();
  readonly repeats = new Map<string, number>();
  readonly quarantine = new Map<string, { row: QuarantineRow; count: number }>();
  readonly deliveries = new Map<string, StoredDelivery>();
  readonly receipts = new Map<string, ReceiptRow>();
  readonly events: EventRow[] = [];
  readonly heads = new Map<string, LinkHead>();
  readonly holders = new Map<string, InMemoryExchangeStore>();
  readonly stores = new Set<InMemoryExchangeStore>();
  readonly mailbox: {
    position: number;
    link: string;
    outboxId: string;
    messageId: string;
    kind: MailboxItem['kind'];
    fetched: number;
    done: boolean;
  }[] = [];
  lastId = 0;
}

const UNPUBLISHED: readonly OutboundState[] = ['ready', 'retrying', 'publishing'];
const SETTLED: readonly OutboundState[] = ['stored', 'valid', 'accepted', 'refused'];
const keyOf = ({ sender, messageId }: InboxKey): string => JSON.stringify([sender, messageId]);
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
    database.events.push(...batch.events);
    const woken = new Set(batch.outbox.filter(({ link, state }) => state === 'ready' && !this.#holds(link)).map(({ link }) => link));
    for (const link of woken) database.holders.get(link)?.wake(link);
    return { outboxIds };
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
        const { kind, messageId, orderKey, type, correlationId, frame, deadline, createdAt } = row.row;
        const optional = { ...(orderKey === undefined ? {} : { orderKey }), ...(correlationId === undefined ? {} : { correlationId }) };
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
    const stored = new Set([...database.deliveries.values()].map(({ row }) => row.messageId));
    const stale =
      inbox.some((row) => database.inbox.has(keyOf(row))) ||
      new Set(inbox.map(keyOf)).size < inbox.length ||
      outbox.some(({ messageId }) => stored.has(messageId)) ||
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
    this.database.deliveries.set(id, { id, row, state: row.state, attempt: row.state === 'publishing' ? 1 : 0 });
    return id;
  }

  #apply({ messageId, to, cause }: OutboundMove): void {
    const row = this.#byMessageId(messageId);
    if (!row || !mayMove(row.state, to)) return;
    this.#move(row, to, cause);
    if (!SETTLED.includes(to)) return;
    for (const item of this.database.mailbox) if (item.link === row.row.link && item.messageId === messageId) item.done = true;
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

/** Mailboxes in memory, over the same database as the exchange store whose rows they offer. */
export class InMemoryMailboxStore extends MailboxStore {
  readonly database: InMemoryDatabase;

  constructor(database: InMemoryDatabase) {
    super();
    this.database = database;
  }

  override async put(link: string, items: Parameters<MailboxStore['put']>[1]): Promise<void> {
    const { mailbox } = this.database;
    for (const item of items) {
      if (mailbox.some((other) => other.link === link && other.messageId === item.messageId)) continue;
      mailbox.push({ ...item, link, position: mailbox.length + 1, fetched: 0, done: false });
    }
  }

  override async fetch(link: string, after: string | undefined, limit: number): Promise<readonly MailboxItem[]> {
    const waiting = this.database.mailbox.filter((item) => item.link === link && !item.done && item.position > Number(after ?? 0));
    return waiting.slice(0, limit).flatMap((item) => {
      const delivery = this.database.deliveries.get(item.outboxId);
      if (!delivery) return [];
      const { type, frame } = delivery.row;
      const possibleDuplicate = item.fetched > 0 || delivery.attempt > 1;
      item.fetched += 1;
      return [{ position: String(item.position), kind: item.kind, messageId: item.messageId, type, frame, possibleDuplicate }];
    });
  }

  override async acknowledge(link: string, messageIds: readonly string[]): Promise<number> {
    const items = this.database.mailbox.filter((item) => item.link === link && !item.done && messageIds.includes(item.messageId));
    for (const item of items) item.done = true;
    return items.length;
  }
}
