import type { Agreements } from '#model';
import { sha256 } from '#trust';
import type { BlockingState, RequestKind } from '../ports/link-request-store.port.ts';

/** How long a request waits for the second person. */
export const REQUEST_HOURS = 24;

export interface RequestedAction {
  readonly id: string;
  readonly kind: RequestKind;
  readonly link: string;
  readonly subject: string;
  readonly author: string;
  readonly reason: string;
  /** `release-key`: what is given up, as it stood. */
  readonly messages?: readonly { readonly messageId: string; readonly state: BlockingState }[];
  /** `discard-letter`: SHA-256 (hex) of its octets. */
  readonly sha256?: string;
  /** `change-agreements`: what is in force before and would be after it. */
  readonly change?: AgreementChange;
}

export interface AgreementChange {
  readonly from: { readonly version: number; readonly digest: string };
  readonly to: { readonly version: number; readonly digest: string };
  readonly restores?: number;
  readonly agreements: Agreements;
}

/** The exact action as octets, and their digest: what the second person decides on. One spelling: members in this order, no space. */
export function requestedAction(action: RequestedAction): { readonly octets: Buffer; readonly digest: string } {
  const { id, kind, link, subject, author, reason, messages, sha256: letter, change } = action;
  const octets = Buffer.from(
    JSON.stringify({
      profile: 'LB-LINK-REQUEST-1',
      id,
      kind,
      link,
      subject,
      author,
      reason,
      ...(messages && { messages: messages.map(({ messageId, state }) => ({ messageId, state })) }),
      ...(letter !== undefined && { sha256: letter }),
      ...(change && { change }),
    }),
  );
  return { octets, digest: sha256(octets) };
}
