import { z } from 'zod';

/** One thing that alert rules look at. `crossed`: on which side of its limit it is a trouble. */
export interface MeasureRow {
  readonly unit: 'seconds' | 'percent' | 'messages' | 'days' | 'hours' | 'differences';
  readonly crossed: 'above' | 'below';
  readonly text: string;
}

/** Everything an alert rule can look at. */
export const ALERT_MEASURES = {
  'oldest-waiting': { unit: 'seconds', crossed: 'above', text: 'Age of the oldest message of a link that has not gone yet.' },
  'failure-share': { unit: 'percent', crossed: 'above', text: 'Share of the newest messages of a link, both ways, that failed.' },
  'unknown-receipts': {
    unit: 'messages',
    crossed: 'above',
    text: 'Messages of a link that have gone and of which nobody knows whether they arrived.',
  },
  'deadline-risk': { unit: 'messages', crossed: 'above', text: 'Messages of a link that are not delivered and soon may not be any more.' },
  expiry: { unit: 'days', crossed: 'below', text: 'Days until a key in use, or its certificate, is no longer valid.' },
  'conformance-drift': {
    unit: 'differences',
    crossed: 'above',
    text: 'Ways in which a certified endpoint is no longer what its certificate is about: key, software, profile, expired, silent.',
  },
  'link-unused': { unit: 'hours', crossed: 'above', text: 'Time since a link that was in use carried anything either way.' },
} as const satisfies Record<string, MeasureRow>;
export type AlertMeasure = keyof typeof ALERT_MEASURES;

export const ALERT_SEVERITIES = ['warning', 'critical'] as const;
export type AlertSeverity = (typeof ALERT_SEVERITIES)[number];

const whole = z.number().int();
const common = {
  name: z
    .string()
    .max(60)
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be small letters, digits and hyphens'),
  severity: z.enum(ALERT_SEVERITIES),
  /** Links it looks at; absent: all. */
  links: z.array(z.string().min(1).max(31)).min(1).optional(),
  /** The limit has to be crossed for so long before the alert fires, and has to hold again for so long before it resolves. */
  holdSeconds: whole.min(0).max(86_400).default(60),
  clearSeconds: whole.min(0).max(86_400).default(120),
};
const limit = z.number().min(0).max(1e9);

/** One alert rule. `limit` is in the unit of its measure. */
export const AlertRule = z.discriminatedUnion('measure', [
  z.strictObject({ ...common, measure: z.literal('oldest-waiting'), limit }),
  z.strictObject({
    ...common,
    measure: z.literal('failure-share'),
    limit: limit.max(100),
    windowMinutes: whole.min(1).max(1_440).default(30),
    /** With fewer messages in the window a share says nothing. */
    atLeast: whole.min(1).max(1_000).default(10),
  }),
  z.strictObject({ ...common, measure: z.literal('unknown-receipts'), limit }),
  z.strictObject({ ...common, measure: z.literal('deadline-risk'), limit, withinMinutes: whole.min(1).max(10_080).default(30) }),
  z.strictObject({ ...common, measure: z.literal('expiry'), limit }),
  z.strictObject({ ...common, measure: z.literal('conformance-drift'), limit }),
  z.strictObject({ ...common, measure: z.literal('link-unused'), limit }),
]);
export type AlertRule = z.infer<typeof AlertRule>;

/** The file of alert rules. */
export const AlertRules = z.strictObject({ rules: z.array(AlertRule).max(200) }).check(({ value: { rules }, issues }) => {
  const names = new Set<string>();
  for (const [index, { name }] of rules.entries()) {
    if (names.has(name))
      issues.push({ code: 'custom', input: name, path: ['rules', index, 'name'], message: `Rule ${name} is there twice` });
    names.add(name);
  }
});
export type AlertRules = z.infer<typeof AlertRules>;

/** Whether a value is on the wrong side of the limit of its rule. */
export const crosses = ({ measure, limit: bound }: Pick<AlertRule, 'measure' | 'limit'>, value: number): boolean =>
  ALERT_MEASURES[measure].crossed === 'above' ? value > bound : value < bound;
