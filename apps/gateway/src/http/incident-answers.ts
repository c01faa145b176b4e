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
  mergedInto: text.optional().describe('The incident it counts with.'),
  links: z.array(text).describe('Of a group, its own first.'),
  partners: z.array(text).describe('Of these links.'),
  parts: count.describe('Incidents merged into it; counts, keys and mappings are of all of them.'),
  leftStanding: count.optional().describe('Messages that waited when it was resolved despite them.'),
  hours: z.array(count).describe('Failures in each of the last 24 hours, UTC, the running one last.'),
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
  parts: z.array(IncidentAnswer),
  failing: count.describe('Messages that still stand failed, counted to 1,000: what a replay would be of.'),
  standing: count.describe('Of them those that wait for us, counted to 1,000: while there are any it does not resolve by itself.'),
  days: z.array(count).describe('Failures in each of the last 30 days, UTC, the running one last.'),
  mended: z.array(text).describe('Mappings id@version in use that are other than those it failed with.'),
  notes: z.array(
    z.object({
      id: text,
      kind: z.enum(['note', 'owner', 'state', 'replay', 'merge', 'split']),
      text,
      value: text.optional(),
      author: text,
      at: Time,
    }),
  ),
});
export type IncidentShowAnswer = z.infer<typeof IncidentShowAnswer>;
