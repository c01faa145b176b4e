import type { FrameKind } from './transport.port.ts';

/** What the HTTP mailbox reads of the outbox: published frames wait there until the partner has fetched and receipted them. */
export interface MailboxItem {
  /** Cursor of the item in this mailbox, growing in the order of publishing. */
  readonly position: string;
  readonly kind: FrameKind;
  readonly messageId: string;
  readonly type: string;
  readonly frame: Buffer;
  readonly possibleDuplicate: boolean;
}

/**
 * Contract (test/contract/mailbox-store.contract.ts): `fetch` returns items in publishing order, each again until it is
 * acknowledged: a message by its R1 receipt (or any later level), everything else by `acknowledge`. What the store puts back to be
 * sent again (a partner's signed "do not have it") leaves the mailbox, so that its next `put` offers it at a new position.
 */
export abstract class MailboxStore {
  /** Appends to a partner's mailbox; durable when it resolves; the same message id again changes nothing. */
  abstract put(
    link: string,
    items: readonly { readonly outboxId: string; readonly messageId: string; readonly kind: FrameKind }[],
  ): Promise<void>;
  abstract fetch(link: string, after: string | undefined, limit: number): Promise<readonly MailboxItem[]>;
  /** Removes items from the mailbox (never from the outbox). */
  abstract acknowledge(link: string, messageIds: readonly string[]): Promise<number>;
}
