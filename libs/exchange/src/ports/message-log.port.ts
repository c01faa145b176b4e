import type { ChainedAudit, LogEntry } from '#trust';
import type { FrameKind } from './transport.port.ts';

/** Everything that shows, without the gateway, that a message or receipt stood in the log when the interval was closed. */
export interface LogProof {
  /** The entry's canonical octets (`decodeLogEntry` of #trust reads them); its leaf hash is `leafHash(leaf)`. */
  readonly leaf: Buffer;
  /** Place of the leaf in the tree of its interval, from 0. */
  readonly index: number;
  /** Leaves in that tree. */
  readonly size: number;
  /** Inclusion path from the leaf upwards (RFC 9162 §2.1.3). */
  readonly path: readonly Buffer[];
  /** Octets of the signed root (`lb-root+jws`) of the interval. */
  readonly root: Buffer;
  /** RFC 3161 token (DER of TimeStampToken) over the SHA-256 of `root`, once a time-stamping authority has given one. */
  readonly timestamp?: Buffer;
}

/** Reading side of the message log. Rows are written by `ExchangeStore.commit`, in the transaction of what they speak of. */
export abstract class MessageLog {
  /**
   * Proof for a message (by its message id) or receipt (by its receipt id); undefined while its interval is open, or when it
   * is not in the log. `direction` and `link` tell apart messages of different senders that bear one id.
   */
  abstract proofOf(
    kind: FrameKind,
    messageId: string,
    where?: { readonly link?: string; readonly direction?: 'in' | 'out' },
  ): Promise<LogProof | undefined>;
}

/** A signed root as it is stored. */
export interface StoredRoot {
  readonly sequence: number;
  /** Last entry of its interval. */
  readonly lastId: number;
  readonly closedAt: Date;
  readonly jws: Buffer;
  /** RFC 3161 token over the SHA-256 of `jws`. */
  readonly token?: Buffer;
}

export interface StoredAudit extends ChainedAudit {
  readonly digest: string;
}

/** Writing side of the log for whoever closes its intervals. */
export abstract class LogStore extends MessageLog {
  /** Runs `work` as the one closer among all processes; resolves to undefined when another is at it. A closer that dies is followed by the next. */
  abstract alone<T>(work: () => Promise<T>): Promise<T | undefined>;
  abstract lastRoot(): Promise<StoredRoot | undefined>;
  /** Highest place given so far, after every transaction that may still write below it has ended. */
  abstract settled(): Promise<number>;
  /** Entries with places above `after` up to `last`, in order, in pages. */
  abstract entries(after: number, last: number): AsyncIterable<readonly LogEntry[]>;
  /** End of the audit chain. */
  abstract auditEnd(): Promise<{ readonly count: number; readonly digest?: string }>;
  /** Adds the next root; rejects when that sequence is there already. */
  abstract addRoot(root: Omit<StoredRoot, 'token'>): Promise<void>;
  /** Oldest roots without a time-stamp. */
  abstract unstamped(limit: number): Promise<readonly StoredRoot[]>;
  /** The first token of a root stays. */
  abstract addTimestamp(sequence: number, token: Buffer, at: Date): Promise<void>;
}

/** What is kept beside an entry, to compare the entry with. */
export interface KeptRow {
  readonly at: string;
  /** Frame of a message, JWS of a receipt. */
  readonly octets: Buffer;
  /** Its documents were removed after their time; the signed manifest must be all that is left. */
  readonly purged?: boolean;
}

/** Everything a verification of the log reads: a database, or an export of one. */
export interface LogSource {
  /** Roots by sequence. */
  roots(): AsyncIterable<StoredRoot>;
  entries(after: number, last: number): AsyncIterable<readonly LogEntry[]>;
  audit(): AsyncIterable<StoredAudit>;
  /** How many entries there are, for showing progress. */
  size(): Promise<number>;
  /** What is kept of these entries, by id; an export has nothing but the log. */
  kept?(entries: readonly LogEntry[]): Promise<ReadonlyMap<number, KeptRow>>;
  /** Messages and receipts that are kept and have no entry. */
  unlogged?(): AsyncIterable<{ readonly table: 'inbox' | 'outbox' | 'receipt'; readonly link?: string; readonly messageId: string }>;
}
