/** What the gateway answers, as far as the screens use it (its OpenAPI document says all). */
export interface Line {
  readonly direction: 'in' | 'out';
  readonly link: string;
  readonly partner: string;
  readonly messageId: string;
  readonly sender?: string;
  readonly type: string;
  readonly functionCode?: string;
  readonly state: string;
  readonly at: string;
  readonly attempt: number;
  readonly nextAt?: string;
  readonly deadline?: string;
  readonly duplicates: number;
  readonly orderKey?: string;
  readonly keys: readonly string[];
  readonly keyCount: number;
  readonly mapping?: { readonly id: string; readonly version: string; readonly digest: string };
  readonly code?: string;
  readonly incidents?: readonly string[];
  readonly priority: string;
  readonly test: boolean;
  readonly bytes: number;
  readonly conversationId?: string;
  readonly source?: { readonly sender: string; readonly messageId: string };
  readonly replay: { readonly possible: boolean; readonly kinds: readonly string[]; readonly because: string };
}

export interface Finding {
  readonly code: string;
  readonly severity: 'error' | 'warning';
  readonly pointer: string;
  readonly message: string;
}

export interface Detail extends Line {
  readonly frameBytes: number;
  readonly issues: readonly Finding[];
  readonly receipts: readonly {
    readonly receiptId: string;
    readonly direction: string;
    readonly issuer: string;
    readonly levels: readonly string[];
    readonly status: string;
    readonly jws: string;
    readonly at: string;
  }[];
  readonly events: readonly {
    readonly kind: string;
    readonly from?: string;
    readonly to?: string;
    readonly actor: string;
    readonly cause?: string;
    readonly at: string;
  }[];
  readonly related: readonly {
    readonly direction: 'in' | 'out';
    readonly messageId: string;
    readonly link: string;
    readonly state: string;
  }[];
}

export interface Page {
  readonly messages: readonly Line[];
  readonly next?: string;
  readonly searchedTo?: string;
}

export interface Bounded {
  readonly count: number;
  readonly more: boolean;
}

export interface Chip {
  readonly field: string;
  readonly values: readonly string[];
  readonly not: boolean;
}

export type ParsedQuery =
  | { readonly ok: true; readonly chips: readonly Chip[]; readonly text: string }
  | {
      readonly ok: false;
      readonly faults: readonly { readonly code: string; readonly at: number; readonly length: number; readonly message: string }[];
    };

export interface SearchAnswer {
  readonly guesses: readonly {
    readonly kind: string;
    readonly value: string;
    readonly reason: string;
    readonly checkDigit?: 'right' | 'wrong';
    readonly key?: string;
    readonly count?: Bounded;
  }[];
  readonly keys: readonly { readonly key: string; readonly count: Bounded }[];
}

export interface Shipment {
  readonly asked: string;
  readonly keys: readonly { readonly key: string; readonly role: 'goods' | 'carrier'; readonly hops: number }[];
  readonly messages: readonly Line[];
  readonly entries: readonly {
    readonly at: string;
    readonly kind: string;
    readonly messageId: string;
    readonly direction: 'in' | 'out';
    readonly link: string;
    readonly partner: string;
    readonly type: string;
    readonly state?: string;
    readonly from?: string;
    readonly cause?: string;
    readonly actor?: string;
    readonly count?: number;
  }[];
  readonly truncated?: readonly string[];
}

/** `more`: at least so many. */
export interface Bounded {
  readonly count: number;
  readonly more: boolean;
}

export interface LinkStanding {
  readonly link: string;
  readonly partner: string;
  readonly transport: string;
  readonly state: 'used' | 'up' | 'down' | 'stopped';
  readonly waiting: Bounded;
  readonly unknown: Bounded;
  readonly blockedKeys: Bounded;
  readonly oldestWaiting?: string;
  readonly lastIn?: string;
  readonly lastOut?: string;
  /** At the pace of the last minutes. */
  readonly drain?: { readonly perMinute: number; readonly seconds: number; readonly more: boolean };
  readonly paused?: { readonly reason: string; readonly actor: string; readonly at: string };
}
