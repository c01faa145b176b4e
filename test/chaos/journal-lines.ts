/**
 * What the journals of a run say. Each line is on disk before anything that depends on it happens, so the oracle needs
 * nothing else: neither the gateway's word nor its tables.
 */
interface Stamp {
  readonly at: string;
  /** Whose journal it is: a party, or `nemesis`. */
  readonly party: string;
}

/** A source is about to send a message: the `revision`th of its business key, and what must arrive where because of it. */
export interface Offered extends Stamp {
  readonly event: 'offered';
  readonly messageId: string;
  readonly key: string;
  readonly revision: number;
  /** Receiver → SHA-256 of the document it must get. */
  readonly expected: Readonly<Record<string, string>>;
}

/** The broker confirmed one of the source's attempts. */
export interface Accepted extends Stamp {
  readonly event: 'accepted';
  readonly messageId: string;
  readonly attempt: number;
}

/** The source holds a verified receipt of the gateway about a message of its own. */
export interface Receipted extends Stamp {
  readonly event: 'receipted';
  readonly messageId: string;
  readonly levels: readonly string[];
  readonly status: string;
}

/** A receiver verified a message of the gateway. `repeated`: it held the id already, so there is no second effect. */
export interface Delivered extends Stamp {
  readonly event: 'delivered';
  readonly messageId: string;
  readonly source: { readonly sender: string; readonly messageId: string };
  readonly sequence: number;
  readonly manifestDigest: string;
  readonly documentDigest: string;
  readonly possibleDuplicate: boolean;
  readonly repeated: boolean;
}

/** The receiver's own receipt about a delivered message went out (the broker confirmed it), or is kept back on purpose. */
export interface Answered extends Stamp {
  readonly event: 'answered';
  readonly messageId: string;
  readonly how: 'sent' | 'withheld';
}

/** The gateway asked the receiver whether it holds a message, and was answered. */
export interface Asked extends Stamp {
  readonly event: 'asked';
  readonly messageId: string;
  readonly have: boolean;
}

/** Bytes that did not verify, or a receipt that fits nothing. There must be none. */
export interface Unproven extends Stamp {
  readonly event: 'unproven';
  readonly code: string;
}

/** What the nemesis did. */
export interface Fault extends Stamp {
  readonly event: 'fault';
  readonly cycle: number;
  readonly what: string;
}

export type ChaosLine = Offered | Accepted | Receipted | Delivered | Answered | Asked | Unproven | Fault;
