/** What the endpoints about versions of mappings answer, as JSON brings it. */
import { z } from 'zod';
import { MAPPING_VERSION_STATES } from '#exchange';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);
const Person = z.object({ id: text, name: text });
const TextFileAnswer = z.object({ path: text, text });

const Verdicts = z.object({
  same: count.describe('Says and makes the same by both versions.'),
  differs: count,
  broken: count.describe('Passed by the version in place and not by this one.'),
  mended: count.describe('Passes by this version and not by the one in place.'),
  failing: count.describe('Passes by neither.'),
});
const Differences = z.array(
  z.object({
    kind: z.enum(['changed', 'added', 'removed', 'moved', 'output', 'error']),
    place: text.describe('In the canonical message, or in the document for errors, or the link for outputs; never a value.'),
    code: text.optional(),
    count,
    example: text.describe('Sample or message it was first seen in.'),
  }),
);
const CorpusAnswer = z.object({
  at: Time,
  looked: count,
  origins: z.object({ fixture: count, sample: count, message: count }),
  verdicts: Verdicts,
  broken: z.array(text),
  failing: z.array(text),
  differences: Differences,
});
const ShadowAnswer = z.object({
  startedAt: Time,
  until: Time,
  most: count,
  endedAt: Time.optional(),
  looked: count,
  skipped: count.describe('Too large to be read twice.'),
  verdicts: Verdicts,
  differences: Differences,
  after: z.object({ at: Time, messageId: text }),
});

const line = {
  id: text,
  mapping: text,
  number: count.min(1),
  state: z.enum(MAPPING_VERSION_STATES),
  base: text.describe('The installed mapping it stands for on its links.'),
  links: z.array(text),
  reason: text,
  author: Person,
  approver: Person.optional(),
  decision: text.optional(),
  decidedAt: Time.optional(),
  mappingDigest: text.describe('SHA-256 (hex) of the mapping, as messages name it.'),
  digest: text.describe('Of the action; an approval names it.'),
  at: Time,
  corpus: CorpusAnswer.optional(),
  shadow: ShadowAnswer.optional(),
};
export const MappingVersionsAnswer = z.object({ versions: z.array(z.object(line)) });
export const OneMappingVersionAnswer = z.object({
  version: z.object({ ...line, text, codelists: z.array(TextFileAnswer), action: text.describe('The exact action as canonical JSON.') }),
  may: z.array(z.enum(['corpus', 'shadow', 'submit', 'approve', 'refuse', 'rollback'])),
});
