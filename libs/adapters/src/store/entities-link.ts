import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
const bytes: EntitySchemaColumnOptions = { type: 'bytea', select: false };

export const LinkRequestEntity = new EntitySchema({
  name: 'LinkRequest',
  tableName: 'link_request',
  columns: {
    id: { type: 'uuid', primary: true },
    kind: text,
    state: text,
    link: text,
    subject: text,
    reason: text,
    authorId: { ...text, name: 'author_id' },
    author: text,
    request: text,
    action: bytes,
    digest: text,
    approverId: { ...optionalText, name: 'approver_id' },
    approver: optionalText,
    decision: optionalText,
    decidedAt: { ...optionalTime, name: 'decided_at' },
    results: { type: 'text', array: true, default: () => "'{}'" },
    at: time,
    expiresAt: { ...time, name: 'expires_at' },
  },
  indices: [
    { name: 'link_request_token', columns: ['authorId', 'request'], unique: true },
    { name: 'link_request_open', columns: ['kind', 'link', 'subject'], synchronize: false },
    { name: 'link_request_at', columns: ['at'] },
  ],
});

export const DeadLetterEntity = new EntitySchema({
  name: 'DeadLetter',
  tableName: 'dead_letter',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    link: text,
    way: text,
    reason: text,
    queue: text,
    exchange: text,
    routingKey: { ...text, name: 'routing_key' },
    messageId: { ...optionalText, name: 'message_id' },
    type: optionalText,
    sha256: text,
    diedAt: { ...time, name: 'died_at' },
    deaths: { type: 'integer' },
    at: time,
    state: text,
    outcome: optionalText,
    decidedBy: { ...optionalText, name: 'decided_by' },
    decidedAt: { ...optionalTime, name: 'decided_at' },
    frame: bytes,
  },
  indices: [
    { name: 'dead_letter_once', columns: ['link', 'queue', 'sha256', 'diedAt', 'deaths'], unique: true },
    { name: 'dead_letter_open', columns: ['link', 'id'], synchronize: false },
  ],
});

export const LinkUsageEntity = new EntitySchema({
  name: 'LinkUsage',
  tableName: 'link_usage',
  columns: {
    link: { ...text, primary: true },
    day: { type: 'date', primary: true },
    messages: { type: 'integer' },
    bytes: { type: 'bigint' },
  },
});

export const AgreementVersionEntity = new EntitySchema({
  name: 'AgreementVersion',
  tableName: 'agreement_version',
  columns: {
    version: { type: 'integer', primary: true },
    digest: text,
    origin: text,
    author: text,
    approver: optionalText,
    reason: text,
    restores: { type: 'integer', nullable: true },
    at: time,
    agreements: { ...text, select: false },
  },
});

export const LINK_ENTITIES = [AgreementVersionEntity, LinkUsageEntity, LinkRequestEntity, DeadLetterEntity];
