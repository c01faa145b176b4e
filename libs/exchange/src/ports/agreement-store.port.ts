import type { Agreements } from '#model';

/** How a version of the agreements came about: from the file of this installation, or from a request that two persons decided on. */
export type AgreementOrigin = 'file' | 'request';

export interface AgreementVersion {
  /** From 1 without gaps. */
  readonly version: number;
  /** `agreementsDigest` of the content. */
  readonly digest: string;
  readonly origin: AgreementOrigin;
  readonly author: string;
  readonly approver?: string;
  readonly reason: string;
  /** The version whose content this one brings back. */
  readonly restores?: number;
  readonly at: Date;
}

export interface KeptAgreements extends AgreementVersion {
  readonly agreements: Agreements;
}

/** Every version of the agreements there ever was; the newest is in force. None is changed or removed. Methods may reject with STORE_UNAVAILABLE. */
export abstract class AgreementStore {
  /** Number of the newest version; 0: there is none. */
  abstract newest(): Promise<number>;
  abstract find(version: number): Promise<KeptAgreements | undefined>;
  /** Newest first. */
  abstract list(filter: { readonly before?: number; readonly limit: number }): Promise<readonly AgreementVersion[]>;
  /** Digest of the newest version that came from a file. */
  abstract lastFile(): Promise<string | undefined>;
  /** Durable when it resolves. False: there is a version of that number already, or the one before is missing. */
  abstract add(version: KeptAgreements): Promise<boolean>;
}
