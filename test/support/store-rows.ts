import { createHash, randomUUID } from 'node:crypto';
import type { BatchCommit, EnvelopeRow, InboxRow, OutboxRow, QuarantineRow, ReceiptRow, StatusNoticeRow } from '#exchange';

/** Synthetic rows for tests of the store: every field filled, each overridable. */
export const AT = new Date('2026-03-01T08:00:00.000Z');
export const LATER = new Date('2026-03-01T09:00:00.000Z');
export const DEADLINE = new Date('2026-03-04T08:00:00.000Z');

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

export function batch(parts: Partial<BatchCommit> = {}): BatchCommit {
  return {
    inbox: [],
    quarantine: [],
    duplicates: [],
    outbox: [],
    receipts: [],
    moves: [],
    events: [],
    notices: [],
    envelopes: [],
    closings: [],
    heads: [],
    ...parts,
  };
}

export function inboxRow(parts: Partial<InboxRow> = {}): InboxRow {
  const messageId = parts.messageId ?? randomUUID();
  return {
    sender: 'NSW',
    messageId,
    link: 'nsw',
    manifestDigest: digest(`manifest ${messageId}`),
    jwsDigest: digest(`jws ${messageId}`),
    linkSequence: 1,
    kid: 'nsw-2026',
    frame: Buffer.from(`frame of ${messageId}`),
    type: 'MT1101',
    functionCode: '9',
    canonicalType: 'manifest',
    conversationId: randomUUID(),
    orderKey: 'BILL-1',
    businessKeys: ['BILL-1', 'MSKU0000000'],
    mapping: { id: 'customs-mt1101', version: '1', digest: digest('mapping') },
    test: false,
    priority: 'B',
    state: 'routed',
    issues: [],
    receivedAt: AT,
    ...parts,
  };
}

export function outboxRow(parts: Partial<OutboxRow> = {}): OutboxRow {
  const messageId = parts.messageId ?? randomUUID();
  return {
    messageId,
    link: 'khorgos',
    kind: 'message',
    type: 'IFTMIN',
    canonicalType: 'rail-consignment-note',
    businessKeys: ['NOTE-1'],
    frame: Buffer.from(`outbound ${messageId}`),
    manifestDigest: digest(`manifest ${messageId}`),
    priority: 'B',
    test: false,
    state: 'ready',
    deadline: DEADLINE,
    createdAt: AT,
    ...parts,
  };
}

export function receiptRow(parts: Partial<ReceiptRow> = {}): ReceiptRow {
  const receiptId = parts.receiptId ?? randomUUID();
  return {
    receiptId,
    link: 'nsw',
    direction: 'issued',
    issuer: 'LSW',
    aboutSender: 'NSW',
    aboutMessageId: randomUUID(),
    levels: ['R1', 'R2'],
    status: 'accepted',
    jws: Buffer.from(`receipt ${receiptId}`),
    at: AT,
    ...parts,
  };
}

export function quarantineRow(parts: Partial<QuarantineRow> = {}): QuarantineRow {
  const frame = parts.frame ?? Buffer.from('forged');
  return {
    link: 'nsw',
    sha256: createHash('sha256').update(frame).digest('hex'),
    frame,
    code: 'SIGNATURE_INVALID',
    reason: 'the signature does not verify',
    receivedAt: AT,
    ...parts,
  };
}

export function noticeRow(parts: Partial<StatusNoticeRow> = {}): StatusNoticeRow {
  return {
    subject: 'declaration:020120260000000001',
    listId: 'CN-DeclarationChannel',
    code: 'L',
    dateTime: '2026-03-01T16:00:00+08:00',
    sender: 'NSW',
    messageId: randomUUID(),
    receivedAt: AT,
    ...parts,
  };
}

export function envelopeRow(parts: Partial<EnvelopeRow> = {}): EnvelopeRow {
  const id = parts.id ?? 'GF-2026-0001';
  const office = (value: string, name: string) => ({ id: { value, listId: 'CN-CustomsOffice' }, name });
  return {
    sender: 'NSW',
    messageId: randomUUID(),
    id,
    validUntil: LATER,
    receivedAt: AT,
    document: {
      model: '1',
      type: 'CustomsEnvelope',
      header: { messageId: id, functionCode: { value: '9', listId: 'UN-1225' } },
      id,
      issueDateTime: AT.toISOString(),
      issuingCustomsOffice: office('2301', '连云港海关'),
      destinationCustomsOffice: office('9405', '霍尔果斯海关'),
      validityPeriod: { endDateTime: LATER.toISOString() },
      customsDocument: [{ id: '230120260000000001' }],
    } as unknown as EnvelopeRow['document'],
    ...parts,
  };
}
