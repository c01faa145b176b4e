import type { ArrivalReport, Code, Manifest, ManifestResponse } from '#model';
import { MODEL_VERSION } from '#model';
import { newMessageId } from '#trust';

/** Receipt codes of the manifest system (list CC020) that the demo plays. */
export const ACCEPTED = { code: { value: '01', listId: 'CC020' }, text: '海关接受申报' } as const;
export const BILL_RELEASED = { code: { value: '11', listId: 'CC020' }, text: '提运单放行' } as const;

type Status = { readonly code: Code; readonly text: string };

/** Customs' answer to a manifest or arrival report: the same status for the whole and for every bill and container reported. */
export function manifestResponse(about: Manifest | ArrivalReport, status: Status, now: Date): ManifestResponse {
  const { header, mainCarriageTransportMovement: movement, consignment } = about;
  const means = movement?.usedTransportMeans?.id;
  const equipment = about.type === 'ArrivalReport' ? about.usedTransportEquipment : undefined;
  return {
    model: MODEL_VERSION,
    type: 'ManifestResponse',
    header: {
      messageId: header.messageId || newMessageId(now),
      functionCode: header.functionCode,
      ...(header.typeCode ? { typeCode: header.typeCode } : {}),
      ...(header.recipientId === undefined ? {} : { senderId: header.recipientId }),
      ...(header.senderId === undefined ? {} : { recipientId: header.senderId }),
      issueDateTime: now.toISOString(),
      version: header.version ?? '1.0',
    },
    mainCarriageTransportMovement: {
      ...(movement?.id === undefined ? {} : { id: movement.id }),
      ...(means === undefined ? {} : { usedTransportMeans: { id: means } }),
    },
    ...(consignment
      ? {
          consignmentStatus: consignment.map(({ transportContractDocument, associatedDocument }) => ({
            ...(transportContractDocument?.id === undefined ? {} : { transportContractDocument: { id: transportContractDocument.id } }),
            ...(associatedDocument?.id === undefined ? {} : { associatedDocument: { id: associatedDocument.id } }),
            status,
          })),
        }
      : {}),
    ...(equipment ? { equipmentStatus: equipment.map(({ id }) => ({ id, status })) } : {}),
    status,
  };
}
