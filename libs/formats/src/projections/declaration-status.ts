import { MODEL_VERSION, type CanonicalOf } from '#model';
import { derivedId } from './derived-id.ts';

type Response = CanonicalOf<'DeclarationResponse'>;
type Clearance = CanonicalOf<'ClearanceStatus'>;

/**
 * Status of a Chinese declaration (CHANNEL) to WCO response function, only where the meaning is the same: received,
 * returned, inspection, released in its five forms, cleared, deleted, duty due. A code that is not here stays what it is,
 * in its own list, and so is never taken for a success.
 */
const RESPONSE_FUNCTION: Readonly<Record<string, string>> = {
  L: '02',
  E: '03',
  C: '05',
  P: '08',
  K: '08',
  F: '08',
  I: '08',
  W: '08',
  R: '09',
  A: '10',
  D: '10',
  T: '13',
};

/** A notice of customs about a declaration as a clearance status. What the platform or the client says is none. */
export function declarationStatus(response: Response): Clearance[] {
  const { kind, status, header, noticeDateTime, declarationId, customsOffice } = response;
  if (kind !== 'status' || !status) return [];
  const known = status.code.listId === 'CN-DeclarationChannel' ? RESPONSE_FUNCTION[status.code.value] : undefined;
  return [
    {
      model: MODEL_VERSION,
      type: 'ClearanceStatus',
      header: {
        messageId: derivedId('S', header.messageId),
        functionCode: { value: '11', listId: 'UN-1225' },
        ...(header.senderId !== undefined && { senderId: header.senderId }),
        ...(noticeDateTime !== undefined && { issueDateTime: noticeDateTime }),
        refToMessageId: header.messageId,
      },
      statusCode: known === undefined ? status.code : { value: known, listId: 'WCO-ResponseFunction' },
      nationalStatusCode: status.code,
      ...(status.text !== undefined && { statusText: status.text }),
      ...(declarationId !== undefined && { declarationId: { id: declarationId } }),
      ...(noticeDateTime !== undefined && { occurrenceDateTime: noticeDateTime }),
      ...(customsOffice && { customsOffice }),
    },
  ];
}
