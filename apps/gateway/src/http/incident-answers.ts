/** What the endpoints about incidents answer: in the OpenAPI document, and as types for the CLI and the console. */
import { z } from 'zod';
import { INCIDENT_STAGES, INCIDENT_STATES } from '#exchange';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);

export const IncidentAnswer = z.object({
  id: text,
  fingerprint: text.describe('SHA-256 (base64url) of stage, link, type, code, path and reason.'),
  stage: z.enum(INCIDENT_STAGES),
  link: text,
  partner: text,
  type: text,
  code: text,
  path: text.describe('Without occurrences and prefixes; * where a link has too many incidents.'),
  reason: text.optional().describe('Reason code of the partner, or of the check that did not believe the bytes.'),
  state: z.enum(INCIDENT_STATES),
  changedAt: Time.describe('When it came to be in this state.'),
  ignoredUntil: Time.optional(),
  owner: z.object({ id: text, name: text }).optional(),
  fixedBy: text.optional().describe('Mapping id@version that mends it.'),
  firstAt: Time,
  lastAt: Time,
  openedAt: Time.describe('First failure since it was opened last.'),
  repairedAt: Time.optional(),
  repairSeconds: count.optional().describe('From openedAt to repairedAt.'),
  count: count.describe('Failures; a message may fail more than once.'),
  messages: count,
  keys: z.array(text).describe('Business keys, at most 50.'),
  mappings: z.array(text).describe('Mappings id@version at work, at most 20.'),
  cameBack: count.describe('How often it failed again after it was taken as mended.'),
  cameBackAt: Time.optional(),
});
export type IncidentAnswer = z.infer<typeof IncidentAnswer>;

export const IncidentsAnswer = z.object({
  incidents: z.array(IncidentAnswer),
  next: text.optional().describe('cursor of the next page; absent: there is none.'),
});
export type IncidentsAnswer = z.infer<typeof IncidentsAnswer>;

export const OneIncidentAnswer = z.object({ incident: IncidentAnswer });
export type OneIncidentAnswer = z.infer<typeof OneIncidentAnswer>;

export const IncidentShowAnswer = z.object({
  incident: IncidentAnswer,
  failing: count.describe('Messages that still stand failed, counted to 1,000.'),
  notes: z.array(
    z.object({ id: text, kind: z.enum(['note', 'owner', 'state', 'replay']), text, value: text.optional(), author: text, at: Time }),
  ),
});
export type IncidentShowAnswer = z.infer<typeof IncidentShowAnswer>;
