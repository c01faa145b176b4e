import type { Issue } from '#model';

/** One line of a message list. */
export interface MessageLine {
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly partner: string;
  readonly messageId: string;
  readonly type: string;
  readonly functionCode?: string;
  readonly state: string;
  readonly at: Date;
  readonly attempt: number;
  readonly duplicates: number;
  readonly orderKey?: string;
}

export interface MessageDetail extends MessageLine {
  readonly frame: Buffer;
  readonly issues: readonly Issue[];
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  readonly receipts: readonly {
    readonly direction: string;
    readonly issuer: string;
    readonly levels: readonly string[];
    readonly status: string;
    readonly jws: string;
    readonly at: Date;
  }[];
  readonly events: readonly {
    readonly kind: string;
    readonly from?: string;
    readonly to?: string;
    readonly actor: string;
    readonly cause?: string;
    readonly at: Date;
  }[];
  /** Messages made from this one, or the one it was made from. */
  readonly related: readonly {
    readonly direction: 'in' | 'out';
    readonly messageId: string;
    readonly link: string;
    readonly state: string;
  }[];
}

export interface MessageFilter {
  readonly direction?: 'in' | 'out';
  readonly link?: string;
  readonly state?: string;
  readonly type?: string;
  readonly businessKey?: string;
  /** Keyset position: only lines older than this. */
  readonly before?: { readonly at: Date; readonly messageId: string };
  readonly limit: number;
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

/** Reading side for people: lists, details, counts. Never used by the pipeline. */
export abstract class MessageView {
  abstract list(filter: MessageFilter): Promise<readonly MessageLine[]>;
  abstract detail(messageId: string): Promise<readonly MessageDetail[]>;
  abstract counts(): Promise<readonly LinkCounts[]>;
  abstract quarantine(limit: number): Promise<
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
  abstract quarantinedFrame(sha256: string): Promise<Buffer | undefined>;
}
