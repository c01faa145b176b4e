import { EntitySchema } from 'typeorm';
import type { Issue } from '#model';
import { AnswerEntity, BatchEntity, MailboxEntity } from './entities-mailbox.ts';
import { ACCESS_ENTITIES } from '../access/entities.ts';
import { ALERT_ENTITIES } from './entities-alert.ts';
import { INCIDENT_ENTITIES } from './entities-incident.ts';
import { LINK_ENTITIES } from './entities-link.ts';
import { MAPPING_ENTITIES } from './entities-mapping.ts';
import { LOG_ENTITIES } from './entities-log.ts';
import { REPLAY_ENTITIES } from './entities-replay.ts';
import { SavedViewEntity } from './entities-view.ts';
import { bytes, count, flag, optionalText, optionalTime, serial, text, texts, time } from './columns.ts';
import { CustomsEnvelopeEntity, StatusNoticeEntity } from './matter-entities.ts';
import { KeyContactEntity, KeyDocumentEntity } from './key-entities.ts';

/**
 * The tables as TypeORM sees them: for reading and for the drift check (the schema itself is written by the migrations).
 * Indexes that TypeORM cannot express are named here so that it leaves them alone.
 */
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
  purgedAt: Date | null;
  keyGroups: number[][] | null;
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
    purgedAt: { ...optionalTime, name: 'purged_at' },
    keyGroups: {
      type: 'jsonb',
      nullable: true,
      name: 'key_groups',
      comment: 'Places in business_keys (from 0) that belong together: one consignment, one note.',
    },
  },
  indices: [
    { name: 'inbox_link', columns: ['link', 'receivedAt'] },
    { name: 'inbox_type', columns: ['type', 'receivedAt'] },
    { name: 'inbox_findings', columns: ['receivedAt', 'messageId'], synchronize: false },
    { name: 'inbox_notable', columns: ['receivedAt', 'messageId'], synchronize: false },
    { name: 'inbox_notable_link', columns: ['link', 'receivedAt', 'messageId'], synchronize: false },
    { name: 'inbox_conversation', columns: ['conversationId'], synchronize: false },
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
    { name: 'quarantine_claimed', columns: ['claimedMessageId'], synchronize: false },
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
  translation: string | null;
  test: boolean;
  createdAt: Date;
  frame: Buffer;
  kid: string | null;
  purgedAt: Date | null;
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
    translation: optionalText,
    test: flag,
    createdAt: { ...time, name: 'created_at' },
    frame: bytes,
    kid: optionalText,
    purgedAt: { ...optionalTime, name: 'purged_at' },
  },
  indices: [
    { name: 'outbox_message_id', columns: ['messageId'], unique: true },
    { name: 'outbox_link_sequence', columns: ['link', 'linkSequence'], synchronize: false },
    { name: 'outbox_created', columns: ['createdAt', 'messageId'] },
    { name: 'outbox_link', columns: ['link', 'createdAt'], synchronize: false },
    { name: 'outbox_type', columns: ['type', 'createdAt'], synchronize: false },
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
  queryId: string | null;
  asked: number;
  answerDue: Date | null;
  createdAt: Date;
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
    queryId: {
      ...optionalText,
      name: 'query_id',
      comment: 'The one open question about this message; an answer to any other changes nothing.',
    },
    asked: { ...count, default: 0 },
    answerDue: { ...optionalTime, name: 'answer_due' },
    createdAt: { ...time, name: 'created_at' },
  },
  indices: [
    { name: 'delivery_findings', columns: ['createdAt', 'id'], synchronize: false },
    { name: 'delivery_notable', columns: ['createdAt', 'id'], synchronize: false },
    { name: 'delivery_notable_link', columns: ['link', 'createdAt', 'id'], synchronize: false },
    { name: 'delivery_waiting', columns: ['link', 'priority', 'id'], synchronize: false },
    { name: 'delivery_waiting_key', columns: ['link', 'orderKey', 'id'], synchronize: false },
    { name: 'delivery_unanswered', columns: ['link', 'publishedAt'], synchronize: false },
    { name: 'delivery_unknown', columns: ['link', 'nextAt'], synchronize: false },
    { name: 'delivery_owed', columns: ['link', 'id'], synchronize: false },
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

export interface CarriedEvidenceRecord {
  subject: string;
  scheme: string;
  link: string;
  keyName: string | null;
  certificateDigest: string | null;
  algorithm: string | null;
  verdict: string;
  reason: string | null;
  at: Date;
  bytesDigest: string;
  signature: Buffer;
}

export const CarriedEvidenceEntity = new EntitySchema<CarriedEvidenceRecord>({
  name: 'CarriedEvidence',
  tableName: 'carried_evidence',
  columns: {
    subject: { ...text, primary: true },
    scheme: { ...text, primary: true },
    link: text,
    keyName: { ...optionalText, name: 'key_name' },
    certificateDigest: { ...optionalText, name: 'certificate_digest' },
    algorithm: optionalText,
    verdict: text,
    reason: optionalText,
    at: time,
    bytesDigest: { ...text, name: 'bytes_digest' },
    signature: bytes,
  },
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
  CarriedEvidenceEntity,
  ...ACCESS_ENTITIES,
  ...REPLAY_ENTITIES,
  ...INCIDENT_ENTITIES,
  SavedViewEntity,
  ...ALERT_ENTITIES,
  ...LINK_ENTITIES,
  ...MAPPING_ENTITIES,
  AnswerEntity,
  ...LOG_ENTITIES,
  StatusNoticeEntity,
  CustomsEnvelopeEntity,
  KeyDocumentEntity,
  KeyContactEntity,
];
