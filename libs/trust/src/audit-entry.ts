/** The audit chain: each entry's digest covers the digest of the entry before (LB-PROTO-4 §4). */
import { sha256 } from './encoding.ts';
import { encodeFields } from './octet-fields.ts';

const VERSION = 'LB-AUDIT-1';

/** What one link of the chain covers. `before` and `after` are the JSON texts as they are stored. */
export interface ChainedAudit {
  /** From 1 without gaps. */
  readonly sequence: number;
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string;
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly reason?: string;
  readonly approver?: string;
  readonly before?: string;
  readonly after?: string;
}

/** SHA-256 (base64url) of the canonical octets of an entry behind `previous`, the digest before; '' for the first. */
export function auditDigest(entry: ChainedAudit, previous: string): string {
  const { sequence, at, actor, action, subject, reason, approver, before, after } = entry;
  return sha256(encodeFields([VERSION, previous, String(sequence), at, actor, action, subject, reason, approver, before, after]));
}
