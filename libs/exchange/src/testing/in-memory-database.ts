import type { OutboundState } from '#model';
import type {
  AnswerRow,
  EnvelopeRow,
  EventRow,
  InboxRow,
  LinkHead,
  OutboxRow,
  QuarantineRow,
  ReceiptRow,
  StatusNoticeRow,
} from '../ports/exchange-store.port.ts';
import type { CarriedEvidence } from '../ports/foreign-signature.port.ts';
import type { MailboxItem } from '../ports/mailbox-store.port.ts';
import type { InMemoryExchangeStore } from './in-memory-store.ts';

/** An outbox row with what changes about it. */
export interface StoredDelivery {
  readonly id: string;
  readonly row: OutboxRow;
  state: OutboundState;
  attempt: number;
  nextAt?: Date;
  publishedAt?: Date;
  asked?: number;
  queryId?: string | undefined;
}

/** What waits in a mailbox, or was taken out of it. */
interface Boxed {
  readonly position: number;
  readonly link: string;
  readonly outboxId: string;
  readonly messageId: string;
  readonly kind: MailboxItem['kind'];
  fetched: number;
  done: boolean;
}

/** What several stores (processes) share: give the same to two stores to play two processes on one database. */
export class InMemoryDatabase {
  readonly inbox = new Map<string, InboxRow>();
  readonly repeats = new Map<string, number>();
  readonly quarantine = new Map<string, { row: QuarantineRow; count: number }>();
  readonly deliveries = new Map<string, StoredDelivery>();
  /** Message ids of `deliveries`. */
  readonly deliveryIds = new Set<string>();
  readonly receipts = new Map<string, ReceiptRow>();
  readonly events: EventRow[] = [];
  readonly answers = new Map<string, AnswerRow>();
  readonly evidence = new Map<string, CarriedEvidence>();
  readonly notices = new Map<string, StatusNoticeRow>();
  readonly envelopes = new Map<string, EnvelopeRow & { reminded?: 'due' | 'overdue' }>();
  readonly heads = new Map<string, LinkHead>();
  readonly holders = new Map<string, InMemoryExchangeStore>();
  readonly stores = new Set<InMemoryExchangeStore>();
  /** By `mailboxKey`, in the order of position. */
  readonly mailbox = new Map<string, Boxed>();
  lastId = 0;
  lastPosition = 0;
}

export const mailboxKey = (link: string, messageId: string) => `${link} ${messageId}`;
export const evidenceKey = ({ subject, scheme }: Pick<CarriedEvidence, 'subject' | 'scheme'>) => `${subject} ${scheme}`;

export function keepFirst(kept: Map<string, CarriedEvidence>, row: CarriedEvidence): void {
  if (!kept.has(evidenceKey(row))) kept.set(evidenceKey(row), row);
}
