import type { ErrorCode, InboundState, Issue, OutboundState } from '#model';
import type { FrameKind } from './transport.port.ts';

export interface InboxKey {
  readonly sender: string;
  readonly messageId: string;
}

/** What the inbox remembers of a message for the rest of time: enough to answer a duplicate and to unmask a conflict. */
export interface KnownMessage extends InboxKey {
  /** SHA-256 (base64url) of the manifest bytes. */
  readonly manifestDigest: string;
  readonly state: InboundState;
  /** The stored receipt JWS. */
  readonly receipt?: Buffer;
}

export interface InboxRow extends InboxKey {
  readonly link: string;
  readonly manifestDigest: string;
  readonly jwsDigest: string;
  readonly kid: string;
  readonly frame: Buffer;
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly conversationId: string;
  readonly orderKey?: string;
  readonly businessKeys: readonly string[];
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  readonly test: boolean;
  readonly priority: 'A' | 'B' | 'C';
  readonly state: InboundState;
  readonly issues: readonly Issue[];
  readonly receivedAt: Date;
}

/** Bytes that could not be authenticated: kept apart, so that nobody can occupy another party's message ids. */
export interface QuarantineRow {
  readonly link: string;
  readonly sha256: string;
  readonly frame: Buffer;
  readonly code: ErrorCode;
  /** Internal reason, never told to the sender. */
  readonly reason: string;
  readonly claimedMessageId?: string;
  readonly receivedAt: Date;
}

/** A message as receipts speak of it: SHA-256 of its JWS octets and digests of its parts. */
export interface ReceiptSubject {
  readonly messageId: string;
  readonly from: string;
  readonly to: string;
  readonly jwsDigest: string;
  readonly manifestDigest: string;
  readonly parts: readonly { readonly name: string; readonly algorithm: 'sha-256'; readonly digest: string }[];
}

/** What a receipt about an outbound message must match, and the inbound message that a business answer is passed back to. */
export interface ReceiptExpectation extends ReceiptSubject {
  readonly answerTo?: ReceiptSubject & { readonly link: string };
}

export interface OutboxRow {
  /** Manifest message id or receipt id; unique. */
  readonly messageId: string;
  readonly link: string;
  readonly kind: FrameKind;
  /** Link sequence number for messages; receipts have none. */
  readonly linkSequence?: number;
  readonly orderKey?: string;
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly correlationId?: string;
  readonly businessKeys: readonly string[];
  readonly frame: Buffer;
  readonly manifestDigest?: string;
  readonly expectation?: ReceiptExpectation;
  readonly source?: InboxKey;
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  readonly priority: 'A' | 'B' | 'C';
  readonly test: boolean;
  /** `publishing` with the first attempt already counted when the relay takes it at once, else `ready`. */
  readonly state: 'ready' | 'publishing';
  readonly deadline: Date;
  readonly createdAt: Date;
}

/** A receipt in either direction, kept for ever. Unique by receipt id. */
export interface ReceiptRow {
  readonly receiptId: string;
  readonly direction: 'issued' | 'received';
  readonly issuer: string;
  readonly aboutSender: string;
  readonly aboutMessageId: string;
  readonly levels: readonly ('R1' | 'R2' | 'R3')[];
  readonly status: string;
  readonly jws: Buffer;
  readonly at: Date;
}

/** A receipt moves an outbound message; the store applies it only where the state table allows. */
export interface OutboundMove {
  readonly messageId: string;
  readonly to: OutboundState;
  readonly cause: string;
}

/** Something that happened, kept for ever. The store itself writes one for every move of an outbound message. */
export interface EventRow {
  /** `in:<sender>/<message id>`, `out:<message id>` or `quarantine:<sha256>`. */
  readonly subject: string;
  /** `state` for a change of state. */
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
  readonly actor: string;
  readonly cause?: string;
  readonly at: Date;
}

/** The end of a link's outbound chain: last sequence number and SHA-256 (base64url) of that manifest; 0 and '' before the first. */
export interface LinkHead {
  readonly link: string;
  readonly sequence: number;
  readonly manifestDigest: string;
}

/** Everything one batch changes. Applied in one transaction, or not at all. */
export interface BatchCommit {
  readonly inbox: readonly InboxRow[];
  readonly quarantine: readonly QuarantineRow[];
  /** Repetitions: counted, nothing else. */
  readonly duplicates: readonly InboxKey[];
  readonly outbox: readonly OutboxRow[];
  readonly receipts: readonly ReceiptRow[];
  readonly moves: readonly OutboundMove[];
  readonly events: readonly EventRow[];
  /** Compare-and-set of each chain the batch extends. */
  readonly heads: readonly { readonly expected: LinkHead; readonly next: LinkHead }[];
}

/** What is remembered of an outbound message that receipts may speak of. */
export type OutboundExpectation = ReceiptExpectation & { readonly link: string; readonly source?: InboxKey; readonly type: string };

/** Stored outbox row as the relay needs it. */
export interface QueuedItem {
  readonly id: string;
  readonly messageId: string;
  readonly link: string;
  readonly kind: FrameKind;
  readonly orderKey?: string;
  readonly type: string;
  readonly correlationId?: string;
  readonly frame: Buffer;
  /** Attempts counted so far, this one included. */
  readonly attempt: number;
  readonly deadline: Date;
  readonly createdAt: Date;
}

export interface CommitResult {
  /** Outbox ids by message id for the rows just written. */
  readonly outboxIds: ReadonlyMap<string, string>;
}

/**
 * The truth. Contract (test/contract/exchange-store.contract.ts, relay-store.contract.ts), every method durable when it resolves
 * (synchronous_commit stays on):
 * - `commit` is all or nothing. It rejects with a `StaleBatchError` when an inbox key exists already, an outbox message id
 *   exists already, or a link head moved: the caller plans the batch again. Moves that the state table does not allow are
 *   skipped (a late receipt is still stored); those it allows are made in the order given, each with an event. A receipt id
 *   that is known already changes nothing. Rows `publishing` are refused as stale unless this store holds their link, also
 *   when another took it over while the commit was under way. When the connection breaks during COMMIT the outcome is
 *   looked up before it is answered.
 * - `claimDue` counts the attempt before it returns: rows `ready`, or `retrying` and due, become `publishing`; within a link
 *   and order key only the first unpublished row is eligible; class A before B before C, then oldest first. Rows past their
 *   deadline become `expired` instead, with an event.
 * - Two processes never claim the same row; a row is claimed only by the holder of the link (`holdLink`): for others
 *   `claimDue` resolves to nothing and `recoverInDoubt` to 0.
 * - A store that cannot be reached rejects with STORE_UNAVAILABLE and works again by itself afterwards; holds are lost.
 */
export abstract class ExchangeStore {
  abstract known(keys: readonly InboxKey[]): Promise<readonly KnownMessage[]>;
  /** One head a link asked for, also for links never used. */
  abstract heads(links: readonly string[]): Promise<readonly LinkHead[]>;
  abstract commit(batch: BatchCommit): Promise<CommitResult>;
  /** Expectations of outbound messages by message id, for checking receipts. */
  abstract expectations(messageIds: readonly string[]): Promise<ReadonlyMap<string, OutboundExpectation>>;

  /** Which of these receipts are kept already, in either direction. */
  abstract knownReceipts(receiptIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** Becomes the one relay of a link among all processes (advisory lock); resolves false when another holds it. `onLost` fires when the hold is gone. */
  abstract holdLink(link: string, onLost: () => void): Promise<boolean>;
  abstract releaseLink(link: string): Promise<void>;
  /** Rows left `publishing` by a crash become `retrying`, due at `resendAt`, attempt kept: in doubt, receipts may still settle them first. Returns how many. */
  abstract recoverInDoubt(link: string, resendAt: Date): Promise<number>;
  abstract claimDue(link: string, limit: number, now: Date): Promise<readonly QueuedItem[]>;
  /** Order keys with an unpublished row (`ready`, `retrying`, `publishing`) on this link; the relay keeps new rows of such keys behind. */
  abstract unpublishedKeys(link: string): Promise<ReadonlySet<string>>;
  abstract markPublished(ids: readonly string[], at: Date): Promise<void>;
  abstract markRetry(items: readonly { readonly id: string; readonly nextAt: Date; readonly code: ErrorCode }[]): Promise<void>;
  /** Published messages without any receipt since `before` become `unknown`, with an event. Returns how many. */
  abstract markUnknown(link: string, before: Date): Promise<number>;
  /** Calls back when another process wrote rows for a link this one holds (LISTEN/NOTIFY); polling stays the safety net. */
  abstract onWork(listener: (link: string) => void): void;
  /** Lets go of every link without calling `onLost`; the store is not used afterwards. */
  /** Gives up every hold and stops listening. */
  abstract close(): Promise<void>;
}

/** The batch was planned against a state of the store that is no longer true; nothing was written. */
export class StaleBatchError extends Error {
  override readonly name = 'StaleBatchError';
}
