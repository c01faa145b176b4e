import type { Environment } from './environment.ts';

/** What is kept for a time, and the setting that says how many days; 0: for ever. */
export const RETENTION_SETTINGS = {
  documents: 'RETENTION_DOCUMENTS_DAYS',
  alerts: 'RETENTION_ALERTS_DAYS',
  'dead-letters': 'RETENTION_DEAD_LETTERS_DAYS',
  requests: 'RETENTION_REQUESTS_DAYS',
  sessions: 'RETENTION_SESSIONS_DAYS',
} as const satisfies Record<string, keyof Environment>;
export type RetentionRule = keyof typeof RETENTION_SETTINGS;

/** The rules of this configuration. `before`: what was over before has had its time; absent where it is kept for ever. */
export const retentionRules = (
  environment: Pick<Environment, (typeof RETENTION_SETTINGS)[RetentionRule]>,
  now: Date,
): readonly { readonly rule: RetentionRule; readonly days: number; readonly before?: Date }[] =>
  (Object.entries(RETENTION_SETTINGS) as [RetentionRule, (typeof RETENTION_SETTINGS)[RetentionRule]][]).map(([rule, setting]) => {
    const days = environment[setting];
    return { rule, days, ...(days > 0 && { before: new Date(now.getTime() - days * 86_400_000) }) };
  });
