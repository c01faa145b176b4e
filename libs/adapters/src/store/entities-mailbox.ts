import { EntitySchema } from 'typeorm';
import { text, time, optionalTime, count, serial, flag } from './columns.ts';

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

export interface AnswerRecord {
  queryId: string;
  link: string;
  messageId: string;
  have: boolean;
  at: Date;
  jws: Buffer;
}

export const AnswerEntity = new EntitySchema<AnswerRecord>({
  name: 'Answer',
  tableName: 'answer',
  columns: {
    queryId: { ...text, primary: true, name: 'query_id' },
    link: text,
    messageId: { ...text, name: 'message_id' },
    have: flag,
    at: time,
    jws: { type: 'bytea' },
  },
  indices: [{ name: 'answer_message', columns: ['messageId'] }],
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
