import type { OutboundState } from '#model';
import type { Scope } from '../access/scope.ts';
import type { KeptAgreements } from './agreement-store.port.ts';

/** A message that stands in the way of its business key, or of which nobody knows whether it arrived. */
export interface BlockedKey {
  /** Keyset position: grows with the age of the message. */
  readonly position: string;
  readonly link: string;
  readonly key: string;
  readonly messageId: string;
  readonly type: string;
  /**
   * `unknown`: published without a receipt; `missing`: its receiver signed that it lacks it; `retrying`: the first of its key, and it
   * failed so far.
   */
  readonly state: BlockingState;
  readonly code?: string;
  readonly attempts: number;
  /** Made. */
  readonly since: Date;
  readonly nextAt?: Date;
  readonly deadline: Date;
  /** Messages of the key on the link that have not gone yet, counted to 1,000. */
  readonly behind: { readonly count: number; readonly more: boolean };
}
export const BLOCKING_STATES = ['unknown', 'missing', 'retrying'] as const satisfies readonly OutboundState[];
export type BlockingState = (typeof BLOCKING_STATES)[number];

export const REQUEST_KINDS = ['release-key', 'discard-letter', 'change-agreements'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];
export const REQUEST_STATES = ['submitted', 'done', 'refused', 'expired'] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** What one person asked for on a link and another decides on. */
export interface LinkRequest {
  readonly id: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly link: string;
  /** The business key, the number of the dead letter, or of the version of the agreements (then `link` is `*`). */
  readonly subject: string;
  readonly reason: string;
  readonly author: { readonly id: string; readonly name: string };
  readonly approver?: { readonly id: string; readonly name: string };
  readonly decision?: string;
  readonly decidedAt?: Date;
  /** SHA-256 (base64url) of `action`: what the decision binds to. */
  readonly digest: string;
  /** The exact action as canonical JSON octets. */
  readonly action: Buffer;
  /** Done: message ids given up, the letter, or the version. Less than asked for where something had moved on by itself. */
  readonly results: readonly string[];
  readonly at: Date;
  readonly expiresAt: Date;
}

export type NewLinkRequest = Pick<
  LinkRequest,
  'id' | 'kind' | 'link' | 'subject' | 'reason' | 'author' | 'digest' | 'action' | 'at' | 'expiresAt'
> & {
  /** Of the author: the same token gives the same request. */
  readonly request: string;
};

export interface Decision {
  readonly to: 'done' | 'refused';
  readonly approver: { readonly id: string; readonly name: string };
  readonly decision: string;
  readonly at: Date;
  /** Of `release-key`: the messages that are given up, each only while it is still in one of the blocking states. */
  readonly giveUp?: readonly string[];
  /** Of `discard-letter`. */
  readonly letter?: string;
  /** Of `change-agreements`: kept as the next version, or with REQUEST_STATE nothing is decided. */
  readonly agreements?: KeptAgreements;
}

/** Business keys that are held up, and what two persons decide about links. Every method may reject with STORE_UNAVAILABLE. */
export abstract class LinkRequestStore {
  /** Oldest message first; at most the first 5,000 waiting rows of a link are looked at. */
  abstract blocked(
    scope: Scope,
    filter: { readonly link?: string; readonly after?: string; readonly limit: number },
  ): Promise<readonly BlockedKey[]>;
  /** Messages that stand in the way of this key, oldest first, at most 100. */
  abstract blocking(link: string, key: string): Promise<readonly { readonly messageId: string; readonly state: BlockingState }[]>;
  /** Keeps a request; one with the same token resolves to the id it had. Rejects with REQUEST_TAKEN when another one about the subject is open. */
  abstract submit(request: NewLinkRequest): Promise<string>;
  /** The request that an author made with this token. */
  abstract requested(authorId: string, request: string): Promise<string | undefined>;
  abstract find(scope: Scope, id: string): Promise<LinkRequest | undefined>;
  /** Newest first. */
  abstract list(
    scope: Scope,
    filter: { readonly state?: RequestState; readonly before?: Date; readonly limit: number },
  ): Promise<readonly LinkRequest[]>;
  /** Decides and does it in one transaction, while it is submitted and its time is not over. False: it is not. */
  abstract decide(id: string, decision: Decision): Promise<boolean>;
  /** Ends requests whose time is over. */
  abstract expire(now: Date): Promise<void>;
}
