/** What the endpoints about alerts answer: in the OpenAPI document, and as types for the CLI and the console. */
import { z } from 'zod';
import { ALERT_STATES } from '#exchange';
import { ALERT_LANGUAGES, ALERT_MEASURES, ALERT_SEVERITIES, type AlertMeasure } from '#model';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();
const count = z.number().int().min(0);
const Measure = z.enum(Object.keys(ALERT_MEASURES) as [AlertMeasure, ...AlertMeasure[]]);
const Severity = z.enum(ALERT_SEVERITIES);
const languages = Object.fromEntries(ALERT_LANGUAGES.map((language) => [language, text])) as Record<
  (typeof ALERT_LANGUAGES)[number],
  typeof text
>;

export const AlertAnswer = z.object({
  id: text,
  rule: text,
  measure: Measure,
  severity: Severity,
  subject: text.describe('A link, or key:PARTY:kid or certificate:PARTY:kid.'),
  link: text.optional().describe("Absent: the gateway's own."),
  value: z.number(),
  limit: z.number(),
  unit: z.enum(['seconds', 'percent', 'messages', 'days', 'hours']),
  state: z.enum(ALERT_STATES),
  since: Time,
  firedAt: Time.optional(),
  clearSince: Time.optional().describe('Since when its limit holds again.'),
  resolvedAt: Time.optional(),
  acknowledged: z.object({ by: text, at: Time, reason: text }).optional(),
  text: z.object(languages).describe('What it says, in each language.'),
});
export type AlertAnswer = z.infer<typeof AlertAnswer>;

export const AlertsAnswer = z.object({
  alerts: z.array(AlertAnswer),
  next: text.optional().describe('cursor of the next page; absent: there is none.'),
});
export type AlertsAnswer = z.infer<typeof AlertsAnswer>;
export const OneAlertAnswer = z.object({ alert: AlertAnswer });
export type OneAlertAnswer = z.infer<typeof OneAlertAnswer>;

export const AlertRulesAnswer = z.object({
  rules: z.array(
    z.object({
      name: text,
      measure: Measure,
      severity: Severity,
      limit: z.number(),
      unit: text,
      holdSeconds: count,
      clearSeconds: count,
      links: z.array(text).optional(),
      windowMinutes: count.optional(),
      atLeast: count.optional(),
      withinMinutes: count.optional(),
    }),
  ),
  channels: z.array(z.object({ name: text, target: text })),
});
export type AlertRulesAnswer = z.infer<typeof AlertRulesAnswer>;

export const NoticesAnswer = z.object({
  notices: z.array(
    z.object({
      id: text,
      channel: text,
      kind: z.enum(['alerts', 'test']),
      alerts: count.describe('How many it tells of.'),
      state: z.enum(['waiting', 'sent', 'failed']),
      attempt: count,
      createdAt: Time,
      nextAt: Time.optional(),
      sentAt: Time.optional(),
      code: text.optional().describe('Why the last attempt failed.'),
    }),
  ),
});
export type NoticesAnswer = z.infer<typeof NoticesAnswer>;

export const SilenceAnswer = z.object({
  id: text,
  rule: text.optional(),
  link: text.optional(),
  until: Time,
  reason: text,
  by: text,
  at: Time,
});
export type SilenceAnswer = z.infer<typeof SilenceAnswer>;
export const OneSilenceAnswer = z.object({ silence: SilenceAnswer });
export type OneSilenceAnswer = z.infer<typeof OneSilenceAnswer>;
export const SilencesAnswer = z.object({ silences: z.array(SilenceAnswer) });
export type SilencesAnswer = z.infer<typeof SilencesAnswer>;
