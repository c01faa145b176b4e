import { MODEL_VERSION, type CanonicalOf } from '#model';
import { derivedId } from './derived-id.ts';

type Response = CanonicalOf<'ManifestResponse'>;
type Status = NonNullable<Response['status']>;
type Clearance = CanonicalOf<'ClearanceStatus'>;

/**
 * Receipt code (CC020) to WCO response function, only where the meaning is the same: accepted, received and waiting,
 * rejected, bill released. 12 (loading refused) and 13 (unloading forbidden) have no counterpart. A code that is not here
 * stays what it is, in its own list, and so is never taken for a success.
 */
const RESPONSE_FUNCTION: Readonly<Record<string, string>> = { '01': '01', '02': '02', '03': '03', '11': '08' };

/**
 * A customs receipt as statuses: one for each bill, one for all containers of the same code, one for the message as a
 * whole. The overall code and the codes of the lines are independent facts; none is derived from another.
 */
export function clearanceStatus(response: Response): Clearance[] {
  const statuses: Omit<Clearance, 'model' | 'type' | 'header'>[] = [];
  for (const { status, transportContractDocument, associatedDocument } of response.consignmentStatus ?? []) {
    if (status)
      statuses.push({
        ...described(status, response),
        ...(transportContractDocument && { transportContractDocument }),
        ...(associatedDocument && { associatedDocument }),
      });
  }
  for (const { status, ids } of byCode(response)) statuses.push({ ...described(status, response), equipmentId: ids });
  if (response.status) statuses.push(described(response.status, response));
  return statuses.map((status, index) => ({ model: MODEL_VERSION, type: 'ClearanceStatus', header: header(response, index), ...status }));
}

function byCode(response: Response): { status: Status; ids: string[] }[] {
  const groups = new Map<string, { status: Status; ids: string[] }>();
  for (const { id, status } of response.equipmentStatus ?? []) {
    if (!status || id === undefined) continue;
    const key = JSON.stringify([status.code.listId, status.code.value, status.text]);
    const group = groups.get(key);
    if (group) group.ids.push(id);
    else groups.set(key, { status, ids: [id] });
  }
  return [...groups.values()];
}

function described(
  { code, text }: Status,
  response: Response,
): Pick<Clearance, 'statusCode' | 'nationalStatusCode' | 'statusText' | 'occurrenceDateTime'> {
  const known = code.listId === 'CC020' ? RESPONSE_FUNCTION[code.value] : undefined;
  const { issueDateTime } = response.header;
  return {
    statusCode: known === undefined ? code : { value: known, listId: 'WCO-ResponseFunction' },
    nationalStatusCode: code,
    ...(text !== undefined && { statusText: text }),
    ...(issueDateTime !== undefined && { occurrenceDateTime: issueDateTime }),
  };
}

/** A receipt echoes the number of the message it answers, so the time tells receipts of one message apart. */
function header(response: Response, index: number): Clearance['header'] {
  const { messageId, issueDateTime, senderId, recipientId } = response.header;
  return {
    messageId: derivedId(
      'S',
      messageId,
      issueDateTime ?? '',
      JSON.stringify([response.consignmentStatus, response.equipmentStatus, response.status]),
      String(index),
    ),
    functionCode: { value: '11', listId: 'UN-1225' },
    ...(senderId !== undefined && { senderId }),
    ...(recipientId !== undefined && { recipientId }),
    ...(issueDateTime !== undefined && { issueDateTime }),
    refToMessageId: messageId,
  };
}
