import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
const texts: EntitySchemaColumnOptions = { type: 'text', array: true };
const big: EntitySchemaColumnOptions = { type: 'bigint' };
const number: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };

export const IncidentEntity = new EntitySchema({
  name: 'Incident',
  tableName: 'incident',
  columns: {
    id: number,
    fingerprint: text,
    stage: text,
    link: text,
    type: text,
    code: text,
    path: text,
    reason: optionalText,
    state: text,
    changedAt: { ...time, name: 'changed_at' },
    ignoredUntil: { ...optionalTime, name: 'ignored_until' },
    ownerId: { ...optionalText, name: 'owner_id' },
    owner: optionalText,
    fixedBy: { ...optionalText, name: 'fixed_by' },
    firstAt: { ...time, name: 'first_at' },
    lastAt: { ...time, name: 'last_at' },
    openedAt: { ...time, name: 'opened_at' },
    repairedAt: { ...optionalTime, name: 'repaired_at' },
    count: big,
    messages: big,
    keys: texts,
    mappings: texts,
    cameBack: { type: 'integer', name: 'came_back' },
    cameBackAt: { ...optionalTime, name: 'came_back_at' },
    mergedInto: { type: 'bigint', name: 'merged_into', nullable: true },
    leftStanding: { type: 'integer', name: 'left_standing', nullable: true },
  },
  indices: [
    { name: 'incident_fingerprint', columns: ['fingerprint'], unique: true },
    { name: 'incident_last', columns: ['lastAt', 'id'] },
    { name: 'incident_link', columns: ['link'] },
    { name: 'incident_merged', columns: ['mergedInto'], synchronize: false },
  ],
});

export const IncidentMessageEntity = new EntitySchema({
  name: 'IncidentMessage',
  tableName: 'incident_message',
  columns: {
    incident: { type: 'bigint', primary: true },
    subject: { ...text, primary: true },
    sender: optionalText,
    messageId: { ...optionalText, name: 'message_id' },
    firstAt: { ...time, name: 'first_at' },
    lastAt: { ...time, name: 'last_at' },
    count: { type: 'integer' },
  },
  indices: [{ name: 'incident_message_subject', columns: ['subject'] }],
});

export const IncidentNoteEntity = new EntitySchema({
  name: 'IncidentNote',
  tableName: 'incident_note',
  columns: { id: number, incident: big, kind: text, value: optionalText, body: text, author: text, at: time },
  indices: [{ name: 'incident_note_incident', columns: ['incident', 'id'] }],
});

export const IncidentPlaceEntity = new EntitySchema({
  name: 'IncidentPlace',
  tableName: 'incident_place',
  columns: { name: { ...text, primary: true }, low: big, high: big, transaction: big },
});

export const IncidentHourEntity = new EntitySchema({
  name: 'IncidentHour',
  tableName: 'incident_hour',
  columns: { incident: { type: 'bigint', primary: true }, hour: { ...time, primary: true }, count: { type: 'integer' } },
});

export const INCIDENT_ENTITIES = [IncidentEntity, IncidentMessageEntity, IncidentHourEntity, IncidentNoteEntity, IncidentPlaceEntity];
