import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
const count: EntitySchemaColumnOptions = { type: 'integer' };
const bytes: EntitySchemaColumnOptions = { type: 'bytea', select: false };
const key: EntitySchemaColumnOptions = { type: 'uuid', primary: true };

export const ReplayPlanEntity = new EntitySchema({
  name: 'ReplayPlan',
  tableName: 'replay_plan',
  columns: {
    id: key,
    authorId: { ...text, name: 'author_id' },
    author: text,
    request: text,
    kind: text,
    state: text,
    cause: optionalText,
    reason: text,
    action: bytes,
    digest: text,
    needsSecondPerson: { type: 'boolean', name: 'needs_second_person' },
    links: { type: 'text', array: true },
    to: { ...optionalText, name: 'reroute_to' },
    canary: count,
    rate: { type: 'double precision' },
    maxFailures: { ...count, name: 'max_failures' },
    tolerated: { ...count, default: 0 },
    approverId: { ...optionalText, name: 'approver_id' },
    approver: optionalText,
    decision: optionalText,
    decidedAt: { ...optionalTime, name: 'decided_at' },
    at: time,
    expiresAt: { ...time, name: 'expires_at' },
    startedAt: { ...optionalTime, name: 'started_at' },
    endedAt: { ...optionalTime, name: 'ended_at' },
    nextAt: { ...optionalTime, name: 'next_at' },
    leaseBy: { ...optionalText, name: 'lease_by' },
    leaseUntil: { ...optionalTime, name: 'lease_until' },
    report: optionalText,
    query: optionalText,
  },
  indices: [
    { name: 'replay_plan_request', columns: ['authorId', 'request'], unique: true },
    { name: 'replay_plan_at', columns: ['at'] },
    { name: 'replay_plan_open', columns: ['state'], synchronize: false },
  ],
});

export const ReplayItemEntity = new EntitySchema({
  name: 'ReplayItem',
  tableName: 'replay_item',
  columns: {
    plan: key,
    position: { type: 'integer', primary: true },
    subject: text,
    direction: text,
    sender: optionalText,
    messageId: { ...text, name: 'message_id' },
    link: text,
    type: text,
    orderKey: { ...optionalText, name: 'order_key' },
    verdict: text,
    reasons: { type: 'text', array: true },
    state: text,
    code: optionalText,
    results: { type: 'text', array: true, default: () => "'{}'" },
    at: optionalTime,
    becomes: { type: 'text', array: true, default: () => "'{}'" },
  },
  indices: [
    { name: 'replay_item_open', columns: ['subject'], synchronize: false },
    { name: 'replay_item_subject', columns: ['subject'] },
  ],
});

export const ReplayEditEntity = new EntitySchema({
  name: 'ReplayEdit',
  tableName: 'replay_edit',
  columns: { plan: key, originalDigest: { ...text, name: 'original_digest' }, digest: text, payload: bytes },
});

export const ReplaySuccessorEntity = new EntitySchema({
  name: 'ReplaySuccessor',
  tableName: 'replay_successor',
  columns: { predecessor: { ...text, primary: true }, successor: text, plan: { type: 'uuid' }, position: count, at: time },
  indices: [{ name: 'replay_successor_successor', columns: ['successor'], unique: true }],
});

export const StopSwitchEntity = new EntitySchema({
  name: 'StopSwitch',
  tableName: 'stop_switch',
  columns: { link: { ...text, primary: true }, reason: text, actor: text, at: time },
});

export const REPLAY_ENTITIES = [ReplayPlanEntity, ReplayItemEntity, ReplayEditEntity, ReplaySuccessorEntity, StopSwitchEntity];
