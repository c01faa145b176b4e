import type { CanonicalOf } from '#model';
import { MODEL_VERSION } from '#model';
import { chineseWagon, containerNumber, stationCode } from './numbers.ts';

type TrainConsist = CanonicalOf<'TrainConsist'>;
type Note = TrainConsist['consignmentNote'][number];
type Wagon = TrainConsist['wagon'][number];

const code = (value: string, listId: string) => ({ value, listId });
const kilograms = (value: number) => ({ value: String(value), unitCode: 'KGM' });

/** Wagons of each of the twelve notes: 41 together. */
const WAGONS_PER_NOTE = [4, 4, 4, 3, 3, 3, 3, 4, 3, 3, 4, 3] as const;
export const NOTES = WAGONS_PER_NOTE.length;
export const WAGONS = WAGONS_PER_NOTE.reduce<number>((sum, count) => sum + count, 0);

const BOX_TARE_KG = 3_900;
const WAGON_TARE_KG = 22_000;

/** Provisional: Chinese station codes inside SMGS notes are not public; these are synthetic with a valid check digit. */
const LIANYUNGANG = {
  name: 'ЛЯНЬЮНЬГАН-ПОРТ',
  railwayStationCode: code(stationCode('33101'), 'OSJD-ESR'),
  railwayCode: code('33', 'OSJD-Railway'),
};
const ALTYNKOL = {
  name: 'АЛТЫНКОЛЬ (ЭКСП.)',
  railwayStationCode: code('707701', 'OSJD-ESR'),
  railwayCode: code('27', 'OSJD-Railway'),
};
const ALMATY = {
  name: 'АЛМАТЫ I',
  railwayStationCode: code('700007', 'OSJD-ESR'),
  railwayCode: code('27', 'OSJD-Railway'),
};

interface Goods {
  readonly text: string;
  readonly gng: string;
  readonly packing: string;
  readonly consignor: string;
  readonly consignee: string;
  readonly contract: string;
}

/** The first three notes carry the same goods under the same contract to the same consignee: one manifest bill (归并). */
const MERGED: Goods = {
  text: 'КОМПЬЮТЕРЫ ПОРТАТИВНЫЕ',
  gng: '84713000',
  packing: 'КОРОБКИ',
  consignor: 'EXAMPLE ELECTRONICS CO., LTD',
  consignee: 'ТОО «ПРИМЕР-ИМПОРТ»',
  contract: 'КОНТРАКТ 17/2026',
};
const SECOND_MERGED: Goods = {
  text: 'ЧАСТИ ДЛЯ АВТОМОБИЛЕЙ',
  gng: '87089997',
  packing: 'ЯЩИКИ',
  consignor: 'EXAMPLE AUTO PARTS CO., LTD',
  consignee: 'ТОО «ПРИМЕР-АВТО»',
  contract: 'КОНТРАКТ 21/2026',
};
/** Kazakh and Russian in one note, with the letters that UTF-8 alone carries in the whole corridor. */
export const KAZAKH_TEXT = 'ТҰРМЫСТЫҚ ТОҢАЗЫТҚЫШ / ХОЛОДИЛЬНИК БЫТОВОЙ: «ӘЛЕМ-5»?';
const KAZAKH: Goods = {
  text: KAZAKH_TEXT,
  gng: '84182100',
  packing: 'ҚОРАПТАР',
  consignor: 'EXAMPLE APPLIANCES CO., LTD',
  consignee: '«ҮЛГІ САУДА» ЖШС',
  contract: 'КЕЛІСІМШАРТ № 5-Қ/2026',
};
const OTHERS: readonly Goods[] = [
  ['ОБУВЬ ПРОЧАЯ', '64029990'],
  ['ИГРУШКИ', '95030099'],
  ['МЕБЕЛЬ МЕТАЛЛИЧЕСКАЯ', '94032080'],
  ['ПЛИТКА КЕРАМИЧЕСКАЯ', '69072190'],
  ['ТКАНИ ХЛОПЧАТОБУМАЖНЫЕ', '52081200'],
  ['НАСОСЫ ЖИДКОСТНЫЕ', '84137000'],
].map(([text = '', gng = ''], index) => ({
  text,
  gng,
  packing: 'КОРОБКИ',
  consignor: `EXAMPLE SHIPPER ${index + 1} CO., LTD`,
  consignee: `ТОО «ПРИМЕР-${index + 1}»`,
  contract: `КОНТРАКТ ${30 + index}/2026`,
}));
const GOODS: readonly Goods[] = [MERGED, MERGED, MERGED, SECOND_MERGED, SECOND_MERGED, KAZAKH, ...OTHERS];

/** A container train of 41 wagons under 12 SMGS notes, as the local window hands it over. */
export function trainConsist(messageId: string, now: Date): TrainConsist {
  const trainIndex = `${LIANYUNGANG.railwayStationCode.value.slice(0, 4)}-087-${ALTYNKOL.railwayStationCode.value.slice(0, 4)}`;
  let serial = 0;
  const notes = WAGONS_PER_NOTE.map((count, index) => {
    const wagons = Array.from({ length: count }, () => wagon(serial++));
    return note(index, wagons, GOODS[index] ?? MERGED, now);
  });
  return {
    model: MODEL_VERSION,
    type: 'TrainConsist',
    header: {
      messageId,
      typeCode: code('MT1301', 'CN-MessageType'),
      functionCode: code('9', 'CN-FunctionCode'),
      senderId: '2300LYG000001_LB0000001',
      recipientId: '2300',
      issueDateTime: now.toISOString(),
      version: '1.0',
    },
    mainCarriageTransportMovement: {
      id: 'X8047',
      modeCode: code('2', 'CN012'),
      usedTransportMeans: { id: 'X8047', name: 'LIANYUNGANG-ALMATY' },
      trainIndex,
      departureEvent: { actualOccurrenceDateTime: `${now.toISOString().slice(0, 16)}Z` },
    },
    departureLocation: LIANYUNGANG,
    borderLocation: ALTYNKOL,
    declarationCustomsOffice: { id: code('9404', 'CN-CustomsOffice') },
    carrier: { id: code('CR', 'CN-Carrier') },
    wagon: notes
      .flatMap(({ usedTransportEquipment = [] }) => usedTransportEquipment)
      .map((one, index) => ({ ...one, sequenceNumber: String(index + 1) })),
    consignmentNote: notes,
    manifestBill: [
      { id: 'LBDEMO-M1', consignmentNoteId: notes.slice(0, 3).map(noteId) },
      { id: 'LBDEMO-M2', consignmentNoteId: notes.slice(3, 5).map(noteId) },
    ],
  };
}

/** Manifest bills the train makes: merged ones, and one for each note of its own. */
export const BILLS = NOTES - 3 - 2 + 2;

const noteId = (one: Note): string => one.transportContractDocument.id ?? '';

function wagon(index: number): Wagon {
  const goods = 18_000 + index * 130;
  return {
    id: chineseWagon(index * 37),
    categoryCode: code('RR', 'UN-8053'),
    fullEmptyCode: code('5', 'UN-8169'),
    tareWeight: kilograms(WAGON_TARE_KG),
    loadCapacityMeasure: { value: '72', unitCode: 'TNE' },
    axleQuantity: '4',
    carriedTareWeight: kilograms(BOX_TARE_KG),
    carriedGrossWeight: kilograms(goods + BOX_TARE_KG),
    railwayCode: code('33', 'OSJD-Railway'),
    wagonProvidedByCode: code('П', 'OSJD-WagonProvidedBy'),
    ownerParty: { name: 'КЖД' },
    affixedSeal: [{ id: `CN${7_000_001 + index}` }],
    carriedTransportEquipment: [
      { id: containerNumber('LBGU', 400_100 + index * 11), sizeTypeCode: code('4500', 'ISO-6346'), fullEmptyCode: code('5', 'UN-8169') },
    ],
  };
}

function note(index: number, wagons: readonly Wagon[], goods: Goods, now: Date): Note {
  const mass = wagons.reduce((sum, { carriedGrossWeight }) => sum + Number(carriedGrossWeight?.value ?? 0), 0);
  const packages = wagons.length * 120;
  const net = mass - wagons.length * BOX_TARE_KG;
  const today = now.toISOString().slice(0, 10);
  return {
    transportContractDocument: { id: String(31_046_500 + index), typeCode: code('722', 'UN-1001') },
    carrierAcceptanceDateTime: `${now.toISOString().slice(0, 16)}Z`,
    consignor: {
      name: goods.consignor,
      postalAddress: { streetName: 'PORT ROAD 1', cityName: 'LIANYUNGANG', postcode: '222042', countryCode: code('CN', 'ISO-3166-1') },
    },
    consignee: {
      name: goods.consignee,
      postalAddress: { streetName: 'УЛ. ЖЕЛЕЗНОДОРОЖНАЯ 5', cityName: 'АЛМАТЫ', postcode: '050000', countryCode: code('KZ', 'ISO-3166-1') },
    },
    departureLocation: LIANYUNGANG,
    destinationLocation: ALMATY,
    borderCrossingLocation: [ALTYNKOL],
    consigneeInformation: [goods.contract],
    loadedByCode: code('4', 'UN-7273'),
    massDeterminationText: ['ПО СТАНДАРТУ'],
    associatedDocument: [
      { id: `INV-2026-${index + 1}`, typeCode: code('380', 'UN-1001'), name: 'ИНВОЙС', formattedIssueDateTime: today },
      { id: `PL-2026-${index + 1}`, typeCode: code('271', 'UN-1001'), name: 'УПАКОВОЧНЫЙ ЛИСТ', formattedIssueDateTime: today },
    ],
    carrierSection: [
      { carrier: { id: code('0033', 'OSJD-CarrierCode'), name: 'КЖД' }, fromLocation: LIANYUNGANG, toLocation: ALTYNKOL },
      { carrier: { id: code('0027', 'OSJD-CarrierCode'), name: 'КТЖ-ГП' }, fromLocation: ALTYNKOL, toLocation: ALMATY },
    ],
    includedConsignmentItem: [
      {
        sequenceNumber: '1',
        natureIdentificationCargo: [{ identificationText: goods.text }],
        transportPackage: { itemQuantity: String(packages), typeText: goods.packing },
        grossWeight: kilograms(net),
        grossWeightWithEquipment: kilograms(mass),
        harmonizedNomenclatureCode: code(goods.gng, 'GNG'),
      },
    ],
    usedTransportEquipment: [...wagons],
    grossWeight: kilograms(net),
    numberOfPackages: String(packages),
  };
}
