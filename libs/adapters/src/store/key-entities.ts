import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';

/** The key directory's tables as TypeORM sees them (entities.ts says what for). */
const text: EntitySchemaColumnOptions = { type: 'text' };
const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
const texts: EntitySchemaColumnOptions = { type: 'text', array: true };
const serial: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };

export interface KeyDocumentRecord {
  position: string;
  party: string;
  version: number;
  jws: Buffer;
  origin: string;
  actor: string;
  reason: string | null;
  at: Date;
}

export const KeyDocumentEntity = new EntitySchema<KeyDocumentRecord>({
  name: 'KeyDocument',
  tableName: 'key_document',
  columns: {
    position: serial,
    party: text,
    version: { type: 'integer' },
    jws: { type: 'bytea' },
    origin: text,
    actor: text,
    reason: optionalText,
    at: time,
  },
  indices: [{ name: 'key_document_version', columns: ['party', 'version'], synchronize: false }],
});

export interface KeyContactRecord {
  position: string;
  link: string;
  event: string;
  kid: string | null;
  partnerKid: string | null;
  accepts: string[];
  nonce: string | null;
  at: Date;
  software: string | null;
  saidAt: Date | null;
}

export const KeyContactEntity = new EntitySchema<KeyContactRecord>({
  name: 'KeyContact',
  tableName: 'key_contact',
  columns: {
    position: serial,
    link: text,
    event: text,
    kid: optionalText,
    partnerKid: { ...optionalText, name: 'partner_kid' },
    accepts: texts,
    nonce: optionalText,
    at: time,
    software: optionalText,
    saidAt: { ...time, nullable: true, name: 'said_at' },
  },
});
