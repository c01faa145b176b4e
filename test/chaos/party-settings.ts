/** What the process of the parties is told; it comes over the process channel, so no password stands on a command line. */
export interface PartySettings {
  readonly role: 'sources' | 'receivers';
  readonly seed: number;
  readonly agreements: string;
  /** Keys of the parties and public key of the gateway. */
  readonly keys: string;
  readonly masterKey: string;
  readonly journals: string;
  /** Broker address of each party, with its own user. */
  readonly urls: Readonly<Record<string, string>>;
  /** Messages a second of each source. */
  readonly rate: number;
  /** Business keys of each source. */
  readonly keysPerSource: number;
  /** Every party changes its key again and again. */
  readonly rotate: boolean;
}

export type PartyCommand =
  { readonly command: 'start'; readonly settings: PartySettings } | { readonly command: 'finish' | 'settle' | 'stop' };

/** Counters for progress and for the end condition; the verdict rests on the journals alone. */
export interface PartyStatus {
  readonly event: 'status';
  readonly offered: number;
  /** Deliveries that the offers ask for. */
  readonly expected: number;
  readonly accepted: number;
  readonly receipted: number;
  /** Distinct messages delivered. */
  readonly delivered: number;
  readonly repeated: number;
  /** Sends and receipts still to be confirmed. */
  readonly waiting: number;
  /** Journal lines written so far. */
  readonly lines: number;
  /** Keys that were published, took over, and whose predecessor was retired. */
  readonly rotations: number;
  /** Parties that have not rotated once, or are at it. */
  readonly unsettled: number;
}
export const NO_STATUS: PartyStatus = {
  event: 'status',
  offered: 0,
  expected: 0,
  accepted: 0,
  receipted: 0,
  delivered: 0,
  repeated: 0,
  waiting: 0,
  lines: 0,
  rotations: 0,
  unsettled: 0,
};
