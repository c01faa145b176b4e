import { EntitySchema } from 'typeorm';

/** Tables of the message log and the audit chain, for the drift check. */
const LogEntryEntity = new EntitySchema({
  name: 'LogEntry',
  tableName: 'log_entry',
  columns: {
    id: { type: 'bigint', primary: true, generated: 'increment' },
    at: { type: 'timestamp with time zone' },
    link: { type: 'text' },
    direction: { type: 'text' },
    kind: { type: 'text' },
    message_id: { type: 'text' },
    link_sequence: { type: 'bigint', nullable: true },
    previous_digest: { type: 'text', nullable: true },
    manifest_digest: { type: 'text', nullable: true },
    jws_digest: { type: 'text' },
  },
  indices: [
    { name: 'log_entry_message', columns: ['message_id', 'jws_digest', 'direction', 'link'], unique: true },
    // A block index, which TypeORM does not know.
    { name: 'log_entry_at', synchronize: false },
  ],
});

const LogRootEntity = new EntitySchema({
  name: 'LogRoot',
  tableName: 'log_root',
  columns: {
    sequence: { type: 'bigint', primary: true },
    closed_at: { type: 'timestamp with time zone' },
    last_id: { type: 'bigint' },
    jws: { type: 'bytea' },
  },
  indices: [{ name: 'log_root_last_id', columns: ['last_id', 'sequence'] }],
});

const LogTimestampEntity = new EntitySchema({
  name: 'LogTimestamp',
  tableName: 'log_timestamp',
  columns: {
    root_sequence: { type: 'bigint', primary: true },
    at: { type: 'timestamp with time zone' },
    token: { type: 'bytea' },
  },
});

const AuditEntity = new EntitySchema({
  name: 'Audit',
  tableName: 'audit',
  columns: {
    sequence: { type: 'bigint', primary: true },
    at: { type: 'timestamp with time zone' },
    actor: { type: 'text' },
    action: { type: 'text' },
    subject: { type: 'text' },
    reason: { type: 'text', nullable: true },
    approver: { type: 'text', nullable: true },
    before_text: { type: 'text', nullable: true },
    after_text: { type: 'text', nullable: true },
    digest: { type: 'text' },
  },
  indices: [{ name: 'audit_subject', columns: ['subject', 'sequence'] }],
});

const ReconciliationEntity = new EntitySchema({
  name: 'Reconciliation',
  tableName: 'reconciliation',
  columns: {
    link: { type: 'text', primary: true },
    day: { type: 'date', primary: true },
    at: { type: 'timestamp with time zone' },
    jws: { type: 'bytea' },
  },
});

const ReconciliationAnswerEntity = new EntitySchema({
  name: 'ReconciliationAnswer',
  tableName: 'reconciliation_answer',
  columns: {
    link: { type: 'text', primary: true },
    day: { type: 'date', primary: true },
    at: { type: 'timestamp with time zone' },
    jws: { type: 'bytea' },
    agreed: { type: 'boolean' },
    differences: { type: 'jsonb', nullable: true },
  },
});

const ReconciliationContradictionEntity = new EntitySchema({
  name: 'ReconciliationContradiction',
  tableName: 'reconciliation_contradiction',
  columns: {
    link: { type: 'text', primary: true },
    day: { type: 'date', primary: true },
    content: { type: 'text', primary: true },
    at: { type: 'timestamp with time zone' },
    jws: { type: 'bytea' },
    agreed: { type: 'boolean' },
    differences: { type: 'jsonb', nullable: true },
  },
});

export const LOG_ENTITIES = [
  LogEntryEntity,
  LogRootEntity,
  LogTimestampEntity,
  AuditEntity,
  ReconciliationEntity,
  ReconciliationAnswerEntity,
  ReconciliationContradictionEntity,
];
