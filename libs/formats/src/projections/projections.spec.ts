import { MESSAGE_TYPES, type CanonicalOf, type CanonicalMessage } from '#model';
import { checkMessage } from '../checks/index.ts';
import { PROJECTIONS, project } from './index.ts';

const kg = (value: string) => ({ value, unitCode: 'KGM' });
const code = (value: string, listId: string) => ({ value, listId });

type Consist = CanonicalOf<'TrainConsist'>;
const note = (id: string, container: string, wagon: string, packages: string, mass: string): Consist['consignmentNote'][number] => ({
  transportContractDocument: { id },
  consignor: { name: 'Example' },
  departureLocation: { railwayStationCode: code('707701', 'OSJD-ESR'), name: 'Алтынколь' },
  numberOfPackages: packages,
  grossWeight: kg(mass),
  includedConsignmentItem: [
    {
      sequenceNumber: '1',
      transportPackage: { itemQuantity: packages },
      grossWeight: kg(mass),
      associatedTransportEquipment: [{ id: container }],
    },
  ],
  usedTransportEquipment: [{ id: container, categoryCode: code('CN', 'UN-8053'), carryingWagonId: wagon }],
});
const train: Consist = {
  model: 'landbridge/1',
  type: 'TrainConsist',
  header: { messageId: 'TRAIN-1', functionCode: code('9', 'UN-1225'), senderId: 'LSW', version: '7', typeCode: code('X', 'Y') },
  mainCarriageTransportMovement: { id: 'X8051' },
  wagon: [{ id: '5270001', tareWeight: kg('22000') }, { id: '5270002' }, { id: '5270003' }],
  consignmentNote: [
    note('N1', 'LBGU1000018', '5270001', '120', '9500.5'),
    note('N2', 'LBGU1000023', '5270002', '80', '7200.25'),
    note('N3', 'LBGU1000039', '5270003', '60', '21000'),
  ],
  manifestBill: [{ id: 'B1', consignmentNoteId: ['N1', 'N3'] }],
};
const manifestOf = (consist: Consist) => project('railManifest', consist)[0] as CanonicalOf<'Manifest'>;
const valid = (message: CanonicalMessage) => MESSAGE_TYPES[message.type].safeParse(message).error?.issues ?? [];

describe('a train as a rail manifest', () => {
  const manifest = manifestOf(train);
  it('has one bill for merged notes and one for each other note, in the order of the train', () => {
    expect(
      manifest.consignment?.map(({ transportContractDocument, mergedConsignmentNote }) => [
        transportContractDocument?.id,
        mergedConsignmentNote?.map(({ id }) => id),
      ]),
    ).toEqual([
      ['B1', ['N1', 'N3']],
      ['N2', undefined],
    ]);
  });
  it('adds up exactly what it merges, and numbers the items anew', () => {
    expect(manifest.consignment?.[0]).toMatchObject({
      numberOfPackages: '180',
      grossWeight: { value: '30500.5', unitCode: 'KGM' },
      includedConsignmentItem: [{ sequenceNumber: '1' }, { sequenceNumber: '2' }],
      usedTransportEquipment: [
        { id: 'LBGU1000018', carryingWagonId: '5270001', sequenceNumber: '1' },
        { id: 'LBGU1000039', carryingWagonId: '5270003', sequenceNumber: '3' },
      ],
    });
  });
  it('is a valid message without a finding, by rail', () => {
    expect([valid(manifest), checkMessage(manifest)]).toEqual([[], []]);
    expect(manifest.mainCarriageTransportMovement).toEqual({ id: 'X8051', modeCode: code('2', 'UN-Rec19') });
  });
  it('names stations where the manifest names places', () => {
    expect(manifest.consignment?.[1]?.mainCarriageTransportMovement?.loadingEvent?.occurrenceLocation).toEqual({
      id: code('707701', 'OSJD-ESR'),
    });
  });
  it('keeps a wagon that carries goods without a container, and its links', () => {
    const loose: Consist['consignmentNote'][number] = {
      transportContractDocument: { id: 'N4' },
      includedConsignmentItem: [{ associatedTransportEquipment: [{ id: '94237120' }] }],
      usedTransportEquipment: [{ id: '94237120', axleQuantity: '4' }],
    };
    const { consignment } = manifestOf({ ...train, wagon: [{ id: '94237120' }], consignmentNote: [loose], manifestBill: [] });
    expect(consignment?.[0]?.usedTransportEquipment).toEqual([{ id: '94237120', sequenceNumber: '1' }]);
  });
  it('links goods on a wagon to the container standing on it', () => {
    const carried: Consist['consignmentNote'][number] = {
      transportContractDocument: { id: 'N5' },
      includedConsignmentItem: [{ associatedTransportEquipment: [{ id: '94237120' }] }],
      usedTransportEquipment: [{ id: '94237120', carriedTransportEquipment: [{ id: 'LBGU1000018' }] }],
    };
    const { consignment } = manifestOf({ ...train, wagon: [{ id: '94237120' }], consignmentNote: [carried], manifestBill: [] });
    expect(consignment?.[0]).toMatchObject({
      usedTransportEquipment: [{ id: 'LBGU1000018', carryingWagonId: '94237120' }],
      includedConsignmentItem: [{ associatedTransportEquipment: [{ id: 'LBGU1000018' }] }],
    });
  });
  it('gives no total where a note lacks one', () => {
    const [first, second] = train.consignmentNote as [Consist['consignmentNote'][number], Consist['consignmentNote'][number]];
    const rest = { ...second };
    delete rest.numberOfPackages;
    const { consignment } = manifestOf({
      ...train,
      consignmentNote: [first, rest],
      manifestBill: [{ id: 'B', consignmentNoteId: ['N1', 'N2'] }],
    });
    expect(consignment?.[0]?.numberOfPackages).toBeUndefined();
  });
});

describe('a train as notes', () => {
  const notes = project('consignmentNotes', train) as CanonicalOf<'RailConsignmentNote'>[];
  it('is one valid message a note, with what the train knows of its wagons', () => {
    expect(notes.map(({ transportContractDocument }) => transportContractDocument.id)).toEqual(['N1', 'N2', 'N3']);
    expect(notes.flatMap((message) => [...valid(message), ...checkMessage(message)])).toEqual([]);
    expect(notes[0]?.usedTransportEquipment?.map(({ id, tareWeight }) => [id, tareWeight?.value])).toEqual([
      ['5270001', '22000'],
      ['LBGU1000018', undefined],
    ]);
  });
  it('has numbers of its own that fit EDIFACT and never change', () => {
    const ids = notes.map(({ header }) => header.messageId);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^N[0-9A-F]{13}$/);
    expect(project('consignmentNotes', structuredClone(train)).map(({ header }) => header.messageId)).toEqual(ids);
    expect(notes[0]?.header).toEqual({ messageId: ids[0], functionCode: train.header.functionCode, senderId: 'LSW' });
  });
});

describe('a receipt as clearance statuses', () => {
  const status = (value: string, text?: string) => ({ code: code(value, 'CC020'), ...(text !== undefined && { text }) });
  const response: CanonicalOf<'ManifestResponse'> = {
    model: 'landbridge/1',
    type: 'ManifestResponse',
    header: { messageId: 'M1', functionCode: code('9', 'CN-FunctionCode'), issueDateTime: '2026-03-14T09:30+08:00' },
    consignmentStatus: [{ transportContractDocument: { id: 'B1' }, status: status('11') }, { transportContractDocument: { id: 'B2' } }],
    equipmentStatus: [
      { id: 'C1', status: status('01') },
      { id: 'C2', status: status('12') },
      { id: 'C3', status: status('01') },
      { status: status('01') },
    ],
    status: status('03', 'why'),
  };
  const statuses = project('clearanceStatus', response) as CanonicalOf<'ClearanceStatus'>[];
  it('keeps bills, containers and the whole apart', () => {
    expect(
      statuses.map(({ statusCode, nationalStatusCode, transportContractDocument, equipmentId }) => [
        statusCode.value,
        statusCode.listId,
        nationalStatusCode?.value,
        transportContractDocument?.id ?? equipmentId,
      ]),
    ).toEqual([
      ['08', 'WCO-ResponseFunction', '11', 'B1'],
      ['01', 'WCO-ResponseFunction', '01', ['C1', 'C3']],
      ['12', 'CC020', '12', ['C2']],
      ['03', 'WCO-ResponseFunction', '03', undefined],
    ]);
    expect(statuses.flatMap(valid)).toEqual([]);
  });
  it.each(['EX', '99', '12', '13', ''])('never takes %s for a success', (value) => {
    const [only] = project('clearanceStatus', {
      ...response,
      consignmentStatus: [],
      equipmentStatus: [],
      status: status(value),
    }) as CanonicalOf<'ClearanceStatus'>[];
    expect(only?.statusCode).toEqual(code(value, 'CC020'));
  });
  it('answers the message the receipt answers', () => {
    expect(statuses[0]?.header).toMatchObject({ refToMessageId: 'M1', functionCode: code('11', 'UN-1225') });
    expect(new Set(statuses.map(({ header }) => header.messageId)).size).toBe(4);
  });
});

describe('the table', () => {
  it('refuses what it does not hold, and messages of another type', () => {
    for (const name of ['nothing', 'toString', 'clearanceStatus'])
      expect(() => project(name, train)).toThrow(expect.objectContaining({ code: 'ROUTE_MISSING' }));
    expect(Object.keys(PROJECTIONS)).toEqual([
      'railManifest',
      'consignmentNotes',
      'railwayBill',
      'iftminNote',
      'billEquipment',
      'notesOfBills',
      'trainPlan',
      'trainForecast',
      'trainArrival',
      'trainDeparture',
      'clearanceStatus',
      'declarationStatus',
    ]);
  });
});

it('takes into notes nothing of a wagon that only a train list says', () => {
  const listed = { ...train, wagon: train.wagon.map((wagon) => ({ ...wagon, cargoTariffCode: code('00300', 'ETSNG'), note1: '0' })) };
  for (const message of project('consignmentNotes', listed)) expect(valid(message)).toEqual([]);
  expect(valid(manifestOf(listed))).toEqual([]);
});

describe('railwayBill', () => {
  const [one] = project('consignmentNotes', train) as CanonicalOf<'RailConsignmentNote'>[];
  const bill = (changes: Partial<CanonicalOf<'RailConsignmentNote'>>) =>
    project('railwayBill', { ...(one as CanonicalOf<'RailConsignmentNote'>), ...changes })[0] as CanonicalOf<'RailConsignmentNote'>;
  const items = [
    { grossWeight: kg('1.5'), transportPackage: { typeText: 'КОРОБКА' } },
    { grossWeight: kg('.25'), transportPackage: { typeText: 'МЕШОК', description: 'МЕШКИ' } },
  ];
  it('tells the form what the note says elsewhere', () => {
    const written = bill({
      grossWeight: undefined,
      includedConsignmentItem: items,
      carrierSection: [{ carrier: { name: 'КТЖ' } }],
      usedTransportEquipment: [{ id: '5270001', affixedSeal: [{ id: 'S1' }, { id: 'S2' }] }],
    });
    expect(valid(written)).toEqual([]);
    expect(written).toMatchObject({
      grossWeight: kg('1.75'),
      acceptanceStamp: { certifyingParty: { name: 'КТЖ' }, occurrenceLocation: { name: 'Алтынколь' } },
      affixedSeal: [
        { id: 'S1', quantity: '1' },
        { id: 'S2', quantity: '1' },
      ],
    });
    expect(written.includedConsignmentItem?.map(({ transportPackage }) => transportPackage?.description)).toEqual(['КОРОБКА', 'МЕШКИ']);
  });
  it('makes nothing up, and overrides nothing', () => {
    const sparse = bill({ grossWeight: undefined, includedConsignmentItem: [{ grossWeight: { value: '1', unitCode: 'LBR' } }] });
    expect([sparse.grossWeight, sparse.acceptanceStamp, sparse.affixedSeal]).toEqual([undefined, undefined, undefined]);
    expect(bill({ grossWeight: kg('9') }).grossWeight).toEqual(kg('9'));
  });
});
