/** One entry of the message log and the octets a Merkle leaf is made of (LB-PROTO-4 §1). */
import { decodeFields, encodeFields } from './octet-fields.ts';

const VERSION = 'LB-LOG-1';

/** What the log keeps of a message or receipt: digests, never content. Digests are SHA-256 as base64url. */
export interface LogEntry {
  /** Place in the log: grows, with gaps where a commit was rolled back. */
  readonly id: number;
  /** UTC, ISO 8601 with milliseconds: when it was received, or made. */
  readonly at: string;
  readonly link: string;
  readonly direction: 'in' | 'out';
  readonly kind: 'message' | 'receipt';
  /** Message id of the manifest, or receipt id. */
  readonly messageId: string;
  /** Messages: position on the link in this direction as its sender counted. */
  readonly sequence?: number;
  /** Messages: digest of the manifest before on the link; absent for the first. */
  readonly previousDigest?: string;
  /** Messages: digest of the manifest's octets. */
  readonly manifestDigest?: string;
  /** Digest of the JWS octets. */
  readonly jwsDigest: string;
}

/** The canonical octets of an entry; `leafHash` of them is its leaf. */
export function encodeLogEntry(entry: LogEntry): Buffer {
  return encodeFields([
    VERSION,
    String(entry.id),
    entry.at,
    entry.link,
    entry.direction,
    entry.kind,
    entry.messageId,
    entry.sequence === undefined ? undefined : String(entry.sequence),
    entry.previousDigest,
    entry.manifestDigest,
    entry.jwsDigest,
  ]);
}

/** Reads canonical octets; undefined when they are not those of exactly one entry. */
export function decodeLogEntry(octets: Buffer): LogEntry | undefined {
  const fields = decodeFields(octets);
  if (fields?.length !== 11 || fields[0] !== VERSION) return undefined;
  const [, id, at, link, direction, kind, messageId, sequence, previousDigest, manifestDigest, jwsDigest] = fields as [
    string,
    string,
    string,
    string,
    LogEntry['direction'],
    LogEntry['kind'],
    string,
    string,
    string,
    string,
    string,
  ];
  const entry: LogEntry = {
    id: Number(id),
    at,
    link,
    direction,
    kind,
    messageId,
    jwsDigest,
    ...(sequence !== '' && { sequence: Number(sequence) }),
    ...(previousDigest !== '' && { previousDigest }),
    ...(manifestDigest !== '' && { manifestDigest }),
  };
  return encodeLogEntry(entry).equals(octets) ? entry : undefined;
}
