import { EntitySchema } from 'typeorm';
import { optionalText, optionalTime, text, time } from './columns.ts';

export interface StatusNoticeRecord {
  subject: string;
  listId: string;
  code: string;
  noticeTime: string | null;
  noticeAt: Date | null;
  sender: string;
  messageId: string;
  receivedAt: Date;
}

export const StatusNoticeEntity = new EntitySchema<StatusNoticeRecord>({
  name: 'StatusNotice',
  tableName: 'status_notice',
  columns: {
    subject: { ...text, primary: true },
    listId: { ...text, primary: true, name: 'list_id' },
    code: { ...text, primary: true },
    noticeTime: { ...optionalText, name: 'notice_time' },
    noticeAt: { ...optionalTime, name: 'notice_at' },
    sender: text,
    messageId: { ...text, name: 'message_id' },
    receivedAt: { ...time, name: 'received_at' },
  },
});

export interface CustomsEnvelopeRecord {
  sender: string;
  id: string;
  messageId: string;
  validUntil: Date;
  document: unknown;
  receivedAt: Date;
  closedAt: Date | null;
  reminded: string | null;
}

export const CustomsEnvelopeEntity = new EntitySchema<CustomsEnvelopeRecord>({
  name: 'CustomsEnvelope',
  tableName: 'customs_envelope',
  columns: {
    sender: { ...text, primary: true },
    id: { ...text, primary: true },
    messageId: { ...text, name: 'message_id' },
    validUntil: { ...time, name: 'valid_until' },
    document: { type: 'jsonb' },
    receivedAt: { ...time, name: 'received_at' },
    closedAt: { ...optionalTime, name: 'closed_at' },
    reminded: optionalText,
  },
  indices: [
    { name: 'customs_envelope_id', columns: ['id'] },
    { name: 'customs_envelope_open', columns: ['validUntil'], synchronize: false },
  ],
});
