/** What the endpoints about content answer: in the OpenAPI document, and as types for the CLI and the console. */
import { z } from 'zod';
import { CONTENT_FORMS } from '#exchange';
import { FoundIssue } from './answers.ts';

const text = z.string();
const count = z.number().int().min(0);
const Direction = z.enum(['in', 'out']);

export const ContentFieldAnswer = z.object({
  pointer: text.describe('Where it stands in the document.'),
  canonical: text.optional().describe('JSON pointer into the canonical message.'),
  rule: text.describe('Conversion and code list.'),
  value: text.describe('As the document writes it.'),
  meaning: text.describe('As the canonical message has it.'),
  masked: z.boolean().describe('A payload field: shown as dots without the right to payloads.'),
});
export type ContentFieldAnswer = z.infer<typeof ContentFieldAnswer>;

export const ContentAnswer = z.object({
  messageId: text,
  direction: Direction,
  partner: text,
  mediaType: text,
  charset: text.optional(),
  bytes: count,
  state: z.enum(['whole', 'masked', 'removed', 'large']),
  mapping: z.object({ id: text, version: text, digest: text }).optional(),
  canonicalType: text.optional(),
  fields: z.array(ContentFieldAnswer),
  more: count.describe('Fields left out of this answer.'),
  issues: z.array(FoundIssue),
  text: text.optional().describe('The document itself, of whole content; at most 512 KB.'),
  textCut: z.boolean().optional(),
});
export type ContentAnswer = z.infer<typeof ContentAnswer>;

const Side = z.object({ pointer: text, value: z.unknown() });
const Message = z.object({
  messageId: text,
  direction: Direction,
  form: z.enum(CONTENT_FORMS),
  canonicalType: text.optional(),
  text: text.describe('The form laid out, one value a line.'),
});

export const ContentDifferenceAnswer = z.object({
  before: Message,
  after: Message,
  masked: z.boolean(),
  unrelated: z.boolean().describe('The two forms have no places in common: only their texts can be looked at.'),
  differences: z.array(
    z.object({
      kind: z.enum(['added', 'removed', 'changed', 'moved', 'sameMeaning']),
      path: text,
      message: count.describe('Which message of an interchange, from 1.'),
      before: Side.optional(),
      after: Side.optional(),
    }),
  ),
  more: count,
});
export type ContentDifferenceAnswer = z.infer<typeof ContentDifferenceAnswer>;
