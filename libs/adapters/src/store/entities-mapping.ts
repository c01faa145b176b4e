import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import { bytes, optionalText, optionalTime, text, texts, time } from './columns.ts';

const json: EntitySchemaColumnOptions = { type: 'json' };
const optionalJson: EntitySchemaColumnOptions = { type: 'json', nullable: true };

export const MappingVersionEntity = new EntitySchema({
  name: 'MappingVersion',
  tableName: 'mapping_version',
  columns: {
    id: { type: 'uuid', primary: true },
    mapping: text,
    number: { type: 'integer' },
    state: text,
    base: text,
    text: { ...text, name: 'text' },
    codelists: json,
    links: texts,
    reason: text,
    authorId: { ...text, name: 'author_id' },
    author: text,
    request: text,
    mappingDigest: { ...text, name: 'mapping_digest' },
    action: bytes,
    digest: text,
    at: time,
    approverId: { ...optionalText, name: 'approver_id' },
    approver: optionalText,
    decision: optionalText,
    decidedAt: { ...optionalTime, name: 'decided_at' },
    corpus: optionalJson,
    shadow: optionalJson,
    shadowTurn: { ...optionalTime, name: 'shadow_turn' },
  },
  indices: [
    { name: 'mapping_version_number', columns: ['mapping', 'number'], unique: true },
    { name: 'mapping_version_token', columns: ['authorId', 'request'], unique: true },
    { name: 'mapping_version_at', columns: ['at'] },
    { name: 'mapping_version_shadow', columns: ['shadowTurn'], synchronize: false },
  ],
});

export const MappingSampleEntity = new EntitySchema({
  name: 'MappingSample',
  tableName: 'mapping_sample',
  columns: { version: { type: 'uuid', primary: true }, name: { type: 'text', primary: true }, bytes },
});

export const MappingAssignmentEntity = new EntitySchema({
  name: 'MappingAssignment',
  tableName: 'mapping_assignment',
  columns: {
    link: { type: 'text', primary: true },
    base: { type: 'text', primary: true },
    version: { type: 'uuid' },
    previous: { type: 'uuid', nullable: true },
    since: time,
  },
  indices: [{ name: 'mapping_assignment_version', columns: ['version'] }],
});

export const MAPPING_ENTITIES = [MappingVersionEntity, MappingSampleEntity, MappingAssignmentEntity];
