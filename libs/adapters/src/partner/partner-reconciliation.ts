import {
  answerReconciliation,
  newMessageId,
  openReconciliation,
  type HeldMessages,
  type KeyDirectory,
  type Reason,
  type Signer,
} from '#trust';
import type { PartnerMessage } from './partner-endpoint.ts';

export interface PartnerReconciliationOptions {
  readonly party: string;
  readonly gateway: string;
  readonly link: string;
  readonly directory: KeyDirectory;
  readonly signer: Signer;
  readonly now: () => Date;
}

/**
 * The partner's end of the daily reconciliation: verifies the gateway's statement and countersigns it with what the partner's own
 * journal says of the same sequence numbers. Nothing is kept: a statement that comes again is answered again, from the journal.
 */
export function countersignDay(
  jws: Buffer,
  held: HeldMessages,
  { party, gateway, link, directory, signer, now }: PartnerReconciliationOptions,
): { readonly ok: true; readonly answer: PartnerMessage } | { readonly ok: false; readonly reason: Reason } {
  const opened = openReconciliation(jws, directory, { now: now(), from: gateway, to: party });
  if (!opened.ok) return opened;
  if (opened.statement.link !== link) return { ok: false, reason: 'ADDRESSEE' };
  const frame = answerReconciliation(opened, held, signer, now());
  return { ok: true, answer: { kind: 'reconciliation', frame, messageId: newMessageId(now()), type: 'reconciliation' } };
}
