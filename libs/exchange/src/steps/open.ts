import type { ErrorCode, Issue, Link } from '#model';
import { exceptionCounts, issue } from '#model';
import {
  bodyKind,
  refuse,
  decodeFrame,
  openAnswer,
  openQuery,
  openReceipt,
  parseManifest,
  verifyMessage,
  type Answer,
  type BodyKind,
  type KeyDirectory,
  type Leniency,
  type LeniencyKind,
  type OpenedQuery,
  type Receipt,
  type VerifiedMessage,
} from '#trust';
import type { AgreementBook } from '../agreement-book.ts';
import type { InboundDelivery } from '../ports/transport.port.ts';
import type { Witnessed } from './witness.ts';
import type { SealedRow } from './seal.ts';

/** A receipt with the octets it was read from. */
export interface CarriedReceipt {
  readonly receipt: Receipt;
  readonly jws: Buffer;
}

/** A message whose sender and bytes are proven. */
export interface OpenedMessage {
  readonly kind: 'message';
  readonly delivery: InboundDelivery;
  readonly link: Link;
  readonly message: VerifiedMessage;
  /** Why an authentic message is refused before it is read: its time, its environment, or a signature its document carries. */
  readonly refusal?: Issue;
  /** What became of its foreign signatures (`witness`), and what its receipt says about them. */
  readonly witnessed?: readonly Witnessed[];
  readonly warnings?: readonly Issue[];
  /** Exceptions of the link it needed. */
  readonly leniency?: readonly LeniencyKind[];
}

/** What a delivery turned out to be once its signature was checked, and nothing more. `leniency`: exceptions of the link it needed. */
export type Opened = OpenedKind & { readonly leniency?: readonly LeniencyKind[] };

type OpenedKind =
  | OpenedMessage
  /** A document or statement about keys, taken in already; `reply` is to be sent with the commit. */
  | { readonly kind: 'keys'; readonly delivery: InboundDelivery; readonly link: Link; readonly reply?: SealedRow }
  /** An answer to a daily reconciliation of ours, kept already. */
  | { readonly kind: 'reconciliation'; readonly delivery: InboundDelivery; readonly link: Link }
  | { readonly kind: 'receipt'; readonly delivery: InboundDelivery; readonly link: Link; readonly receipt: Receipt }
  /** A partner asks whether we hold a message of its. */
  | {
      readonly kind: 'query';
      readonly delivery: InboundDelivery;
      readonly link: Link;
      readonly asked: Pick<OpenedQuery, 'query' | 'digest'>;
    }
  /** A partner answers a question of ours; its receipts are verified like any other. */
  | {
      readonly kind: 'answer';
      readonly delivery: InboundDelivery;
      readonly link: Link;
      readonly answer: Answer;
      readonly receipts: readonly CarriedReceipt[];
    }
  | {
      readonly kind: 'unproven';
      readonly delivery: InboundDelivery;
      readonly code: ErrorCode;
      readonly reason: string;
      readonly claimedMessageId?: string;
      readonly witnessed?: readonly Witnessed[];
    };

export interface OpenOptions {
  readonly book: AgreementBook;
  readonly directory: KeyDirectory;
  readonly now: Date;
}

/** What the link's exceptions forgive today. */
export function leniencyOf({ exceptions }: Link, now: Date): Leniency | undefined {
  const counting = exceptions.filter((exception) => exceptionCounts(exception, now));
  if (counting.length === 0) return undefined;
  const tolerance = counting.find((exception) => exception.kind === 'clock-tolerance');
  return {
    eddsaName: counting.some(({ kind }) => kind === 'eddsa-name'),
    ...(tolerance ? { toleranceSeconds: tolerance.seconds } : {}),
  };
}

const used = ({ leniency }: { readonly leniency?: readonly LeniencyKind[] }) => (leniency ? { leniency } : {});

/** Verifies a delivery against the keys of the link's partner. Never throws; unproven bytes are evidence of their own kind. */
export function open(delivery: InboundDelivery, { book, directory, now }: OpenOptions): Opened {
  const link = book.link(delivery.link);
  if (!link) return { kind: 'unproven', delivery, code: 'PARTY_UNKNOWN', reason: 'LINK_UNKNOWN' };
  const kind = bodyKind(delivery.frame);
  return kind === 'message'
    ? openMessage(delivery, link, { book, directory, now })
    : OPENERS[kind](delivery, link, { book, directory, now });
}

type Opener = (delivery: InboundDelivery, link: Link, options: OpenOptions) => Opened;

const OPENERS: Readonly<Record<Exclude<BodyKind, 'message'>, Opener>> = {
  // What is said about keys changes the directory, so the key exchange takes it in (pipeline.ts) and never this pure step.
  keys: (delivery) => ({ kind: 'unproven', delivery, ...refuse('TYPE_WRONG') }),
  // Held against the log, which is not at hand here: the reconciler takes it in (pipeline.ts).
  reconciliation: (delivery) => ({ kind: 'unproven', delivery, ...refuse('TYPE_WRONG') }),
  receipt: (delivery, link, { directory, now }) => {
    const opened = openReceipt(delivery.frame, directory, { now, issuer: link.partner, leniency: leniencyOf(link, now) });
    return opened.ok
      ? { kind: 'receipt', delivery, link, receipt: opened.receipt, ...used(opened) }
      : { kind: 'unproven', delivery, ...opened };
  },
  query: (delivery, link, { book, directory, now }) => {
    const opened = openQuery(delivery.frame, directory, { now, from: link.partner, to: book.gateway, leniency: leniencyOf(link, now) });
    return opened.ok ? { kind: 'query', delivery, link, asked: opened, ...used(opened) } : { kind: 'unproven', delivery, ...opened };
  },
  answer: (delivery, link, { book, directory, now }) => {
    const opened = openAnswer(delivery.frame, directory, { now, from: link.partner, to: book.gateway, leniency: leniencyOf(link, now) });
    if (!opened.ok) return { kind: 'unproven', delivery, ...opened };
    const receipts: CarriedReceipt[] = [];
    for (const jws of opened.receipts) {
      // The answer itself is signed with a good key; what it carries may be older than a rotation.
      const carried = openReceipt(jws, directory, { now, issuer: link.partner, purpose: 'evidence', leniency: leniencyOf(link, now) });
      if (!carried.ok) return { kind: 'unproven', delivery, ...carried };
      receipts.push({ receipt: carried.receipt, jws });
    }
    return { kind: 'answer', delivery, link, answer: opened.answer, receipts, ...used(opened) };
  },
};

function openMessage(delivery: InboundDelivery, link: Link, { book, directory, now }: OpenOptions): Opened {
  const verdict = verifyMessage(delivery.frame, directory, {
    addressee: book.gateway,
    sender: link.partner,
    test: link.test,
    now,
    maxBytes: link.limits.messageBytes,
    second: (link.secondSignature?.keys.length ?? 0) > 0,
    leniency: leniencyOf(link, now),
  });
  if (verdict.ok) return { kind: 'message', delivery, link, message: verdict, ...used(verdict) };
  if (verdict.authentic) return { kind: 'message', delivery, link, message: verdict.authentic, refusal: issue(verdict.code, '') };
  return { kind: 'unproven', delivery, code: verdict.code, reason: verdict.reason, ...claimedId(delivery.frame) };
}

/** The id an unproven message claims, to help a person find it. Believed by nobody. */
function claimedId(frame: Buffer): { claimedMessageId?: string } {
  const decoded = decodeFrame(frame);
  const payload = decoded.ok ? decoded.jws.toString('latin1').split('.')[1] : undefined;
  const parsed = payload === undefined ? undefined : parseManifest(Buffer.from(payload, 'base64url'));
  return parsed?.ok ? { claimedMessageId: parsed.manifest.messageId } : {};
}
