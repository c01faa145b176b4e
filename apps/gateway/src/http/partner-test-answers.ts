/** What the endpoints about tests of partners answer, as JSON brings it. */
import { z } from 'zod';
import { CONNECTIVITY_ROWS, DRIFT_FINDINGS, GROUPS } from '#onboarding';

const Time = z.iso.datetime().describe('UTC, with milliseconds');
const text = z.string();

export const ConnectivityAnswer = z.object({
  ok: z.boolean().describe('No row failed and none was skipped.'),
  rows: z.array(
    z.object({
      row: z.enum(CONNECTIVITY_ROWS),
      state: z.enum(['ok', 'failed', 'skipped', 'not applicable']),
      detail: text.describe('What was found, or why there was nothing to try.'),
      code: text.optional().describe('What the other side or the system said.'),
      ms: z.number().min(0),
    }),
  ),
});

const Run = z.object({
  link: text,
  state: z.enum(['waiting', 'running', 'passed', 'failed', 'stopped']),
  software: text,
  groups: z.array(z.enum(GROUPS)),
  short: z.boolean(),
  url: text.optional().describe("Where the partner's system has to connect for this run."),
  by: text,
  reason: text,
  started: Time,
  ended: Time.optional(),
  counts: z.record(text, z.number()).optional(),
  assertions: z.number().optional(),
  failed: z.array(z.object({ id: text, verdict: text })).optional(),
  certified: z.boolean().optional(),
  trouble: text.optional().describe('What went wrong with the run itself.'),
});
const Drift = z.object({
  link: text,
  at: Time,
  findings: z.array(z.enum(DRIFT_FINDINGS)).describe('Empty: the endpoint is what was certified.'),
  certified: z.object({ kid: text, software: text, expires: Time }).optional(),
  said: z.object({ kid: text, software: text.optional() }).optional(),
});

export const ConformanceRunAnswer = z.object({ run: Run });
export const PartnerTestsAnswer = z.object({ run: Run.optional(), drift: Drift.optional() });
export const DriftAnswer = z.object({ drift: z.array(Drift) });
export const OneDriftAnswer = z.object({ drift: Drift });
