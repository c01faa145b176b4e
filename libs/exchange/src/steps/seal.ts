import { createHash } from 'node:crypto';
import type { Issue, Link } from '#model';
import {
  derivedMessageId,
  partDigests,
  sealMessage,
  sealReceipt,
  sealTranslation,
  type Manifest,
  type Part,
  type ReceiptLevel,
  type ReceiptStatus,
  type Signer,
  type VerifiedMessage,
} from '#trust';
import type { LinkHead, OutboxRow, ReceiptRow, ReceiptSubject } from '../ports/exchange-store.port.ts';
import { attachmentsOf } from './attachments.ts';
import type { Onward } from './understand.ts';

export interface SealOptions {
  readonly gateway: string;
  readonly signer: Signer;
  readonly now: Date;
  /** Version of the code lists and directories a translation used. */
  readonly referenceDataVersion: string;
}

/** An outbox row but for the decision whether the relay takes it at once. */
export type SealedRow = Omit<OutboxRow, 'state'>;

/** What receipts of ours and of partners say about a verified message. */
export function subjectOf({
  manifest,
  jwsDigest,
  manifestDigest,
}: Pick<VerifiedMessage, 'manifest' | 'jwsDigest' | 'manifestDigest'>): ReceiptSubject {
  return {
    messageId: manifest.messageId,
    from: manifest.from.party,
    to: manifest.to.party,
    jwsDigest,
    manifestDigest,
    parts: partDigests(manifest),
  };
}

/** How a message differs from the one its source first became. */
export interface SealedAgain {
  /** Part of its id: another one for each replay, the same whenever one replay is tried again. */
  readonly mark: string;
  /** The message in whose place it stands. */
  readonly replaces?: string;
  /** A person changed the payload: it is not claimed to be a translation. */
  readonly edited?: boolean;
}

/**
 * Signs one onward message as the next of its link. Its id derives from the source, the destination, the mapping and its
 * place, so planning the batch again makes the same message; attempt numbers and queue names are not in it. `superseded`: the
 * receiver was told a later state of the matter before.
 */
export function sealOnward(
  source: VerifiedMessage,
  sourceLink: Pick<Link, 'id' | 'carriedEvidence'>,
  onward: Onward,
  head: LinkHead,
  superseded: boolean,
  options: SealOptions,
  again?: SealedAgain,
): { row: SealedRow; next: LinkHead } {
  const { gateway, signer, now, referenceDataVersion } = options;
  const { manifest } = source;
  const { link, route, mapping, keys } = onward;
  const messageId = derivedMessageId(
    manifest.messageId,
    manifest.from.party,
    route.to,
    route.projection ?? '',
    `${mapping.id} ${mapping.version}`,
    `${onward.index}`,
    again?.mark ?? '0',
  );
  const deadline = new Date(now.getTime() + link.delivery.deadlineHours * 3_600_000);
  const sequence = head.sequence + 1;
  const sealed = sealMessage(
    {
      messageId,
      conversationId: manifest.conversationId,
      ...(again?.replaces === undefined ? {} : { refTo: again.replaces }),
      from: { party: gateway },
      to: { party: route.to },
      messageType: { type: mapping.id, version: mapping.version },
      created: now.toISOString(),
      notAfter: deadline.toISOString(),
      priority: route.priority,
      test: link.test,
      link: sequence === 1 ? { sequence } : { sequence, previous: head.manifestDigest },
      businessKeys: keys.all.map(keyEntry),
      ...(again?.edited
        ? {}
        : {
            translatedFrom: {
              sender: manifest.from.party,
              messageId: manifest.messageId,
              manifestDigest: source.manifestDigest,
              mapping: { id: mapping.id, version: mapping.version, digest: mapping.digest },
              referenceDataVersion,
            },
          }),
      ...(superseded && { superseded }),
    },
    partsOf(source, sourceLink, onward),
    signer,
    now,
  );
  const translation = again?.edited
    ? undefined
    : sealTranslation(
        {
          source,
          result: sealed,
          readBy: onward.readBy,
          ...(route.projection === undefined ? {} : { projection: route.projection }),
          index: onward.index,
          writtenBy: mapping,
          ...(onward.envelope === undefined ? {} : { envelope: onward.envelope }),
          referenceDataVersion,
        },
        signer,
        now,
      );
  const row: SealedRow = {
    messageId,
    link: link.id,
    kind: 'message',
    linkSequence: sequence,
    ...(sequence > 1 && { previousDigest: head.manifestDigest }),
    ...(keys.order === undefined ? {} : { orderKey: keys.order }),
    type: mapping.id,
    functionCode: onward.functionCode,
    canonicalType: onward.canonicalType,
    correlationId: manifest.conversationId,
    businessKeys: keys.index,
    frame: sealed.frame,
    kid: signer.kid,
    manifestDigest: sealed.manifestDigest,
    expectation: { ...subjectOf(sealed), answerTo: { ...subjectOf(source), link: sourceLink.id } },
    source: { sender: manifest.from.party, messageId: manifest.messageId },
    mapping,
    ...(translation && { translation }),
    priority: route.priority,
    test: link.test,
    deadline,
    ...answerDue(link.delivery.answerHours, now),
    createdAt: now,
  };
  return { row, next: { link: link.id, sequence, manifestDigest: sealed.manifestDigest } };
}

const answerDue = (hours: number | undefined, now: Date): { answerDue?: Date } =>
  hours === undefined ? {} : { answerDue: new Date(now.getTime() + hours * 3_600_000) };
/** The files that came with a document go on with the first message made of it for a receiver, unchanged. */
function partsOf(
  source: VerifiedMessage,
  sourceLink: Pick<Link, 'carriedEvidence'>,
  { index, mediaType, charset, payload }: Onward,
): Part[] {
  const files = index === 0 ? attachmentsOf(source.parts, sourceLink) : [];
  const taken = new Set(files.map(({ name }) => name));
  let name = 'document';
  for (let i = 2; taken.has(name); i += 1) name = `document-${i}`;
  return [
    { name, mediaType, charset, bytes: payload },
    ...files.map(({ name, mediaType, charset, bytes }) => ({ name, mediaType, charset, bytes })),
  ];
}

const keyEntry = (key: string): Manifest['businessKeys'][number] => {
  const colon = key.indexOf(':');
  return { type: key.slice(0, colon), value: key.slice(colon + 1).slice(0, 200) };
};

/** Signs a receipt of ours; returns what is kept and what is sent on the link it came from. */
export function sealReceiptRows(
  about: ReceiptSubject,
  answer: { levels: readonly ReceiptLevel[]; status: ReceiptStatus; issues: readonly Issue[]; receiptId: string; answer?: string },
  to: { link: string; priority: 'A' | 'B' | 'C'; test: boolean; deadlineHours: number },
  { gateway, signer, now }: SealOptions,
): { kept: ReceiptRow; row: SealedRow } {
  const { messageId, from } = about;
  const manifest = {
    messageId,
    from: { party: from },
    to: { party: about.to },
    parts: about.parts.map(({ name, algorithm, digest }) => ({ name, digestAlgorithm: algorithm, digest })),
  };
  const { jws } = sealReceipt(
    { manifest, manifestDigest: about.manifestDigest, jwsDigest: about.jwsDigest },
    { ...answer, issuedAt: now },
    signer,
  );
  const { receiptId, levels, status } = answer;
  return {
    kept: {
      receiptId,
      link: to.link,
      direction: 'issued',
      issuer: gateway,
      aboutSender: from,
      aboutMessageId: messageId,
      levels,
      status,
      jws,
      at: now,
    },
    row: {
      messageId: receiptId,
      link: to.link,
      kind: 'receipt',
      type: 'receipt',
      correlationId: messageId,
      businessKeys: [],
      frame: jws,
      kid: signer.kid,
      priority: to.priority,
      test: to.test,
      deadline: new Date(now.getTime() + to.deadlineHours * 3_600_000),
      createdAt: now,
    },
  };
}

/** Receipt ids derive from what they answer, so a plan made twice issues the same receipt. */
export function receiptIdFor(aboutMessageId: string, aboutSender: string, ...what: readonly string[]): string {
  return derivedMessageId(aboutMessageId, 'receipt', aboutSender, ...what);
}

/** Fingerprint of quarantined bytes. */
export const sha256Hex = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
