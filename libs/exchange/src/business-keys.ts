import type { CanonicalMessage } from '#model';

/** What a message is about. `order` keeps messages of one matter in sequence on a link; `all` lets people find them. */
export interface BusinessKeys {
  readonly order?: string;
  readonly all: readonly string[];
}

/** At most this many keys travel in a signed manifest; the rest is found through the payload. */
const MAX_KEYS = 64;

type KeysOf<T extends CanonicalMessage['type']> = (message: Extract<CanonicalMessage, { type: T }>) => (string | undefined)[];

const key = (scheme: string, value: string | undefined) => (value ? `${scheme}:${value}` : undefined);
const journey = (movement: { id?: string | undefined; usedTransportMeans?: { id?: string | undefined } | undefined } | undefined) =>
  movement?.id ? `journey:${movement.usedTransportMeans?.id ?? ''}/${movement.id}` : undefined;

/** One row a message type; the first key present orders. A voyage or train orders its manifests and answers, a note its own. */
const KEYS: { [T in CanonicalMessage['type']]: KeysOf<T> } = {
  Manifest: (m) => [
    journey(m.mainCarriageTransportMovement),
    ...(m.consignment ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
  ],
  ArrivalReport: (m) => [
    journey(m.mainCarriageTransportMovement),
    ...(m.consignment ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
  ],
  ManifestResponse: (m) => [
    journey(m.mainCarriageTransportMovement),
    ...(m.consignmentStatus ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
  ],
  RailConsignmentNote: (m) => [
    key('note', m.transportContractDocument.id),
    ...(m.usedTransportEquipment ?? []).slice(0, MAX_KEYS).map((e) => key('equipment', e.id)),
  ],
  TrainConsist: (m) => [
    key('train', m.mainCarriageTransportMovement.trainIndex ?? m.mainCarriageTransportMovement.id),
    ...m.consignmentNote.slice(0, MAX_KEYS).map((note) => key('note', note.transportContractDocument.id)),
  ],
  WagonTransferList: (m) => [key('transfer-list', m.transferDocument.id), key('train', m.mainCarriageTransportMovement?.id)],
  ClearanceStatus: (m) => [
    key('bill', m.transportContractDocument?.id),
    ...(m.equipmentId ?? []).slice(0, MAX_KEYS).map((id) => key('equipment', id)),
  ],
  Acknowledgement: (m) => [key('document', m.acknowledgedDocument.id)],
};

/** Keys of a message, duplicates removed, at most 64. */
export function businessKeys(message: CanonicalMessage): BusinessKeys {
  const keysOf = KEYS[message.type] as KeysOf<CanonicalMessage['type']>;
  const all = [...new Set(keysOf(message as never).filter((value) => value !== undefined))].slice(0, MAX_KEYS);
  return all[0] === undefined ? { all } : { order: all[0], all };
}
