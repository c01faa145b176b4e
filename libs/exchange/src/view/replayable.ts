import type { InboundState, OutboundState } from '#model';

/** Why a message can or cannot be sent again: stable codes; texts in four languages belong to the faces. */
export type ReplayReason =
  /** In: kept and understood; can be translated again from the bytes received. */
  | 'RETRANSLATE'
  /** In: waits for a person; translating again is the way on. */
  | 'PARKED'
  /** In: the sender was told that it is refused and has to send another one. */
  | 'REFUSED_TO_SENDER'
  /** In: nobody is proven to have sent it. */
  | 'NOT_AUTHENTIC'
  /** In: not worked on yet. */
  | 'NOT_DECIDED'
  /** Out: is on its way by itself. */
  | 'UNDER_WAY'
  /** Out: no receipt came; ask the partner first, then the same bytes again. */
  | 'OUTCOME_UNKNOWN'
  /** Out: the partner says it does not have it; the same bytes again. */
  | 'PARTNER_LACKS_IT'
  /** Out: the partner has it; the same bytes again are answered as a duplicate. */
  | 'PARTNER_HAS_IT'
  /** Out: the partner refused it; only another translation or an edited payload helps. */
  | 'REFUSED_BY_PARTNER'
  /** Out: its time was over; a new message with a new time is needed. */
  | 'EXPIRED'
  /** Out: gave up; the same bytes can be sent again. */
  | 'GAVE_UP'
  /** Out: another message stands in its place. */
  | 'SUPERSEDED'
  /** Out: called off. */
  | 'CANCELLED'
  /** Out: the matter is closed. */
  | 'CLOSED';

/** The two kinds of sending again, never confused: the same bytes under the same id, or translated anew under a new id. */
export type ReplayKind = 'redeliver' | 'retranslate';

export interface Replayable {
  readonly possible: boolean;
  readonly kinds: readonly ReplayKind[];
  readonly because: ReplayReason;
}

const yes = (because: ReplayReason, ...kinds: ReplayKind[]): Replayable => ({ possible: true, kinds, because });
const no = (because: ReplayReason): Replayable => ({ possible: false, kinds: [], because });

const INBOUND: Readonly<Record<InboundState, Replayable>> = {
  received: no('NOT_DECIDED'),
  routed: yes('RETRANSLATE', 'retranslate'),
  parked: yes('PARKED', 'retranslate'),
  refused: no('REFUSED_TO_SENDER'),
  quarantined: no('NOT_AUTHENTIC'),
};

/** Redelivery must be a move of the state table, or change no state at all because the partner has the message. */
const OUTBOUND: Readonly<Record<OutboundState, Replayable>> = {
  ready: no('UNDER_WAY'),
  publishing: no('UNDER_WAY'),
  retrying: no('UNDER_WAY'),
  published: no('UNDER_WAY'),
  unknown: yes('OUTCOME_UNKNOWN', 'redeliver'),
  missing: yes('PARTNER_LACKS_IT', 'redeliver'),
  stored: no('PARTNER_HAS_IT'),
  valid: no('PARTNER_HAS_IT'),
  accepted: no('PARTNER_HAS_IT'),
  refused: yes('REFUSED_BY_PARTNER', 'retranslate'),
  expired: yes('EXPIRED', 'retranslate'),
  dead: yes('GAVE_UP', 'redeliver', 'retranslate'),
  superseded: no('SUPERSEDED'),
  cancelled: no('CANCELLED'),
  closed: no('CLOSED'),
};

/**
 * Whether a message can be sent again by its state alone, and why. The verdict before a replay looks at more (schema and
 * mapping of today, deadline, newer messages of the key); what is impossible here is impossible there.
 */
export function replayable(direction: 'in' | 'out', state: string): Replayable {
  const table: Readonly<Record<string, Replayable>> = direction === 'in' ? INBOUND : OUTBOUND;
  return (Object.hasOwn(table, state) ? table[state] : undefined) ?? no('NOT_DECIDED');
}
