import type { OutboundState } from '#model';

/**
 * The kinds of sending again, never confused. `redeliver`: the same bytes under the same id. The others make a new message with a
 * new id that stands in place of the old one: `retranslate` from the bytes received with the mappings of today, `edit` with a payload
 * that a person changed, `reroute` the same payload to another partner.
 */
export const PLAN_KINDS = ['redeliver', 'retranslate', 'edit', 'reroute'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** `safe`: nothing speaks against it. `care`: a person has to have read why. `pointless`: nothing would change. `harmful`: never sent. */
export const REPLAY_VERDICTS = ['safe', 'care', 'pointless', 'harmful'] as const;
export type ReplayVerdict = (typeof REPLAY_VERDICTS)[number];

/** Every reason a verdict can have: stable codes; texts belong to the faces. */
export const VERDICT_REASONS = [
  'PARKED',
  'PARTNER_LACKS_IT',
  'GAVE_UP',
  'REFUSED_BY_PARTNER',
  'EXPIRED',
  'OUTCOME_UNKNOWN',
  'PARTNER_HAS_IT',
  'ALREADY_ACCEPTED',
  'UNDER_WAY',
  'SUPERSEDED',
  'CANCELLED',
  'CLOSED',
  'REFUSED_TO_SENDER',
  'NOTHING_SENT',
  'WRONG_KIND',
  'ALREADY_REPLAYED',
  'OPEN_REPLAY',
  'NEWER_RECEIVED',
  'NEWER_WAITS',
  'DEADLINE_PASSED',
  'DUPLICATE_WINDOW_CLOSED',
  'MAPPING_CHANGED',
  'NOTHING_CHANGED',
  'TRANSLATION_FAILS',
  'KEY_CHANGED',
  'KEY_NOT_VALID',
  'PARTNER_PAUSED',
  'TEST_CROSSING',
  'LINK_GONE',
  'SAME_LINK',
  'PURGED',
  // of dead letters
  'NOT_TAKEN_IN',
  'ALREADY_RECEIVED',
  'UNREADABLE',
] as const;
export type VerdictReason = (typeof VERDICT_REASONS)[number];

/** What speaks for or against sending one message again, gathered from the store, the keys and a translation made on trial. */
export interface ReplayFacts {
  readonly kind: PlanKind;
  readonly direction: 'in' | 'out';
  readonly state: string;
  /** A message that was made in its place before: that one may be sent again, this one never. */
  readonly successor?: string;
  /** Another plan has it among what is still to be sent. */
  readonly openPlan?: string;
  /** A younger message on the link that speaks of the same: of its business key, and of a voyage one of its bills. */
  readonly newer?: 'waits' | 'received';
  readonly deadlinePassed: boolean;
  readonly publishedBefore: boolean;
  /** Today's mapping is another one than that of the bytes sent. */
  readonly mappingChanged: boolean;
  /** What a translation made on trial gives; absent where none is made. */
  readonly trial?: 'same' | 'differs' | 'fails';
  readonly key: 'current' | 'older' | 'not-valid';
  readonly stopped: boolean;
  /** Test and productive messages would mix. */
  readonly crossing: boolean;
  /** The partner is no longer in the agreements, or nothing leads there. */
  readonly linkGone: boolean;
  readonly sameLink: boolean;
  /** Its documents were removed when their time was over. */
  readonly purged: boolean;
}

export interface Judgement {
  readonly verdict: ReplayVerdict;
  /** Worst first, without repetition. */
  readonly reasons: readonly VerdictReason[];
}

type Finding = readonly [ReplayVerdict, VerdictReason];

const REDELIVER: Readonly<Record<OutboundState, Finding>> = {
  ready: ['pointless', 'UNDER_WAY'],
  publishing: ['pointless', 'UNDER_WAY'],
  retrying: ['pointless', 'UNDER_WAY'],
  published: ['pointless', 'UNDER_WAY'],
  // The same id: a receiver that has it answers as to a duplicate. Still, the question "do you have it?" comes first.
  unknown: ['care', 'OUTCOME_UNKNOWN'],
  missing: ['safe', 'PARTNER_LACKS_IT'],
  dead: ['safe', 'GAVE_UP'],
  stored: ['pointless', 'PARTNER_HAS_IT'],
  valid: ['pointless', 'PARTNER_HAS_IT'],
  accepted: ['pointless', 'PARTNER_HAS_IT'],
  refused: ['pointless', 'REFUSED_BY_PARTNER'],
  expired: ['pointless', 'EXPIRED'],
  superseded: ['pointless', 'SUPERSEDED'],
  cancelled: ['pointless', 'CANCELLED'],
  closed: ['pointless', 'CLOSED'],
};

const NEW_ID: Readonly<Record<OutboundState, Finding>> = {
  ...REDELIVER,
  // A second id beside a message that may still arrive would be applied twice.
  ready: ['harmful', 'UNDER_WAY'],
  publishing: ['harmful', 'UNDER_WAY'],
  retrying: ['harmful', 'UNDER_WAY'],
  published: ['harmful', 'UNDER_WAY'],
  unknown: ['harmful', 'OUTCOME_UNKNOWN'],
  stored: ['care', 'ALREADY_ACCEPTED'],
  valid: ['care', 'ALREADY_ACCEPTED'],
  accepted: ['care', 'ALREADY_ACCEPTED'],
  refused: ['safe', 'REFUSED_BY_PARTNER'],
  expired: ['care', 'EXPIRED'],
};

const INBOUND: Readonly<Record<string, Finding>> = {
  parked: ['safe', 'PARKED'],
  refused: ['pointless', 'REFUSED_TO_SENDER'],
  routed: ['pointless', 'NOTHING_SENT'],
};

/** The verdict on one message before the click, and once more in the moment before it is sent. Pure. */
export function judge(facts: ReplayFacts): Judgement {
  const findings = [ofState(facts), ...ofHistory(facts), ...(facts.kind === 'redeliver' ? ofSameBytes(facts) : ofNewBytes(facts))];
  if (facts.purged) findings.push(['pointless', 'PURGED']);
  if (facts.linkGone) findings.push(['harmful', 'LINK_GONE']);
  if (facts.crossing) findings.push(['harmful', 'TEST_CROSSING']);
  if (facts.stopped) findings.push(['care', 'PARTNER_PAUSED']);
  const sorted = findings.map((finding, at) => ({ finding, at })).sort((a, b) => rank(b.finding) - rank(a.finding) || a.at - b.at);
  return { verdict: sorted[0]!.finding[0], reasons: [...new Set(sorted.map(({ finding: [, reason] }) => reason))] };
}

const rank = ([verdict]: Finding): number => REPLAY_VERDICTS.indexOf(verdict);

function ofState({ kind, direction, state }: ReplayFacts): Finding {
  if (direction === 'in') return kind === 'redeliver' || kind === 'reroute' ? ['pointless', 'WRONG_KIND'] : own(INBOUND, state);
  return own(kind === 'redeliver' ? REDELIVER : NEW_ID, state);
}

const own = (table: Readonly<Record<string, Finding>>, state: string): Finding =>
  (Object.hasOwn(table, state) ? table[state] : undefined) ?? ['pointless', 'WRONG_KIND'];

function ofHistory({ successor, openPlan, newer, deadlinePassed, publishedBefore, kind }: ReplayFacts): Finding[] {
  const findings: Finding[] = [];
  if (successor !== undefined) findings.push(['pointless', 'ALREADY_REPLAYED']);
  if (openPlan !== undefined) findings.push(['pointless', 'OPEN_REPLAY']);
  if (newer === 'received') findings.push(['harmful', 'NEWER_RECEIVED']);
  // The same bytes keep their place in the queue; a new message would go behind the newer one.
  if (newer === 'waits') findings.push([kind === 'redeliver' ? 'care' : 'harmful', 'NEWER_WAITS']);
  if (deadlinePassed && kind === 'redeliver') {
    findings.push(['pointless', 'DEADLINE_PASSED']);
    // Receivers know an id at least until its time is over (LB-PROTO-1 §4), and refuse it afterwards.
    if (publishedBefore) findings.push(['pointless', 'DUPLICATE_WINDOW_CLOSED']);
  }
  if (deadlinePassed && kind !== 'redeliver') findings.push(['care', 'DEADLINE_PASSED']);
  return findings;
}

function ofSameBytes({ mappingChanged, key }: ReplayFacts): Finding[] {
  const findings: Finding[] = [];
  if (mappingChanged) findings.push(['care', 'MAPPING_CHANGED']);
  if (key === 'older') findings.push(['care', 'KEY_CHANGED']);
  if (key === 'not-valid') findings.push(['pointless', 'KEY_NOT_VALID']);
  return findings;
}

function ofNewBytes({ kind, state, trial, mappingChanged, sameLink }: ReplayFacts): Finding[] {
  const findings: Finding[] = [];
  if (trial === 'fails') findings.push(['pointless', 'TRANSLATION_FAILS']);
  // What was refused once is refused again; what was never judged may go as it is.
  if (trial === 'same' && (kind === 'edit' || ['refused', 'stored', 'valid', 'accepted'].includes(state)))
    findings.push(['pointless', 'NOTHING_CHANGED']);
  if (kind === 'retranslate' && mappingChanged) findings.push(['safe', 'MAPPING_CHANGED']);
  if (kind === 'reroute' && sameLink) findings.push(['pointless', 'SAME_LINK']);
  return findings;
}
