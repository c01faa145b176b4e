import { attachSecond } from '#trust';
import { MailboxStore, type MailboxItem } from '../ports/mailbox-store.port.ts';
import { evidenceKey, mailboxKey, type InMemoryDatabase } from './in-memory-database.ts';

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
      const key = mailboxKey(link, item.messageId);
      if (mailbox.has(key)) continue;
      mailbox.set(key, { ...item, link, position: (this.database.lastPosition += 1), fetched: 0, done: false });
    }
  }

  override async fetch(link: string, after: string | undefined, limit: number): Promise<readonly MailboxItem[]> {
    const waiting = [...this.database.mailbox.values()].filter(
      (item) => item.link === link && !item.done && item.position > Number(after ?? 0),
    );
    return waiting.slice(0, limit).flatMap((item) => {
      const delivery = this.database.deliveries.get(item.outboxId);
      if (!delivery) return [];
      const { type } = delivery.row;
      const second = this.database.evidence.get(evidenceKey({ subject: `out:${item.messageId}`, scheme: 'jws-second' }));
      const frame = second ? attachSecond(delivery.row.frame, second.signature) : delivery.row.frame;
      const possibleDuplicate = item.fetched > 0 || delivery.attempt > 1;
      item.fetched += 1;
      return [{ position: String(item.position), kind: item.kind, messageId: item.messageId, type, frame, possibleDuplicate }];
    });
  }

  override async acknowledge(link: string, messageIds: readonly string[]): Promise<number> {
    const items = [...this.database.mailbox.values()].filter(
      (item) => item.link === link && !item.done && messageIds.includes(item.messageId),
    );
    for (const item of items) item.done = true;
    return items.length;
  }
}
