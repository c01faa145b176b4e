/** One action of an operator or partner. Never holds payload, keys or secrets: the auditor reads all of it. */
export interface AuditRecord {
  /** Who: account name, `cli:<system user>`, `partner:<party>`, or `gateway` for what it did by itself. */
  readonly actor: string;
  /** What, as `noun.verb` in small letters: `key.import`, `quarantine.view`, `gateway.start`. */
  readonly action: string;
  /** On what: `message:<id>`, `key:<kid>`, `link:<id>`, `party:<key>`. */
  readonly subject: string;
  readonly reason?: string;
  /** Second person, where two are needed. */
  readonly approver?: string;
  /** What changed, as far as it may be told: identifiers, states, digests. JSON values. */
  readonly before?: unknown;
  readonly after?: unknown;
  readonly at: Date;
}

/** A record as it stands in the chain. */
export interface AuditEntry extends AuditRecord {
  /** Place in the chain, from 1 without gaps. */
  readonly sequence: number;
  /** SHA-256 (base64url) of this entry's canonical octets, which hold the digest of the entry before. */
  readonly digest: string;
}

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly from?: Date;
  readonly to?: Date;
  /** Only entries before this place, newest first. */
  readonly before?: number;
  readonly limit: number;
}

/** Who did what, when and why: append-only and hash-chained, the chain's end stands in every signed root of the message log. */
export abstract class AuditLog {
  /** Durable when it resolves. Rejects with STORE_UNAVAILABLE: an action that reveals or changes something is then not done. */
  abstract append(record: AuditRecord): Promise<void>;
  abstract list(filter: AuditFilter): Promise<readonly AuditEntry[]>;
}
