import type { ErrorCode, Link } from '#model';
import type { BodyKind } from '#trust';

/** What stands in a frame: a signed message with its parts, one signed receipt, question or answer, a word about keys (LB-PROTO-1), or a daily reconciliation (LB-PROTO-4). */
export type FrameKind = BodyKind;

/** Bytes that arrived on a link, before anything about them is believed. */
export interface InboundDelivery {
  readonly link: string;
  readonly frame: Buffer;
  readonly receivedAt: Date;
  /** The transport says it may have handed this over before. A hint only. */
  readonly redelivered: boolean;
}

export type Verdict =
  'accepted' | 'duplicate' | 'refused' | 'parked' | 'quarantined' | 'receipt' | 'asked' | 'answered' | 'keys' | 'reconciliation';

/** What became of a delivery, known only after the commit. */
export interface InboundOutcome {
  readonly verdict: Verdict;
  readonly messageId?: string;
  /** Our stored receipt (R1/R2), the same bytes for every repetition of the message; absent when quarantined or a receipt. */
  readonly receipt?: Buffer;
  /** Our signed answer to a question (verdict `asked`). */
  readonly answer?: Buffer;
  /** Of a quarantined delivery, and only where the sender was authenticated and may know: ID_CONFLICT. */
  readonly code?: ErrorCode;
}

/**
 * Of a delivery that left its batch: a large document, or a message that has to stay behind one. `later` resolves after its own
 * commit; it rejects only when the gateway stops, and the delivery then comes again.
 */
export interface LaterOutcome {
  readonly later: Promise<InboundOutcome>;
}
export type InboundReply = InboundOutcome | LaterOutcome;
export const isLater = (reply: InboundReply): reply is LaterOutcome => 'later' in reply;

/**
 * Takes a batch in and resolves after everything about it is committed but for what is said to come later, one reply a delivery
 * in the same order. Rejects only when nothing was committed (store unreachable): the transport must then not acknowledge and
 * offer the same deliveries again. What is to come later is acknowledged by itself: nothing that came after it may say for it
 * that it was taken in. The next batch may be offered meanwhile; the order of each business key is kept.
 *
 * `next` is called when the next batch of the same link may be offered before this one is settled: it is understood and planned
 * while this one is committed, is committed after it, and is refused with it. When this one rejects, the transport waits for what
 * it offered behind it and then offers both again, in order.
 */
export type ReceiveBatch = (deliveries: readonly InboundDelivery[], next?: () => void) => Promise<readonly InboundReply[]>;

export interface OutboundItem {
  /** Outbox position, unique. */
  readonly id: string;
  readonly kind: FrameKind;
  /** Message id of the manifest, or receipt id: stable over retries; AMQP `messageId`. */
  readonly messageId: string;
  /** AMQP `type`: message type, `receipt` or `keys`. */
  readonly type: string;
  /** AMQP `correlationId`: what it answers or the conversation. */
  readonly correlationId?: string;
  readonly frame: Buffer;
  /** An earlier attempt may have reached the receiver. */
  readonly possibleDuplicate: boolean;
  readonly createdAt: Date;
}

export type SendOutcome =
  | { readonly id: string; readonly sent: true }
  /**
   * LINK_UNREACHABLE, STORE_UNAVAILABLE: not even tried, or certainly not taken. PUBLISH_RETURNED: no queue or permission behind
   * the link, an operator has to act. PUBLISH_UNCONFIRMED: in doubt, may arrive.
   */
  | { readonly id: string; readonly sent: false; readonly code: ErrorCode };

export type LinkCondition = 'up' | 'down';

/**
 * Carries frames over links of one kind. Contract (test/contract/transport.contract.ts):
 * - inbound: acknowledges to the partner only after `receive` resolved, and each `later` with it; when it rejects, offers the same deliveries again;
 *   one consumer a link at a time; deliveries of a link are offered in arrival order.
 * - outbound: `send` keeps the order of items, resolves with one outcome an item, never rejects, and says `sent` only when
 *   the frame is durable on the other side of the transport (broker confirm without return; mailbox row committed). After
 *   the first item of a call that was not sent, no further one of that call is started.
 * - `close` stops taking in, lets running batches finish, then hangs up; nothing taken in is lost.
 */
export abstract class Transport {
  abstract readonly kind: Link['transport'];
  /** The partner gets our receipt in the answer to its own request (HTTP), so a repetition needs no message back. */
  readonly answersAtOnce: boolean = false;
  /** Begins with the links of its kind; those of others are not its own. */
  abstract start(links: readonly Link[], receive: ReceiveBatch): Promise<void>;
  /**
   * From now on carries exactly these links: begins with new ones, takes what changed of one that it carries, and lets go of those that are not
   * named (any more) after their running batches finished. One that is suspended is carried and takes nothing in. Call after `start`, one at a time.
   */
  abstract follow(links: readonly Link[]): Promise<void>;
  /** Throws CONFIGURATION_INVALID, OUTBOUND_REFUSED: what keeps this installation from carrying the link. */
  check(_link: Link): void {}
  abstract send(link: Link, items: readonly OutboundItem[]): Promise<readonly SendOutcome[]>;
  /** Of the way out; down also while the other side cannot take anything (broker alarm). */
  abstract condition(link: string): LinkCondition;
  /** Calls back whenever a link comes up again. */
  abstract onUp(listener: (link: string) => void): void;
  abstract close(): Promise<void>;
}
