import { sha256, type LogEntry } from '#trust';
import type { BatchCommit } from '../ports/exchange-store.port.ts';

/** An entry before the store has given it its place. */
export type LogRow = Omit<LogEntry, 'id' | 'at'> & { readonly at: Date };

/**
 * What a batch adds to the message log: every message and receipt it keeps, in either direction. Derived from the rows that
 * are kept, so that no caller can leave it out. Receipts of ours stand among the receipts, not among what is sent.
 */
export function logRowsOf({ inbox, outbox, receipts }: Pick<BatchCommit, 'inbox' | 'outbox' | 'receipts'>): LogRow[] {
  const rows: LogRow[] = [];
  for (const row of inbox) {
    const { link, messageId, linkSequence: sequence, previousDigest, manifestDigest, jwsDigest, receivedAt: at } = row;
    rows.push({ at, link, direction: 'in', kind: 'message', messageId, sequence, manifestDigest, jwsDigest, ...previous(previousDigest) });
  }
  for (const row of outbox) {
    const { kind, link, messageId, linkSequence: sequence, previousDigest, manifestDigest, expectation, createdAt: at } = row;
    if (kind !== 'message' || sequence === undefined || manifestDigest === undefined || expectation === undefined) continue;
    const { jwsDigest } = expectation;
    rows.push({ at, link, direction: 'out', kind, messageId, sequence, manifestDigest, jwsDigest, ...previous(previousDigest) });
  }
  for (const { receiptId, link, direction, jws, at } of receipts) {
    const way = direction === 'issued' ? ('out' as const) : ('in' as const);
    rows.push({ at, link, direction: way, kind: 'receipt', messageId: receiptId, jwsDigest: sha256(jws) });
  }
  return rows;
}

const previous = (previousDigest: string | undefined) => (previousDigest === undefined ? {} : { previousDigest });
