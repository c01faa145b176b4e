import type { EntitySchemaColumnOptions } from 'typeorm';

/** Kinds of columns that the entities are made of. */
export const text: EntitySchemaColumnOptions = { type: 'text' };
export const optionalText: EntitySchemaColumnOptions = { type: 'text', nullable: true };
export const time: EntitySchemaColumnOptions = { type: 'timestamp with time zone' };
export const optionalTime: EntitySchemaColumnOptions = { type: 'timestamp with time zone', nullable: true };
export const count: EntitySchemaColumnOptions = { type: 'integer' };
export const bytes: EntitySchemaColumnOptions = { type: 'bytea', select: false };
export const serial: EntitySchemaColumnOptions = { type: 'bigint', primary: true, generated: 'increment' };
export const texts: EntitySchemaColumnOptions = { type: 'text', array: true };
export const flag: EntitySchemaColumnOptions = { type: 'boolean' };
