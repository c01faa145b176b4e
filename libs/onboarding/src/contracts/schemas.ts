import { z } from 'zod';
import { MESSAGE_TYPES } from '#model';
import {
  Answer,
  KeyDocument,
  KeyStatement,
  Manifest,
  Query,
  Receipt,
  Reconciliation,
  ReconciliationAnswer,
  TranslationStatement,
} from '#trust';
import type { JsonSchema } from './schema-compatibility.ts';

/** What stands in the payload of each signed artefact (LB-PROTO-1). */
const ARTEFACTS = {
  manifest: Manifest,
  receipt: Receipt,
  query: Query,
  answer: Answer,
  'key-document': KeyDocument,
  'key-statement': KeyStatement,
  reconciliation: Reconciliation,
  'reconciliation-answer': ReconciliationAnswer,
  'translation-statement': TranslationStatement,
};

const schemaOf = (name: string, schema: z.ZodType): JsonSchema => ({
  ...(z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', unrepresentable: 'any', reused: 'ref' }) as JsonSchema),
  $id: `urn:landbridge:schema:${name}`,
  title: name,
});

/** JSON Schemas (draft 2020-12) of every canonical message and every signed artefact, from the code that checks them. */
export function publishedSchemas(): Record<string, JsonSchema> {
  return Object.fromEntries([
    ...Object.entries(ARTEFACTS).map(([name, schema]) => [`protocol.${name}`, schemaOf(`protocol.${name}`, schema)]),
    ...Object.entries(MESSAGE_TYPES).map(([name, schema]) => [`canonical.${name}`, schemaOf(`canonical.${name}`, schema)]),
  ]) as Record<string, JsonSchema>;
}
