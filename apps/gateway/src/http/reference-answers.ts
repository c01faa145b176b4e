/** What the endpoints about the set-up answer, in the OpenAPI document. */
import { z } from 'zod';

const text = z.string();
const texts = z.array(text);
const number = z.number();
const Titles = z.record(text, text);

const Mapping = z.object({
  id: text,
  version: text,
  digest: text,
  type: text,
  syntax: text,
  status: text,
  canonicalType: text.optional(),
  envelope: z.boolean(),
  title: Titles,
  links: texts.describe('Links over which it is written.'),
});
export const MappingsAnswer = z.object({ mappings: z.array(Mapping) });

const Rule = z.object({
  place: text,
  group: z.boolean(),
  bounds: texts.describe('For each function code: 1, 0..1, - forbidden, ~ read but ignored.'),
  canonical: text,
  carried: z.boolean(),
  rule: text,
  titles: Titles,
});
export const MappingAnswer = Mapping.extend({ functions: texts, rules: z.array(Rule) });

const CodeList = z.object({ id: text, version: text, title: Titles, open: z.boolean(), codes: number });
export const CodeListsAnswer = z.object({ lists: z.array(CodeList) });
export const CodesAnswer = z.object({
  id: text,
  version: text,
  title: Titles,
  codes: z.array(z.object({ code: text, title: Titles, canonical: text.optional(), status: text.optional() })),
});

export const PartnersAnswer = z.object({
  partners: z.array(
    z.object({
      key: text,
      name: Titles,
      country: text,
      link: z.record(text, z.unknown()).describe('Id, transport, encodings, limits, delivery, exceptions.'),
      formats: z.array(z.object({ type: text, mapping: text, envelope: text.optional(), charset: text.optional() })),
      routes: z.array(z.record(text, z.unknown())),
    }),
  ),
});

export const RetentionAnswer = z.object({
  rules: z.array(
    z.object({
      rule: z.enum(['documents', 'alerts', 'dead-letters', 'requests', 'sessions']),
      days: number.describe('0: for ever.'),
      before: z.iso.datetime().optional().describe('What was over before has had its time.'),
      over: number.optional().describe('Rows that landbridge purge would remove now. Documents are not counted here.'),
    }),
  ),
});

export const DiagnosticsAnswer = z.object({
  at: text,
  gateway: text,
  version: text,
  node: text,
  platform: text,
  processors: number,
  memory: z.record(text, number),
  uptimeSeconds: number,
  database: z.object({ server: text, bytes: number, migration: text }),
  links: z.array(z.object({ id: text, transport: text, test: z.boolean(), deadlineHours: number })),
  settings: z.array(z.object({ name: text, value: text.optional(), set: z.boolean() })),
});
