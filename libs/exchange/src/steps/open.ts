import type { ErrorCode, Issue, Link } from '#model';
import { issue } from '#model';
import {
  bodyKind,
  decodeFrame,
  openReceipt,
  parseManifest,
  verifyMessage,
  type KeyDirectory,
  type Receipt,
  type VerifiedMessage,
} from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';

/** What a delivery turned out to be once its signature was checked, and nothing more. */
export type Opened =
  | {
      readonly kind: 'message';
      readonly delivery: InboundDelivery;
      readonly link: Link;
      readonly message: VerifiedMessage;
      readonly untimely?: Issue;
    }
  | { readonly kind: 'receipt'; readonly delivery: InboundDelivery; readonly link: Link; readonly receipt: Receipt }
  | {
      readonly kind: 'unproven';
      readonly delivery: InboundDelivery;
      readonly code: ErrorCode;
      readonly reason: string;
      readonly claimedMessageId?: string;
    };

export interface OpenOptions {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly now: Date;
}

/** Verifies a delivery against the keys of the link's partner. Never throws; unproven bytes are evidence of their own kind. */
export function open(delivery: InboundDelivery, { book, directory, now }: OpenOptions): Opened {
  const link = book.link(delivery.link);
  if (!link) return { kind: 'unproven', delivery, code: 'PARTY_UNKNOWN', reason: 'LINK_UNKNOWN' };
  if (bodyKind(delivery.frame) === 'receipt') {
    const opened = openReceipt(delivery.frame, directory, { now, issuer: link.partner });
    return opened.ok ? { kind: 'receipt', delivery, link, receipt: opened.receipt } : { kind: 'unproven', delivery, ...opened };
  }
  const verdict = verifyMessage(delivery.frame, directory, {
    addressee: book.gateway,
    sender: link.partner,
    test: link.test,
    now,
    maxBytes: link.limits.messageBytes,
  });
  if (verdict.ok) return { kind: 'message', delivery, link, message: verdict };
  if (verdict.authentic) return { kind: 'message', delivery, link, message: verdict.authentic, untimely: issue(verdict.code, '') };
  return { kind: 'unproven', delivery, code: verdict.code, reason: verdict.reason, ...claimedId(delivery.frame) };
}

/** The id an unproven message claims, to help a person find it. Believed by nobody. */
function claimedId(frame: Buffer): { claimedMessageId?: string } {
  const decoded = decodeFrame(frame);
  const payload = decoded.ok ? decoded.jws.toString('latin1').split('.')[1] : undefined;
  const parsed = payload === undefined ? undefined : parseManifest(Buffer.from(payload, 'base64url'));
  return parsed?.ok ? { claimedMessageId: parsed.manifest.messageId } : {};
}
