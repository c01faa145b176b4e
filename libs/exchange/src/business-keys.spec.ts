import type { CanonicalMessage, CanonicalOf } from '#model';
import { businessKeys } from './business-keys.ts';

const code = (value: string, listId: string) => ({ value, listId });
const base = { model: 'landbridge/1', header: { messageId: '1', functionCode: code('2', 'CN-FunctionCode') } } as const;
const rail = { id: 'X8051', modeCode: code('2', 'UN-Rec19') };
const bill = (id: string) => ({ transportContractDocument: { id } });
const order = (message: CanonicalMessage) => businessKeys(message).order;

it('keeps the reports of a train in order with its consist', () => {
  const consist = (movement: CanonicalOf<'TrainConsist'>['mainCarriageTransportMovement']) =>
    order({ ...base, type: 'TrainConsist', mainCarriageTransportMovement: movement, wagon: [], consignmentNote: [] });
  const report = (movement: CanonicalOf<'ConveyanceReport'>['mainCarriageTransportMovement']) =>
    order({ ...base, type: 'ConveyanceReport', mainCarriageTransportMovement: movement });
  for (const movement of [rail, { ...rail, trainIndex: '3300-001-7077' }]) expect(report(movement)).toBe(consist(movement));
  expect(report({ id: 'BATCH1', modeCode: code('3', 'UN-Rec19') })).toBe('journey:/BATCH1');
});

it('reads a document without its mandatory id as far as it goes: its form is judged elsewhere', () => {
  const header = { functionCode: code('9', 'UN-1225') } as never;
  expect(
    businessKeys({ ...base, header, type: 'Acknowledgement', kind: 'application', acknowledgedDocument: { id: 'LYG-港' } }).index,
  ).toBeDefined();
});

it('orders what is said of a voyage by the voyage, whatever is said', () => {
  const mainCarriageTransportMovement = { id: 'LB1', usedTransportMeans: { id: 'UN9000001' } };
  const types = [
    'Manifest',
    'ArrivalReport',
    'TallyReport',
    'DiversionApplication',
    'CargoChangeApplication',
    'EmptyContainerMovement',
  ] as const;
  for (const type of types)
    expect(businessKeys({ ...base, type, mainCarriageTransportMovement, consignment: [bill('A'), bill('B')] })).toMatchObject({
      order: 'journey:UN9000001/LB1',
      all: ['journey:UN9000001/LB1', 'bill:A', 'bill:B'],
    });
});

it('finds a transhipment by either bill, and never names more than 64 keys', () => {
  const relation = [{ importLeg: { consignment: bill('A') }, exportLeg: { consignment: bill('B') } }];
  expect(businessKeys({ ...base, type: 'TranshipmentPermit', relation })).toMatchObject({ order: 'bill:A', all: ['bill:A', 'bill:B'] });
  const usedTransportEquipment = Array.from({ length: 200 }, (_, i) => ({ id: `C${i}` }));
  expect(businessKeys({ ...base, type: 'ContainerPackingList', usedTransportEquipment }).all).toHaveLength(64);
});

describe('the documents of the corridor', () => {
  const office = { id: code('9406', 'CN-CustomsOffice') };
  const at = '2026-03-14T09:00+08:00';
  it('keep an envelope, its receipt and its close-out in order', () => {
    const resultCode = code('matched', 'EnvelopeMatch');
    const messages: CanonicalMessage[] = [
      {
        ...base,
        type: 'CustomsEnvelope',
        id: 'X1',
        issueDateTime: at,
        issuingCustomsOffice: office,
        destinationCustomsOffice: office,
        validityPeriod: { endDateTime: at },
        customsDocument: [{ id: 'D1' }],
        mainCarriageTransportMovement: rail,
      },
      { ...base, type: 'CustomsEnvelopeReceipt', envelopeId: 'X1', receivingCustomsOffice: office, receivedDateTime: at, resultCode },
      { ...base, type: 'CustomsEnvelopeCloseOut', envelopeId: 'X1', closingCustomsOffice: office, closedDateTime: at, resultCode },
    ];
    expect(messages.map(order)).toEqual(['customs-envelope:X1', 'customs-envelope:X1', 'customs-envelope:X1']);
    expect(messages.flatMap((message) => businessKeys(message).all)).toEqual(expect.arrayContaining(['train:X8051', 'declaration:D1']));
  });
  it('keep an order of examination before its progress, and find both by container', () => {
    const kindCode = code('scan', 'ExaminationKind');
    const stepCode = code('moved', 'ExaminationStep');
    const messages: CanonicalMessage[] = [
      {
        ...base,
        type: 'ExaminationOrder',
        id: 'Y1',
        kindCode,
        orderDateTime: at,
        customsOffice: office,
        usedTransportEquipment: [{ id: 'E1' }],
      },
      { ...base, type: 'ExaminationReport', examinationOrderId: 'Y1', event: [{ stepCode, equipmentId: 'E1', occurrenceDateTime: at }] },
    ];
    for (const message of messages)
      expect(businessKeys(message)).toMatchObject({ order: 'examination:Y1', all: ['examination:Y1', 'equipment:E1'] });
  });
  it('order interchanges by the container, and milestones by what they happened to', () => {
    const interchange = (id: string): CanonicalMessage => ({
      ...base,
      type: 'EquipmentInterchangeReceipt',
      id,
      directionCode: code('out', 'InterchangeDirection'),
      usedTransportEquipment: [{ id: 'E1' }],
    });
    expect(order(interchange('1'))).toBe(order(interchange('2')));
    const milestone = (typeCode: string): CanonicalMessage => ({
      ...base,
      type: 'MilestoneEvent',
      id: 'M1',
      milestoneCode: code('GTO', 'CorridorMilestone'),
      classifierCode: code('ACT', 'MilestoneClassifier'),
      object: { typeCode: code(typeCode, 'MilestoneObject'), id: 'A' },
      occurrenceDateTime: at,
    });
    expect(['E', 'W', 'B', 'X', 'other'].map((kind) => order(milestone(kind)))).toEqual([
      'equipment:A',
      'equipment:A',
      'bill:A',
      'customs-envelope:A',
      'object:A',
    ]);
  });
});

describe('keys by which people look', () => {
  const manifest: CanonicalMessage = {
    ...base,
    header: { ...base.header, messageId: 'CN_MT1101_0001' },
    type: 'Manifest',
    mainCarriageTransportMovement: { id: 'LB1', usedTransportMeans: { id: 'UN9000001' } },
    consignment: [
      { ...bill('A'), usedTransportEquipment: [{ id: 'CSQU3054383', carryingWagonId: '95236196' }] },
      { ...bill('B'), usedTransportEquipment: [{ id: 'MSKU0000000' }] },
    ],
  };
  const joined = (message: CanonicalMessage) => {
    const { index, groups } = businessKeys(message);
    return groups.map((group) => group.map((place) => index[place]));
  };

  it('name containers and wagons beside what the signed manifest names, and keep consignments apart', () => {
    const { all, index } = businessKeys(manifest);
    expect(all).toEqual(['journey:UN9000001/LB1', 'bill:A', 'bill:B']);
    expect(index).toEqual([...all, 'document:CN_MT1101_0001', 'equipment:CSQU3054383', 'wagon:95236196', 'equipment:MSKU0000000']);
    expect(joined(manifest)).toEqual([
      ['bill:A', 'equipment:CSQU3054383', 'wagon:95236196'],
      ['bill:B', 'equipment:MSKU0000000'],
    ]);
  });

  it('join a note to its bill and not to its neighbours on the train', () => {
    const consist: CanonicalMessage = {
      ...base,
      type: 'TrainConsist',
      mainCarriageTransportMovement: rail,
      wagon: [{ id: '95236196', carriedTransportEquipment: [{ id: 'CSQU3054383' }] }, { id: '1234567' }],
      consignmentNote: [{ transportContractDocument: { id: 'N1' } }, { transportContractDocument: { id: 'N2' } }] as never,
      manifestBill: [{ id: 'B1', consignmentNoteId: ['N1'] }],
    };
    expect(joined(consist)).toEqual([
      ['equipment:CSQU3054383', 'wagon:95236196'],
      ['note:N1', 'bill:B1'],
    ]);
    expect(businessKeys(consist).index).toEqual(expect.arrayContaining(['train:X8051', 'note:N2', 'wagon:1234567']));
  });

  it('stay bounded for the largest manifest', () => {
    const consignment = Array.from({ length: 9_999 }, (_, i) => ({ ...bill(`B${i}`), usedTransportEquipment: [{ id: `C${i}` }] }));
    const { index, groups } = businessKeys({ ...manifest, consignment } as CanonicalMessage);
    expect(index).toHaveLength(2_000);
    expect(groups.flat().every((place) => place < index.length)).toBe(true);
  });
});
