import type { CanonicalMessage, CanonicalOf } from '#model';
import { findKeys, MAX_INDEXED_KEYS } from './key-groups.ts';

/**
 * What a message is about. `order` keeps messages of one matter in sequence on a link; `all` travels in the signed manifest;
 * `index` begins with `all` and lets people find it; `groups` are places in `index` that belong together (key-groups.ts).
 */
export interface BusinessKeys {
  readonly order?: string;
  readonly all: readonly string[];
  readonly index: readonly string[];
  readonly groups: readonly (readonly number[])[];
}

/** Keys of what is about nothing we can name. */
export const NO_KEYS: BusinessKeys = { all: [], index: [], groups: [] };

/** What stands before the colon of a key. */
export const KEY_SCHEMES = [
  'bill',
  'note',
  'equipment',
  'wagon',
  'declaration',
  'train',
  'journey',
  'call',
  'document',
  'delivery-order',
  'transfer-list',
  'tally',
  'customs-envelope',
  'examination',
  'boarding',
  'attorney',
  'invoice',
  'contract',
  'fee-schedule',
  'reference-data',
  'object',
] as const;
export type KeyScheme = (typeof KEY_SCHEMES)[number];

const SCHEMES: ReadonlySet<string> = new Set(KEY_SCHEMES);
export const isKeyScheme = (text: string): text is KeyScheme => SCHEMES.has(text);

/** At most this many keys travel in a signed manifest; the rest is found through the payload. */
const MAX_KEYS = 64;

type KeysOf<T extends CanonicalMessage['type']> = (message: Extract<CanonicalMessage, { type: T }>) => (string | undefined)[];

const key = (scheme: KeyScheme, value: string | undefined) => (value ? `${scheme}:${value}` : undefined);
const journey = (movement: { id?: string | undefined; usedTransportMeans?: { id?: string | undefined } | undefined } | undefined) =>
  movement?.id ? `journey:${movement.usedTransportMeans?.id ?? ''}/${movement.id}` : undefined;

/** A voyage or train, and the bills it is about. */
const cargoKeys = (m: {
  mainCarriageTransportMovement?: Parameters<typeof journey>[0];
  consignment?: readonly { transportContractDocument?: { id?: string | undefined } | undefined }[] | undefined;
}) => [
  journey(m.mainCarriageTransportMovement),
  ...(m.consignment ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
];

/** Containers a terminal moves: by the call of the vessel, or the container where it came by road. */
const movementKeys = (m: CanonicalOf<'EquipmentMovementReport'> | CanonicalOf<'EquipmentMovementOrder'>) => [
  journey(m.mainCarriageTransportMovement),
  key('bill', m.transportContractDocument?.id),
  ...(m.consignment ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
  ...(m.usedTransportEquipment ?? []).slice(0, MAX_KEYS).map((e) => key('equipment', e.id)),
];

/** Both bills of a transhipment. */
const transhipmentKeys = ({ importLeg, exportLeg }: NonNullable<CanonicalOf<'TranshipmentPermitResponse'>['relation']>[number]) => [
  key('bill', importLeg?.consignment?.transportContractDocument?.id),
  key('bill', exportLeg?.consignment?.transportContractDocument?.id),
];

/** A train goes by the key of its consist, so that its plan, arrival and departure keep their order with it. */
const trainOrJourney = (movement: CanonicalOf<'ConveyanceReport'>['mainCarriageTransportMovement']) => {
  const byRail = movement?.trainIndex !== undefined || (movement?.modeCode?.listId === 'UN-Rec19' && movement.modeCode.value === '2');
  return byRail ? key('train', movement.trainIndex ?? movement.id) : journey(movement);
};

const equipmentKeys = (equipment: readonly { id: string }[] | undefined) =>
  (equipment ?? []).slice(0, MAX_KEYS).map(({ id }) => key('equipment', id));
const documentKeys = (scheme: KeyScheme, documents: readonly { id?: string | undefined }[]) =>
  documents.slice(0, MAX_KEYS).map(({ id }) => key(scheme, id));

/** What a milestone happened to (list MilestoneObject), by the scheme under which messages about it are found. */
const MILESTONE_SCHEMES: Readonly<Record<string, KeyScheme>> = {
  V: 'call',
  B: 'bill',
  E: 'equipment',
  D: 'declaration',
  N: 'note',
  T: 'train',
  W: 'equipment',
  X: 'customs-envelope',
};
const objectKey = ({ typeCode, id }: CanonicalOf<'MilestoneEvent'>['object']) => key(MILESTONE_SCHEMES[typeCode.value] ?? 'object', id);

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
    key('declaration', m.declarationId?.id),
    ...(m.equipmentId ?? []).slice(0, MAX_KEYS).map((id) => key('equipment', id)),
  ],
  Acknowledgement: (m) => [key('document', m.acknowledgedDocument.id)],
  GoodsDeclaration: (m) => [
    key('declaration', m.platformId ?? m.id ?? m.header.messageId),
    key('declaration', m.id),
    key('bill', m.goodsShipment?.consignment?.transportContractDocument?.id),
  ],
  TransitDeclaration: (m) => [
    key('declaration', m.id ?? m.header.messageId),
    ...(m.goodsShipment ?? []).slice(0, MAX_KEYS).map((shipment) => key('note', shipment.transportContractDocument?.id)),
  ],
  PreliminaryInformation: (m) => [
    key('train', m.mainCarriageTransportMovement?.trainIndex) ?? key('document', m.header.messageId),
    ...(m.goodsShipment ?? []).slice(0, MAX_KEYS).map((shipment) => key('note', shipment.transportContractDocument?.id)),
  ],
  DeclarationResponse: (m) => [
    key('declaration', m.platformId ?? m.declarationId ?? m.acknowledgedMessageId),
    key('declaration', m.declarationId),
    key('declaration', m.acknowledgedMessageId),
  ],
  PowerOfAttorney: (m) => [key('attorney', m.header.messageId), key('bill', m.transportContractDocumentId)],
  PowerOfAttorneyResponse: (m) => [key('attorney', m.agreementId)],
  TallyReport: cargoKeys,
  DiversionApplication: cargoKeys,
  CargoChangeApplication: cargoKeys,
  EmptyContainerMovement: cargoKeys,
  ContainerPackingList: (m) => [
    journey(m.mainCarriageTransportMovement),
    ...(m.usedTransportEquipment ?? []).slice(0, MAX_KEYS).map((e) => key('equipment', e.id)),
  ],
  TranshipmentPermit: (m) => (m.relation ?? []).slice(0, MAX_KEYS).flatMap(transhipmentKeys),
  TranshipmentPermitResponse: (m) => (m.relation ?? []).slice(0, MAX_KEYS).flatMap(transhipmentKeys),
  ConveyanceReport: (m) => [
    trainOrJourney(m.mainCarriageTransportMovement),
    ...(m.usedTransportEquipment ?? []).slice(0, MAX_KEYS).map((e) => key('equipment', e.id)),
  ],
  EquipmentMovementReport: movementKeys,
  EquipmentMovementOrder: movementKeys,
  StowagePlan: (m) => [journey(m.mainCarriageTransportMovement)],
  TransportStatusReport: (m) => (m.consignment ?? []).slice(0, MAX_KEYS).map((c) => key('bill', c.transportContractDocument?.id)),
  CommercialInvoice: (m) => [key('invoice', m.id), key('note', m.transportContractDocument?.id), key('contract', m.contractDocument?.id)],
  DeliveryOrder: (m) => [
    key('delivery-order', m.id),
    key('bill', m.transportContractDocument.id),
    ...equipmentKeys(m.usedTransportEquipment),
  ],
  // Out and in of one container keep their order.
  EquipmentInterchangeReceipt: (m) => [
    ...equipmentKeys(m.usedTransportEquipment),
    key('delivery-order', m.deliveryOrderId),
    key('bill', m.transportContractDocument?.id),
  ],
  YardEntryTally: (m) => [
    key('tally', m.id),
    key('train', m.mainCarriageTransportMovement?.trainIndex ?? m.mainCarriageTransportMovement?.id),
    ...equipmentKeys(m.usedTransportEquipment),
  ],
  CustomsEnvelope: (m) => [
    key('customs-envelope', m.id),
    key('train', m.mainCarriageTransportMovement?.trainIndex ?? m.mainCarriageTransportMovement?.id),
    ...documentKeys('declaration', m.customsDocument),
    ...equipmentKeys(m.usedTransportEquipment),
  ],
  CustomsEnvelopeReceipt: (m) => [key('customs-envelope', m.envelopeId)],
  CustomsEnvelopeCloseOut: (m) => [key('customs-envelope', m.envelopeId), ...equipmentKeys(m.usedTransportEquipment)],
  ExaminationOrder: (m) => [
    key('examination', m.id),
    key('declaration', m.customsDocument?.id),
    key('bill', m.transportContractDocument?.id),
    ...equipmentKeys(m.usedTransportEquipment),
  ],
  ExaminationReport: (m) => [
    key('examination', m.examinationOrderId),
    key('declaration', m.customsDocument?.id),
    ...m.event.slice(0, MAX_KEYS).map(({ equipmentId }) => key('equipment', equipmentId)),
  ],
  JointBoardingPlan: (m) => [key('boarding', m.id), journey(m.mainCarriageTransportMovement)],
  JointBoardingPlanResponse: (m) => [key('boarding', m.planId)],
  JointBoardingResult: (m) => [key('boarding', m.planId), journey(m.mainCarriageTransportMovement)],
  MilestoneEvent: (m) => [objectKey(m.object), ...(m.relatedObject ?? []).slice(0, MAX_KEYS).map(objectKey)],
  FeeSchedule: (m) => [key('fee-schedule', m.id)],
  ReferenceData: (m) => [key('reference-data', m.listId)],
};

/**
 * Messages about a voyage that speak of the bills they name and of no other bill of it. They keep the order of the voyage on the way; but a
 * newer one takes nothing from an older one of other bills, so the older one may still be sent.
 */
export const BY_BILL: readonly CanonicalMessage['type'][] = [
  'Manifest',
  'ArrivalReport',
  'ManifestResponse',
  'TallyReport',
  'DiversionApplication',
  'CargoChangeApplication',
];

/** Keys of several messages in one payload: the first orders, all are found. */
export function mergedKeys(several: readonly BusinessKeys[]): BusinessKeys {
  const [first, ...rest] = several;
  if (!first || rest.length === 0) return first ?? NO_KEYS;
  const all = [...new Set(several.flatMap((keys) => keys.all))].slice(0, MAX_KEYS);
  const index = [...new Set([...all, ...several.flatMap((keys) => keys.index)])].slice(0, MAX_INDEXED_KEYS);
  const places = new Map(index.map((name, place) => [name, place]));
  const groups = several.flatMap((keys) => keys.groups.map((group) => group.flatMap((place) => places.get(keys.index[place] ?? '') ?? [])));
  return { ...first, all, index, groups: groups.filter(({ length }) => length > 1) };
}

/** Keys of a message, duplicates removed; `all` has at most 64. */
export function businessKeys(message: CanonicalMessage): BusinessKeys {
  const keysOf = KEYS[message.type] as KeysOf<CanonicalMessage['type']>;
  const all = [...new Set(keysOf(message as never).filter((value) => value !== undefined))].slice(0, MAX_KEYS);
  const found = { all, ...findKeys(message, all) };
  return all[0] === undefined ? found : { order: all[0], ...found };
}
