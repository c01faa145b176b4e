import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { Issue } from '#model';

/**
 * The tables as TypeORM sees them: for reading and for the drift check (the schema itself is written by the migrations).
 * Indexes that TypeORM cannot express are named here so that it leaves them alone.
 */
const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
const count: EntitySchemaColumnOptions = { type: 'integer' };
const bytes: EntitySchemaColumnOptions = { type: 'bytea', select: false };
const serial: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };
const texts: EntitySchemaColumnOptions = { type: 'text', array: true };
const flag: EntitySchemaColumnOptions = { type: 'boolean' };

export interface Mapping {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
}

export interface InboxRecord {
  sender: string;
  messageId: string;
  link: string;
  manifestDigest: string;
  jwsDigest: string;
  kid: string;
  type: string;
  functionCode: string | null;
  canonicalType: string | null;
  conversationId: string;
  orderKey: string | null;
  businessKeys: string[];
  mapping: Mapping | null;
  test: boolean;
  priority: string;
  state: string;
  issues: Issue[];
  receivedAt: Date;
  frame: Buffer;
}

export const InboxEntity = new EntitySchema<InboxRecord>({
  name: 'Inbox',
  tableName: 'inbox',
  columns: {
    sender: { ...text, primary: true },
    messageId: { ...text, primary: true, name: 'message_id' },
    link: text,
    manifestDigest: { ...text, name: 'manifest_digest' },
    jwsDigest: { ...text, name: 'jws_digest' },
    kid: text,
    type: text,
    functionCode: { ...optionalText, name: 'function_code' },
    canonicalType: { ...optionalText, name: 'canonical_type' },
    conversationId: { ...text, name: 'conversation_id' },
    orderKey: { ...optionalText, name: 'order_key' },
    businessKeys: { ...texts, name: 'business_keys' },
    mapping: { type: 'jsonb', nullable: true },
    test: flag,
    priority: text,
    state: text,
    issues: { type: 'jsonb' },
    receivedAt: { ...time, name: 'received_at' },
    frame: bytes,
  },
  indices: [
    { name: 'inbox_received', columns: ['receivedAt', 'messageId'] },
    { name: 'inbox_business_keys', columns: ['businessKeys'], synchronize: false },
  ],
});

export interface InboxRepeatRecord {
  sender: string;
  messageId: string;
  count: number;
  lastAt: Date;
}

export const InboxRepeatEntity = new EntitySchema<InboxRepeatRecord>({
  name: 'InboxRepeat',
  tableName: 'inbox_repeat',
  columns: {
    sender: { ...text, primary: true },
    messageId: { ...text, primary: true, name: 'message_id' },
    count,
    lastAt: { ...time, name: 'last_at' },
  },
});

export interface QuarantineRecord {
  link: string;
  sha256: string;
  code: string;
  reason: string;
  claimedMessageId: string | null;
  count: number;
  firstAt: Date;
  lastAt: Date;
  frame: Buffer;
}

export const QuarantineEntity = new EntitySchema<QuarantineRecord>({
  name: 'Quarantine',
  tableName: 'quarantine',
  columns: {
    link: { ...text, primary: true },
    sha256: { ...text, primary: true },
    code: text,
    reason: text,
    claimedMessageId: { ...optionalText, name: 'claimed_message_id' },
    count,
    firstAt: { ...time, name: 'first_at' },
    lastAt: { ...time, name: 'last_at' },
    frame: bytes,
  },
  indices: [
    { name: 'quarantine_last', columns: ['lastAt'] },
    { name: 'quarantine_sha256', columns: ['sha256'] },
  ],
});

export interface LinkHeadRecord {
  link: string;
  sequence: string;
  manifestDigest: string;
  epoch: string;
}

export const LinkHeadEntity = new EntitySchema<LinkHeadRecord>({
  name: 'LinkHead',
  tableName: 'link_head',
  columns: {
    link: { ...text, primary: true },
    sequence: { type: 'bigint' },
    manifestDigest: { ...text, name: 'manifest_digest' },
    epoch: { type: 'bigint', comment: 'Fencing token: grows with every holder of the link; a commit of an earlier holder is refused.' },
  },
});

export interface OutboxRecord {
  id: string;
  messageId: string;
  link: string;
  kind: string;
  linkSequence: string | null;
  orderKey: string | null;
  type: string;
  functionCode: string | null;
  canonicalType: string | null;
  correlationId: string | null;
  businessKeys: string[];
  manifestDigest: string | null;
  expectation: unknown;
  sourceSender: string | null;
  sourceMessageId: string | null;
  mapping: Mapping | null;
  test: boolean;
  createdAt: Date;
  frame: Buffer;
}

export const OutboxEntity = new EntitySchema<OutboxRecord>({
  name: 'Outbox',
  tableName: 'outbox',
  columns: {
    id: serial,
    messageId: { ...text, name: 'message_id' },
    link: text,
    kind: text,
    linkSequence: { type: 'bigint', nullable: true, name: 'link_sequence' },
    orderKey: { ...optionalText, name: 'order_key' },
    type: text,
    functionCode: { ...optionalText, name: 'function_code' },
    canonicalType: { ...optionalText, name: 'canonical_type' },
    correlationId: { ...optionalText, name: 'correlation_id' },
    businessKeys: { ...texts, name: 'business_keys' },
    manifestDigest: { ...optionalText, name: 'manifest_digest' },
    expectation: { type: 'jsonb', nullable: true },
    sourceSender: { ...optionalText, name: 'source_sender' },
    sourceMessageId: { ...optionalText, name: 'source_message_id' },
    mapping: { type: 'jsonb', nullable: true },
    test: flag,
    createdAt: { ...time, name: 'created_at' },
    frame: bytes,
  },
  indices: [
    { name: 'outbox_message_id', columns: ['messageId'], unique: true },
    { name: 'outbox_link_sequence', columns: ['link', 'linkSequence'], synchronize: false },
    { name: 'outbox_created', columns: ['createdAt', 'messageId'] },
    { name: 'outbox_source', columns: ['sourceMessageId'], synchronize: false },
    { name: 'outbox_business_keys', columns: ['businessKeys'], synchronize: false },
  ],
});

export interface DeliveryRecord {
  id: string;
  link: string;
  kind: string;
  orderKey: string | null;
  priority: string;
  state: string;
  attempt: number;
  nextAt: Date | null;
  deadline: Date;
  publishedAt: Date | null;
  lastCode: string | null;
}

export const DeliveryEntity = new EntitySchema<DeliveryRecord>({
  name: 'Delivery',
  tableName: 'delivery',
  columns: {
    id: { type: 'bigint', primary: true },
    link: text,
    kind: text,
    orderKey: { ...optionalText, name: 'order_key' },
    priority: text,
    state: text,
    attempt: count,
    nextAt: { ...optionalTime, name: 'next_at' },
    deadline: time,
    publishedAt: { ...optionalTime, name: 'published_at' },
    lastCode: { ...optionalText, name: 'last_code' },
  },
  indices: [
    { name: 'delivery_waiting', columns: ['link', 'priority', 'id'], synchronize: false },
    { name: 'delivery_waiting_key', columns: ['link', 'orderKey', 'id'], synchronize: false },
    { name: 'delivery_unanswered', columns: ['link', 'publishedAt'], synchronize: false },
  ],
});

export interface ReceiptRecord {
  id: string;
  receiptId: string;
  direction: string;
  issuer: string;
  aboutSender: string;
  aboutMessageId: string;
  levels: string[];
  status: string;
  at: Date;
  jws: Buffer;
}

export const ReceiptEntity = new EntitySchema<ReceiptRecord>({
  name: 'Receipt',
  tableName: 'receipt',
  columns: {
    id: serial,
    receiptId: { ...text, name: 'receipt_id' },
    direction: text,
    issuer: text,
    aboutSender: { ...text, name: 'about_sender' },
    aboutMessageId: { ...text, name: 'about_message_id' },
    levels: texts,
    status: text,
    at: time,
    jws: { type: 'bytea' },
  },
  indices: [
    { name: 'receipt_receipt_id', columns: ['receiptId'], unique: true },
    { name: 'receipt_about', columns: ['aboutMessageId'] },
  ],
});

export interface EventRecord {
  id: string;
  subject: string;
  kind: string;
  fromState: string | null;
  toState: string | null;
  actor: string;
  cause: string | null;
  at: Date;
}

export const EventEntity = new EntitySchema<EventRecord>({
  name: 'Event',
  tableName: 'event',
  columns: {
    id: serial,
    subject: text,
    kind: text,
    fromState: { ...optionalText, name: 'from_state' },
    toState: { ...optionalText, name: 'to_state' },
    actor: text,
    cause: optionalText,
    at: time,
  },
  indices: [{ name: 'event_subject', columns: ['subject'] }],
});

export interface MailboxRecord {
  position: string;
  link: string;
  messageId: string;
  kind: string;
  outboxId: string;
  fetched: number;
  acknowledgedAt: Date | null;
}

export const MailboxEntity = new EntitySchema<MailboxRecord>({
  name: 'Mailbox',
  tableName: 'mailbox',
  columns: {
    position: serial,
    link: text,
    messageId: { ...text, name: 'message_id' },
    kind: text,
    outboxId: { type: 'bigint', name: 'outbox_id' },
    fetched: { ...count, default: 0 },
    acknowledgedAt: {
      ...optionalTime,
      name: 'acknowledged_at',
      comment: 'Acknowledged items stay as a mark, so that a repeated put does not offer them again.',
    },
  },
  indices: [
    { name: 'mailbox_message_id', columns: ['link', 'messageId'], unique: true },
    { name: 'mailbox_waiting', columns: ['link', 'position'], synchronize: false },
  ],
});

export interface BatchRecord {
  id: string;
  at: Date;
}

export const BatchEntity = new EntitySchema<BatchRecord>({
  name: 'Batch',
  tableName: 'batch',
  columns: { id: { type: 'uuid', primary: true }, at: { ...time, default: () => 'now()' } },
});

export const ENTITIES = [
  BatchEntity,
  InboxEntity,
  InboxRepeatEntity,
  QuarantineEntity,
  LinkHeadEntity,
  OutboxEntity,
  DeliveryEntity,
  ReceiptEntity,
  EventEntity,
  MailboxEntity,
];
