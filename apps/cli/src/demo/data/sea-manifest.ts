import { element, type Element } from './xml-text.ts';
import { containerNumber } from './numbers.ts';

export const CONTAINERS = 321;
const MASS_KG = 3_140;

export interface SeaManifestOptions {
  readonly messageId: string;
  readonly bill: string;
  /** The ship's journey; the demo's own where none is given. */
  readonly journey?: string;
  readonly containers: number;
  readonly now: Date;
}

/** The parts of the document that a test may want to spoil. */
export interface SeaManifest {
  readonly carrier: Element | undefined;
  readonly totalMass: string;
  readonly itemMass: string;
  /** Seals of the first container. */
  readonly seals: readonly string[];
  readonly containers: readonly string[];
  /** Containers the one goods item names. */
  readonly linked: readonly string[];
}

export function seaManifest({ containers }: Pick<SeaManifestOptions, 'containers'>): SeaManifest {
  const numbers = Array.from({ length: containers }, (_, index) => containerNumber('LYGU', 700_000 + index * 7));
  return {
    carrier: element('Carrier', element('ID', 'EXL')),
    totalMass: String(containers * MASS_KG),
    itemMass: String(containers * MASS_KG),
    seals: ['LB0001'],
    containers: numbers,
    linked: numbers,
  };
}

/** The customs manifest MT1101 (original data, function 9) in the provincial wrapper, as a port community system sends it. */
export function mftMessage(options: SeaManifestOptions, content: SeaManifest = seaManifest(options)): Buffer {
  const { messageId, now } = options;
  const head = element(
    'Head',
    element('MessageID', messageId),
    element('FunctionCode', '9'),
    element('MessageType', 'MT1101'),
    element('SenderID', '2300LYG000001_LB0000001'),
    element('ReceiverID', '2300'),
    element('SendTime', beijing(now, 17)),
    element('Version', '1.0'),
  );
  const wrapper = element(
    'MFTHead',
    element('PlatId', '0'),
    element('SignInfo', 'A'.repeat(64)),
    element('CopCode', 'LYG000001'),
    element('Note1', '1'),
    element('Note2', ''),
  );
  const manifest = element('Manifest', head, declaration(options, content));
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${element('MFTMessage', wrapper, element('MFTData', manifest))}\n`);
}

function declaration({ bill, journey = 'LB2647E', now }: SeaManifestOptions, content: SeaManifest): Element {
  return element(
    'Declaration',
    element('RepresentativePerson', element('Name', '2300LYG000001')),
    element('ExitCustomsOffice', element('ID', 'HKHKG')),
    element('Agent', element('ID', '2300LYG000001')),
    content.carrier ?? '',
    element(
      'BorderTransportMeans',
      element('JourneyID', journey),
      element('TypeCode', '1'),
      element('ID', 'UN9074729'),
      element('Name', 'LANDBRIDGE DEMO'),
      element('FirstArrivalLocationID', 'CNLYG/2300'),
      element('ArrivalDateTime', beijing(hours(now, 26), 14)),
      element('DepartureDateTime', beijing(hours(now, -20), 14)),
    ),
    consignment(bill, now, content),
  );
}

function consignment(bill: string, now: Date, content: SeaManifest): Element {
  const { totalMass, itemMass, seals, containers, linked } = content;
  return element(
    'Consignment',
    element('TransportContractDocument', element('ID', bill), element('ConditionCode', '10')),
    element('LoadingLocation', element('ID', 'HKHKG'), element('LoadingDate', beijing(hours(now, -24), 14))),
    element('UnloadingLocation', element('ID', 'CNLYG/2300'), element('ArrivalDate', beijing(hours(now, 26), 8))),
    element('GoodsReceiptPlace', element('ID', 'HKHKG')),
    element('RoutingCountryCode', 'HK'),
    element('RoutingCountryCode', 'CN'),
    element('CustomsStatusCode', '004'),
    element('FreightPayment', element('MethodCode', 'CC')),
    element('ConsignmentPackaging', element('QuantityQuantity', String(containers.length)), element('TypeCode', 'UN')),
    element('TotalGrossMassMeasure', totalMass),
    element(
      'Consignee',
      element('ID', 'LYGA'),
      element('Name', '连云港示例货运代理有限公司'),
      element('Address', element('Line', '连云港')),
    ),
    element('Consignor', element('Name', 'EXAMPLE SHIPPER LTD'), element('Address', element('Line', 'HONG KONG'))),
    ...containers.map((number, index) => equipment(number, index === 0 ? seals : [`LB${String(index + 1).padStart(4, '0')}`])),
    element(
      'ConsignmentItem',
      element('SequenceNumeric', '1'),
      element(
        'ConsignmentItemPackaging',
        element('QuantityQuantity', String(containers.length)),
        element('TypeCode', 'UN'),
        element('MarksNumbers', 'N/M'),
      ),
      element('Commodity', element('CargoDescription', 'EMPTY CONTAINERS 空集装箱')),
      element('GoodsMeasure', element('GrossMassMeasure', itemMass)),
      ...linked.map((number) => element('EquipmentIdentification', element('ID', number))),
    ),
  );
}

const equipment = (number: string, seals: readonly string[]): Element =>
  element(
    'TransportEquipment',
    element('EquipmentIdentification', element('ID', number)),
    element('CharacteristicCode', '22G1'),
    element('SupplierPartyTypeCode', '2'),
    element('FullnessCode', '4'),
    ...seals.map((seal) => element('SealID', seal)),
  );

const hours = (time: Date, count: number): Date => new Date(time.getTime() + count * 3_600_000);

/** Beijing time in digits, as the manifest system writes it: 8, 14 or 17 of them. */
export const beijing = (time: Date, length: number): string => hours(time, 8).toISOString().replaceAll(/\D/g, '').slice(0, length);
