import type { Issue } from '#model';
import type { CarriedEvidenceEntry } from './foreign-signature.port.ts';
import type { Scope } from '../access/scope.ts';
import type { Replayable } from '../view/replayable.ts';
import type { Chip } from '../view/query.ts';

export interface MappingUsed {
  readonly id: string;
  readonly version: string;
  readonly digest: string;
}

/** One line of a message list. */
export interface MessageLine {
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly partner: string;
  readonly messageId: string;
  /** In: who sent it. A message id is unique for its sender only. */
  readonly sender?: string;
  readonly type: string;
  readonly functionCode?: string;
  readonly canonicalType?: string;
  readonly state: string;
  /** Received or made. */
  readonly at: Date;
  /** Attempts counted; of inbound messages 0. */
  readonly attempt: number;
  /** Out: when it is tried again, until when it may go, when the broker confirmed it. */
  readonly nextAt?: Date;
  readonly deadline?: Date;
  readonly publishedAt?: Date;
  /** In: how often it came again. */
  readonly duplicates: number;
  readonly orderKey?: string;
  /** At most 8 business keys of `keyCount`. */
  readonly keys: readonly string[];
  readonly keyCount: number;
  readonly mapping?: MappingUsed;
  /** First error: why it is refused, parked, retried or expired. */
  readonly code?: string;
  readonly priority: string;
  readonly test: boolean;
  /** Octets of the signed frame. */
  readonly bytes: number;
  readonly conversationId?: string;
  /** Out: the message it was made from. */
  readonly source?: { readonly sender: string; readonly messageId: string };
  readonly replay: Replayable;
  /** Ids of the incidents it counts in, newest first. */
  readonly incidents: readonly string[];
}

export interface ReceiptLine {
  readonly receiptId: string;
  readonly direction: string;
  readonly issuer: string;
  readonly levels: readonly string[];
  readonly status: string;
  readonly jws: string;
  readonly at: Date;
}

export interface EventLine {
  readonly kind: string;
  readonly from?: string;
  readonly to?: string;
  readonly actor: string;
  readonly cause?: string;
  readonly at: Date;
}

export interface MessageDetail extends MessageLine {
  readonly frame: Buffer;
  readonly issues: readonly Issue[];
  /** Signed statement how it was made of another: a compact JWS. */
  readonly translation?: string;
  readonly receipts: readonly ReceiptLine[];
  readonly events: readonly EventLine[];
  /** Verdicts on foreign signatures, and our own second signature. */
  readonly evidence: readonly CarriedEvidenceEntry[];
  /** Messages made from this one, or the one it was made from. */
  readonly related: readonly {
    readonly direction: 'in' | 'out';
    readonly messageId: string;
    readonly link: string;
    readonly state: string;
  }[];
}

/** Which messages, and what durations like `since:2h` count from. */
export interface MessageQuery {
  readonly chips: readonly Chip[];
  readonly now: Date;
}

export interface ListQuery extends MessageQuery {
  /** `next` of an earlier page of the same query. */
  readonly cursor?: string;
  /** 1 to 500. */
  readonly limit: number;
}

/** A page of a list. What comes in meanwhile is newer than the first page and changes no later one. */
export interface MessagePage {
  readonly messages: readonly MessageLine[];
  /** Where the next page begins; absent: there is none. A page may be short, or empty, and still have a next one. */
  readonly next?: string;
  /** Present when the page ended because enough had been looked at: everything back to here was searched. */
  readonly searchedTo?: Date;
}

/** `more`: at least so many; counting stops at 1,000 or when enough has been looked at. */
export interface BoundedCount {
  readonly count: number;
  readonly more: boolean;
}

/** One change of one message, for a list that follows what happens. */
export interface MessageChange {
  /** Ascending; may come again after a reconnection: forget ids seen before. */
  readonly id: string;
  /** Resume here (Last-Event-ID): nothing after it is lost. */
  readonly resume: string;
  readonly event: EventLine;
  readonly message: MessageLine;
}

/** A key of a timeline and how it was reached. */
export interface LinkedKey {
  readonly key: string;
  /** Goods are followed from message to message; carriers (train, wagon, voyage) are named and not followed. */
  readonly role: 'goods' | 'carrier';
  /** 0 for what was asked for. */
  readonly hops: number;
  /** The key that led to it, and the message that names both. */
  readonly via?: { readonly key: string; readonly messageId: string };
}

export type TimelineKind = 'received' | 'made' | 'state' | 'receipt-issued' | 'receipt-received' | 'repeated' | 'quarantined' | 'event';

/** One thing that happened, in the order of time. */
export interface TimelineEntry {
  readonly at: Date;
  readonly kind: TimelineKind;
  readonly messageId: string;
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly partner: string;
  readonly type: string;
  readonly state?: string;
  readonly from?: string;
  /** First error, cause of a move, or receipt levels. */
  readonly cause?: string;
  readonly actor?: string;
  /** How often, where something was counted and not kept one by one. */
  readonly count?: number;
}

export interface Timeline {
  /** Keys asked for. */
  readonly keys: readonly LinkedKey[];
  readonly messages: readonly MessageLine[];
  readonly entries: readonly TimelineEntry[];
  /** What was looked at; a container or wagon carries other goods at other times. */
  readonly window: { readonly from?: Date; readonly until?: Date };
  /** Present where a bound cut the answer short. */
  readonly truncated?: readonly ('messages' | 'keys' | 'hops')[];
}

export interface TimelineQuery {
  /** Keys (`bill:X`), any of them. */
  readonly keys: readonly string[];
  /** A message id instead: everything its own keys lead to, and its relatives. */
  readonly messageId?: string;
  readonly from?: Date;
  readonly until?: Date;
}

/** Counts of one link for the end table of the demo and for `status`. */
export interface LinkCounts {
  readonly link: string;
  readonly partner: string;
  readonly received: number;
  readonly accepted: number;
  readonly refused: number;
  readonly parked: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly sent: number;
  readonly delivered: number;
  readonly receipted: number;
  readonly waiting: number;
  readonly unknown: number;
  readonly expired: number;
}

/** How a link stands at this moment. */
export interface LinkStanding {
  readonly link: string;
  readonly partner: string;
  /** Messages and receipts that have not gone yet. */
  readonly waiting: BoundedCount;
  /** When the oldest of them was made. */
  readonly oldestWaiting?: Date;
  /** Gone, and nobody knows whether they arrived. */
  readonly unknown: BoundedCount;
  /** Order keys of which messages wait behind an unknown one. */
  readonly blockedKeys: BoundedCount;
  readonly lastIn?: Date;
  readonly lastOut?: Date;
  /** When what waits will have gone, at the pace of the last minutes. Absent where nothing waits or nothing went lately. */
  readonly drain?: DrainForecast;
}

/** At the recent pace, nothing new coming in. */
export interface DrainForecast {
  /** Messages and receipts that left, a minute. */
  readonly perMinute: number;
  readonly seconds: number;
  /** More waits than was counted: it takes longer. */
  readonly more: boolean;
}

/** A share of messages: how many were judged, and how many of them went through at the first try. */
export interface FirstPass {
  readonly judged: number;
  readonly passed: number;
}

/** How long something took: the median, nine in ten, and of how many of those looked at it is known. */
export interface Durations {
  readonly p50Seconds?: number;
  readonly p90Seconds?: number;
  readonly known: number;
  readonly of: number;
}

/** Figures of one link, or of several together, over a while. */
export interface Figures {
  /** Taken as they came, without an error or a person's help. */
  readonly received: FirstPass;
  /** Taken by the receiver at the first attempt. */
  readonly sent: FirstPass;
  /** From the arrival of a message until what became of it was handed over. */
  readonly passage: Durations;
  /** From handing over until the receiver's signed receipt. */
  readonly receipt: Durations;
  /** More came, or went, than was looked at: the figures are of the newest. */
  readonly more: boolean;
}

/**
 * Reading side for people: lists, details, timelines, counts, each within the scope of whoever asks. Never used by the pipeline, and never in its way: it has
 * connections of its own. Every list looks at a bounded number of rows, whatever is asked.
 */
export abstract class MessageView {
  /** Rejects with USAGE for a cursor that is not one. */
  abstract list(scope: Scope, query: ListQuery): Promise<MessagePage>;
  abstract count(scope: Scope, query: MessageQuery): Promise<BoundedCount>;
  /** A message id in every direction it went, newest first. */
  abstract detail(scope: Scope, messageId: string): Promise<readonly MessageDetail[]>;
  /** Which of these keys have messages, and how many. */
  abstract countKeys(scope: Scope, keys: readonly string[]): Promise<readonly { readonly key: string; readonly count: BoundedCount }[]>;
  abstract timeline(scope: Scope, query: TimelineQuery): Promise<Timeline>;
  /** Changes after `resume`, oldest first, at most `limit`; without it none, only where the next ones begin. */
  abstract changes(
    scope: Scope,
    resume: string | undefined,
    query: MessageQuery,
    limit: number,
  ): Promise<{ readonly changes: readonly MessageChange[]; readonly resume: string }>;
  abstract counts(scope: Scope): Promise<readonly LinkCounts[]>;
  /** Of those of the links that are within the scope, in their order; the pace up to `now`. */
  abstract standing(scope: Scope, links: readonly string[], now: Date): Promise<readonly LinkStanding[]>;
  /** Of those of the links that are within the scope, in their order. Looks at a bounded number of messages of each. */
  abstract figures(
    scope: Scope,
    links: readonly string[],
    since: Date,
  ): Promise<{ readonly links: readonly (Figures & { readonly link: string })[]; readonly total: Figures }>;
  abstract quarantine(
    scope: Scope,
    limit: number,
  ): Promise<
    readonly {
      readonly link: string;
      readonly sha256: string;
      readonly code: string;
      readonly reason: string;
      readonly at: Date;
      readonly count: number;
      readonly claimedMessageId?: string;
    }[]
  >;
  abstract quarantinedFrame(scope: Scope, sha256: string): Promise<Buffer | undefined>;
  /** Gives the connections back. */
  abstract close(): Promise<void>;
}
