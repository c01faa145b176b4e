import type { CanonicalOf, ErrorCode, InboundState, Issue, OutboundState } from '#model';
import type { LinkUsage } from '../admission/admission.ts';
import type { CarriedEvidence } from './foreign-signature.port.ts';
import type { ReplayStep } from './replay-store.port.ts';
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
  /** Position on the link and digest of the manifest before, as the sender wrote them. */
  readonly linkSequence: number;
  readonly previousDigest?: string;
  readonly kid: string;
  readonly frame: Buffer;
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly conversationId: string;
  readonly orderKey?: string;
  readonly businessKeys: readonly string[];
  /** Places in `businessKeys` that belong together: one consignment, one note. Written once, read for timelines. */
  readonly keyGroups?: readonly (readonly number[])[];
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
  /** Digest of the manifest before on the link; absent for the first. */
  readonly previousDigest?: string;
  readonly orderKey?: string;
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly correlationId?: string;
  readonly businessKeys: readonly string[];
  readonly frame: Buffer;
  /** Key that signed the frame. */
  readonly kid?: string;
  readonly manifestDigest?: string;
  readonly expectation?: ReceiptExpectation;
  readonly source?: InboxKey;
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  /** Signed statement how it was made of its source (`lb-translation+jws`). */
  readonly translation?: Buffer;
  readonly priority: 'A' | 'B' | 'C';
  readonly test: boolean;
  /** `publishing` with the first attempt already counted when the relay takes it at once, else `ready`. */
  readonly state: 'ready' | 'publishing';
  readonly deadline: Date;
  /** When the receiver's business answer is due, where the link agrees one. */
  readonly answerDue?: Date;
  readonly createdAt: Date;
}

/** A receipt in either direction, kept for ever. Unique by receipt id. */
export interface ReceiptRow {
  readonly receiptId: string;
  readonly link: string;
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

/** A message whose receipt stayed out for too long, to be asked about. */
export interface SilentMessage {
  readonly messageId: string;
  readonly manifestDigest: string;
  readonly orderKey?: string;
  /** How often it was asked about before. */
  readonly asked: number;
}

/** A question of ours, committed with its outbox row: from now on the message has this one open question. */
export interface QuestionRow {
  readonly queryId: string;
  readonly messageId: string;
  /** When the next question may be asked. */
  readonly nextAt: Date;
}

/** A question we asked once; `open` while no answer, receipt or later question settled it. */
export interface AskedQuestion {
  readonly queryId: string;
  readonly link: string;
  readonly jws: Buffer;
  readonly open: boolean;
}

/**
 * A partner's signed answer to an open question, kept for ever. With `have` its receipts settle the message; without, the message is
 * sent again where `resend` says so, unless a newer one of its key has left meanwhile, and is `missing` otherwise.
 */
export interface AnswerRow {
  readonly queryId: string;
  readonly link: string;
  readonly messageId: string;
  readonly have: boolean;
  readonly resend: boolean;
  readonly jws: Buffer;
  readonly at: Date;
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

/** A state that somebody told of a matter, for example customs of a declaration. Of each code of a matter the latest notice is kept. */
export interface StatusNotice {
  /** Business key of the matter: `declaration:…`. */
  readonly subject: string;
  readonly listId: string;
  readonly code: string;
  /** The time the notice itself names, ISO 8601. */
  readonly dateTime?: string;
}

export interface StatusNoticeRow extends StatusNotice, InboxKey {
  readonly receivedAt: Date;
}

/** A customs envelope that was passed on, until it is closed out. Unique by its sender and number. */
export interface EnvelopeRow extends InboxKey {
  readonly id: string;
  readonly validUntil: Date;
  readonly document: CanonicalOf<'CustomsEnvelope'>;
  readonly receivedAt: Date;
  readonly closedAt?: Date;
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
  /** A question is kept only while its message is unknown; an answer changes something only while its question is open. */
  readonly questions?: readonly QuestionRow[];
  readonly answers?: readonly AnswerRow[];
  /** Verdicts on foreign signatures; a subject and scheme kept before stays as it is. */
  readonly evidence?: readonly CarriedEvidence[];
  /** Added to what is known of their matters; the store keeps the later of two notices of one code, whichever came first. */
  readonly notices?: readonly StatusNoticeRow[];
  /** A number that comes again from the same sender replaces an envelope that is not closed out; a closed one stays. */
  readonly envelopes?: readonly EnvelopeRow[];
  readonly closings?: readonly { readonly sender: string; readonly id: string; readonly at: Date }[];
  /** A step of a replay plan: stale unless its plan runs, its message still waits and none of its links is stopped. */
  readonly replay?: ReplayStep;
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
  /** The key that signed the frame. */
  readonly kid?: string;
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
 * - `commit` is all or nothing, and logs every message and receipt it keeps (`logRowsOf`). It rejects with a `StaleBatchError` when an inbox key exists already, an outbox message id
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
  /** What was kept of each link's messages on a day (UTC, yyyy-mm-dd) by `receivedAt`; counted with their commit. */
  abstract usage(day: string): Promise<readonly LinkUsage[]>;
  /** Expectations of outbound messages by message id, for checking receipts. */
  abstract expectations(messageIds: readonly string[]): Promise<ReadonlyMap<string, OutboundExpectation>>;

  /** Which of these receipts are kept already, in either direction. */
  abstract knownReceipts(receiptIds: readonly string[]): Promise<ReadonlySet<string>>;

  /** The latest notice of each code about these matters, in no order. */
  abstract notices(subjects: readonly string[]): Promise<readonly StatusNoticeRow[]>;
  /** Customs envelopes of these numbers, of whatever sender. */
  abstract envelopes(ids: readonly string[]): Promise<readonly EnvelopeRow[]>;
  /**
   * One event (`customs-envelope`, cause CLOSE_OUT_MISSING) for each envelope that is not closed out: `due` once its validity ends
   * before `soon`, `overdue` once it has ended. Several processes may ask at once. Returns how many were written.
   */
  abstract remindEnvelopes(now: Date, soon: Date): Promise<number>;

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
  /** Unknown messages of this link that may be asked about now, oldest first: no question yet, or the last one is due again. */
  abstract silent(link: string, limit: number, now: Date): Promise<readonly SilentMessage[]>;
  /** Questions of ours by id, for checking answers. */
  abstract questions(queryIds: readonly string[]): Promise<ReadonlyMap<string, AskedQuestion>>;
  /** Receipts we issued about messages of partners, by `sender/message id`, oldest first: what a question is answered with. */
  abstract issuedReceipts(keys: readonly InboxKey[]): Promise<ReadonlyMap<string, readonly Buffer[]>>;
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
