import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
const amount: EntitySchemaColumnOptions = { type: 'double precision' };
const number: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };

export const AlertEntity = new EntitySchema({
  name: 'Alert',
  tableName: 'alert',
  columns: {
    id: number,
    rule: text,
    measure: text,
    severity: text,
    subject: text,
    link: optionalText,
    value: amount,
    limit: { ...amount, name: 'bound' },
    state: text,
    since: time,
    firedAt: { ...optionalTime, name: 'fired_at' },
    clearSince: { ...optionalTime, name: 'clear_since' },
    resolvedAt: { ...optionalTime, name: 'resolved_at' },
    acknowledgedBy: { ...optionalText, name: 'acknowledged_by' },
    acknowledgedAt: { ...optionalTime, name: 'acknowledged_at' },
    acknowledgedReason: { ...optionalText, name: 'acknowledged_reason' },
    told: optionalText,
  },
  indices: [
    { name: 'alert_open', columns: ['rule', 'subject'], unique: true, where: `state <> 'resolved'` },
    { name: 'alert_untold', columns: ['id'], where: `state <> 'pending' AND told IS DISTINCT FROM state` },
    { name: 'alert_state', columns: ['state', 'id'] },
  ],
});

export const AlertNoticeEntity = new EntitySchema({
  name: 'AlertNotice',
  tableName: 'alert_notice',
  columns: {
    id: { type: 'uuid', primary: true },
    channel: text,
    content: { type: 'jsonb' },
    state: text,
    attempt: { type: 'integer' },
    nextAt: { ...time, name: 'next_at' },
    createdAt: { ...time, name: 'created_at' },
    sentAt: { ...optionalTime, name: 'sent_at' },
    code: optionalText,
  },
  indices: [
    { name: 'alert_notice_due', columns: ['nextAt'], where: `state = 'waiting'` },
    { name: 'alert_notice_created', columns: ['createdAt'] },
  ],
});

export const AlertSilenceEntity = new EntitySchema({
  name: 'AlertSilence',
  tableName: 'alert_silence',
  columns: {
    id: number,
    rule: optionalText,
    link: optionalText,
    until: time,
    reason: text,
    author: text,
    at: time,
    endedAt: { ...optionalTime, name: 'ended_at' },
  },
  indices: [{ name: 'alert_silence_until', columns: ['until'] }],
});

export const AlertTurnEntity = new EntitySchema({
  name: 'AlertTurn',
  tableName: 'alert_turn',
  columns: { name: { ...text, primary: true }, at: time, toldAt: { ...time, name: 'told_at' } },
});

export const ALERT_ENTITIES = [AlertEntity, AlertNoticeEntity, AlertSilenceEntity, AlertTurnEntity];
