/**
 * The life of a message, one table. Every move is a compare-and-set in the store plus an append-only event; a move that
 * is not in the table is a programming mistake. (LB-PROTO §3.)
 */
export const INBOUND_MOVES = {
  received: ['routed', 'quarantined', 'refused', 'parked'],
  routed: [],
  quarantined: [],
  refused: [],
  parked: ['routed', 'refused'],
} as const satisfies Record<string, readonly string[]>;

export const OUTBOUND_MOVES = {
  /** Waiting for its turn or its retry time. */
  ready: ['publishing', 'expired', 'cancelled', 'superseded', 'dead'],
  /** An attempt has been counted; the broker has not confirmed. After a crash: in doubt, sent again with the same bytes. */
  publishing: ['published', 'retrying', 'stored', 'valid', 'accepted', 'refused'],
  published: ['stored', 'valid', 'accepted', 'refused', 'unknown', 'retrying', 'closed'],
  retrying: ['publishing', 'expired', 'cancelled', 'superseded', 'dead', 'stored', 'valid', 'accepted', 'refused'],
  /** Published, and no receipt came in time. Not failed: a late receipt always wins. */
  unknown: ['stored', 'valid', 'accepted', 'refused', 'retrying', 'missing', 'expired', 'dead'],
  /** The receiver signed that it does not have it, and the link or the order of its key leaves the resend to a person. */
  missing: ['retrying', 'stored', 'valid', 'accepted', 'refused', 'expired', 'cancelled', 'superseded', 'dead'],
  stored: ['valid', 'accepted', 'refused', 'closed'],
  valid: ['accepted', 'refused', 'closed'],
  accepted: ['closed'],
  refused: ['closed', 'superseded'],
  expired: ['stored', 'valid', 'accepted', 'refused', 'superseded'],
  dead: ['retrying', 'stored', 'valid', 'accepted', 'refused', 'superseded'],
  /** Another message stands in its place. A late receipt still says what became of it. */
  superseded: ['stored', 'valid', 'accepted', 'refused'],
  cancelled: [],
  closed: [],
} as const satisfies Record<string, readonly string[]>;

export type InboundState = keyof typeof INBOUND_MOVES;
export type OutboundState = keyof typeof OUTBOUND_MOVES;

export function mayMove(from: OutboundState, to: OutboundState): boolean {
  return (OUTBOUND_MOVES[from] as readonly string[]).includes(to);
}

/** States from which a move to `to` is allowed: the `WHERE state IN (…)` of its compare-and-set. */
export function statesBefore(to: OutboundState): OutboundState[] {
  return (Object.keys(OUTBOUND_MOVES) as OutboundState[]).filter((from) => mayMove(from, to));
}
