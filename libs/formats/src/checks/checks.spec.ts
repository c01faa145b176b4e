import fc from 'fast-check';
import type { CanonicalMessage, CanonicalOf } from '#model';
import { sameDecimal, sumDecimals } from '../decimals.ts';
import { checkMessage } from './index.ts';
import { mixesAlphabets } from './look-alike.ts';

const code = (value: string, listId = 'X') => ({ value, listId });
const header = { messageId: '1', functionCode: code('9') };
const found = (message: CanonicalMessage) => checkMessage(message).map((finding) => `${finding.code} ${finding.pointer}`);
const manifest = (...consignment: NonNullable<CanonicalOf<'Manifest'>['consignment']>): CanonicalMessage => ({
  model: 'landbridge/1',
  type: 'Manifest',
  header,
  consignment,
});
const equipment = (id: string, category?: string) =>
  found(manifest({ usedTransportEquipment: [{ id, ...(category && { categoryCode: code(category) }) }] }));
const NUMBER = '/consignment/0/usedTransportEquipment/0/id';

describe('numbers of equipment', () => {
  it.each([
    ['LBGU1000018', undefined, []],
    ['LBGU1000019', undefined, ['CHECK_DIGIT']],
    ['LBGU1000019', 'CN', ['CHECK_DIGIT']],
    ['94237120', undefined, []],
    ['94237123', undefined, ['CHECK_DIGIT']],
    ['94237123', 'RR', ['CHECK_DIGIT']],
    ['94237123', 'CN', []],
    ['5270001', 'RR', []],
    ['TANK-7', undefined, []],
    ['ТKRU4000013', undefined, ['LOOKALIKE']],
    ['ТКРУ4000013', undefined, ['LOOKALIKE']],
    ['ＬBGU1000018', undefined, ['LOOKALIKE']],
  ])('%s as %s', (id, category, codes) => expect(equipment(id, category)).toEqual(codes.map((name) => `${name} ${NUMBER}`)));
});

describe('codes', () => {
  it('may be of one alphabet, whichever it is', () => {
    const note = (value: string): CanonicalMessage => ({
      model: 'landbridge/1',
      type: 'RailConsignmentNote',
      header,
      transportContractDocument: { id: '1' },
      usedTransportEquipment: [{ id: '94237120', wagonProvidedByCode: code(value) }],
    });
    expect(found(note('П'))).toEqual([]);
    expect(found(note('P'))).toEqual([]);
    expect(found(note('TТ'))).toEqual(['LOOKALIKE /usedTransportEquipment/0/wagonProvidedByCode/value']);
  });
  it.each([
    ['ABC', false],
    ['КГТУ', false],
    ['АBC', true],
    ['ΑBC', true],
    ['ΑБ', true],
    ['ＡＢＣ', true],
    ['12３', true],
    ['苏G00001', false],
    ['海关（2026）5号', false],
  ])('%s mixes alphabets: %s', (text, mixed) => expect(mixesAlphabets(text)).toBe(mixed));
  it('of stations and cargo have their check digits', () => {
    const note = (station: string, cargo: string): CanonicalMessage => ({
      model: 'landbridge/1',
      type: 'RailConsignmentNote',
      header,
      transportContractDocument: { id: '1' },
      borderCrossingLocation: [{}, { railwayStationCode: code(station) }],
      includedConsignmentItem: [{ tariffCode: code(cargo) }],
    });
    expect(found(note('707701', '554081'))).toEqual([]);
    expect(found(note('70770', '55408'))).toEqual([]);
    expect(found(note('707702', '554082'))).toEqual([
      'CHECK_DIGIT /borderCrossingLocation/1/railwayStationCode/value',
      'CHECK_DIGIT /includedConsignmentItem/0/tariffCode/value',
    ]);
  });
  it('of transshipped wagons too', () => {
    const list: CanonicalMessage = {
      model: 'landbridge/1',
      type: 'WagonTransferList',
      header,
      transferDocument: {},
      transferredWagon: [
        {
          wagon: { id: '94237120' },
          container: { id: 'LBGU1000019' },
          transshipmentRecord: { fromGaugeCode: code('1435'), toGaugeCode: code('1520'), fromWagonId: '5270001', toWagonId: '94237123' },
        },
      ],
    };
    expect(found(list).sort()).toEqual([
      'CHECK_DIGIT /transferredWagon/0/container/id',
      'CHECK_DIGIT /transferredWagon/0/transshipmentRecord/toWagonId',
    ]);
  });
});

describe('bills', () => {
  const item = (quantity: string, sequenceNumber?: string) => ({
    transportPackage: { itemQuantity: quantity },
    ...(sequenceNumber && { sequenceNumber }),
  });
  it('add up, however the numbers are written', () => {
    expect(found(manifest({ numberOfPackages: '3', includedConsignmentItem: [item('1.0'), item('2')] }))).toEqual([]);
    expect(found(manifest({ numberOfPackages: '0.3', includedConsignmentItem: [item('0.1'), item('0.2')] }))).toEqual([]);
    expect(
      found(
        manifest({ numberOfPackages: '10000000000000000000001', includedConsignmentItem: [item('10000000000000000000000'), item('1')] }),
      ),
    ).toEqual([]);
    expect(
      found(
        manifest({ numberOfPackages: '10000000000000000000001', includedConsignmentItem: [item('10000000000000000000000'), item('2')] }),
      ),
    ).toEqual(['COUNT_MISMATCH /consignment/0/numberOfPackages']);
    expect(found(manifest({ numberOfPackages: '5', includedConsignmentItem: [item('1'), {}] }))).toEqual([]);
  });
  it('compare masses only of one unit', () => {
    const mass = (value: string, unitCode: string) => ({ grossWeight: { value, unitCode } });
    expect(found(manifest({ ...mass('2', 'KGM'), includedConsignmentItem: [mass('1', 'KGM'), mass('2', 'KGM')] }))).toEqual([
      'COUNT_MISMATCH /consignment/0/grossWeight',
    ]);
    expect(found(manifest({ ...mass('2', 'TNE'), includedConsignmentItem: [mass('1000', 'KGM')] }))).toEqual([]);
  });
  it('declare what their items stand in, also in long lists', () => {
    const ids = Array.from({ length: 20 }, (_, i) => ({ id: `BOX-${i}` }));
    const links = (...names: string[]) => [{ associatedTransportEquipment: names.map((id) => ({ id })) }];
    expect(found(manifest({ usedTransportEquipment: ids, includedConsignmentItem: links('BOX-0', 'BOX-19') }))).toEqual([]);
    expect(found(manifest({ usedTransportEquipment: ids, includedConsignmentItem: links('BOX-0', 'BOX-20') }))).toEqual([
      'LINK_UNDECLARED /consignment/0/includedConsignmentItem/0/associatedTransportEquipment/1/id',
    ]);
    expect(
      found(
        manifest({
          usedTransportEquipment: [{ id: '94237120', carriedTransportEquipment: [{ id: 'BOX-1' }] }],
          includedConsignmentItem: links('BOX-1'),
        }),
      ),
    ).toEqual([]);
  });
});

describe('trains', () => {
  const train = (over: Partial<CanonicalOf<'TrainConsist'>>): CanonicalMessage => ({
    model: 'landbridge/1',
    type: 'TrainConsist',
    header,
    mainCarriageTransportMovement: {},
    wagon: [{ id: '5270001' }],
    consignmentNote: [{ transportContractDocument: { id: 'N1' } }],
    ...over,
  });
  it.each([
    ['a wagon twice', { wagon: [{ id: '5270001' }, { id: '5270001' }] }, 'DUPLICATE_KEY /wagon/1/id'],
    [
      'a note twice',
      { consignmentNote: [{ transportContractDocument: { id: 'N1' } }, { transportContractDocument: { id: 'N1' } }] },
      'DUPLICATE_KEY /consignmentNote/1/transportContractDocument/id',
    ],
    [
      'a container on a wagon of another train',
      {
        consignmentNote: [
          { transportContractDocument: { id: 'N1' }, usedTransportEquipment: [{ id: 'LBGU1000018', carryingWagonId: '5270009' }] },
        ],
      },
      'LINK_UNDECLARED /consignmentNote/0/usedTransportEquipment/0/carryingWagonId',
    ],
    [
      'a bill of a note that is not there',
      { manifestBill: [{ id: 'B', consignmentNoteId: ['N9'] }] },
      'LINK_UNDECLARED /manifestBill/0/consignmentNoteId/0',
    ],
    [
      'a note in two bills',
      {
        manifestBill: [
          { id: 'A', consignmentNoteId: ['N1'] },
          { id: 'B', consignmentNoteId: ['N1'] },
        ],
      },
      'DUPLICATE_KEY /manifestBill/1/consignmentNoteId/0',
    ],
  ])('with %s', (_name, over, finding) => expect(found(train(over))).toEqual([finding]));
  it('are fine as they should be', () => expect(found(train({ manifestBill: [{ id: 'B', consignmentNoteId: ['N1'] }] }))).toEqual([]));
});

describe('the wider manifest family', () => {
  const bill = (id: string) => ({ transportContractDocument: { id } });
  it('has every bill once in a tally, a diversion and an empty container movement', () => {
    for (const type of ['TallyReport', 'DiversionApplication', 'EmptyContainerMovement'] as const) {
      const message = (...ids: string[]): CanonicalMessage => ({ model: 'landbridge/1', type, header, consignment: ids.map(bill) });
      expect(found(message('A', 'B'))).toEqual([]);
      expect(found(message('A', 'B', 'A'))).toEqual(['DUPLICATE_KEY /consignment/2/transportContractDocument/id']);
    }
  });
  it('changes a bill once, into one that adds up', () => {
    const changed = { numberOfPackages: '3', includedConsignmentItem: [{ sequenceNumber: '1', transportPackage: { itemQuantity: '2' } }] };
    const consignment = [{ ...bill('A'), changedConsignment: changed }, bill('A')];
    expect(found({ model: 'landbridge/1', type: 'CargoChangeApplication', header, consignment })).toEqual([
      'DUPLICATE_KEY /consignment/1/transportContractDocument/id',
      'COUNT_MISMATCH /consignment/0/changedConsignment/numberOfPackages',
    ]);
  });
  it('packs a container once, and a bill into it once', () => {
    const usedTransportEquipment = [
      { id: 'LBGU1000018', consignment: [bill('A'), bill('B')] },
      { id: 'LBGU1000039', consignment: [bill('A'), bill('A')] },
      { id: 'LBGU1000018' },
    ];
    expect(found({ model: 'landbridge/1', type: 'ContainerPackingList', header, usedTransportEquipment })).toEqual([
      'DUPLICATE_KEY /usedTransportEquipment/2/id',
      'DUPLICATE_KEY /usedTransportEquipment/1/consignment/1/transportContractDocument/id',
    ]);
  });
});

describe('exact decimals', () => {
  const cents = fc.integer({ min: -1_000_000, max: 1_000_000 });
  const text = (value: number) =>
    `${value < 0 ? '-' : ''}${Math.floor(Math.abs(value) / 100)}.${String(Math.abs(value) % 100).padStart(2, '0')}`;
  it('add like whole cents', () => {
    fc.assert(
      fc.property(
        fc.array(cents, { minLength: 1 }),
        (values) => sameDecimal(sumDecimals(values.map(text)) ?? '', text(values.reduce((a, b) => a + b, 0))) === true,
      ),
    );
  });
  it('know numbers however they are written', () => {
    expect([
      sameDecimal('1', '1.00'),
      sameDecimal('.5', '0.50'),
      sameDecimal('1', '1.01'),
      sameDecimal('x', '1'),
      sameDecimal('+1', '1'),
    ]).toEqual([true, true, false, undefined, true]);
    expect([sumDecimals([]), sumDecimals(['1', 'x']), sumDecimals(['.']), sumDecimals(['-0.5', '0.25'])]).toEqual([
      '0',
      undefined,
      undefined,
      '-0.25',
    ]);
  });
});

describe('what is said of one container', () => {
  const kg = (value: string, unitCode = 'KGM') => ({ value, unitCode });
  const cargo = (facts: object) => ({ includedConsignmentItem: [{ associatedTransportEquipment: [{ id: 'LBGU1000018', ...facts }] }] });
  const whole = (listed: object, ...cargoes: object[]) =>
    found({ ...manifest(...cargoes.map(cargo)), usedTransportEquipment: [{ id: 'LBGU1000018', ...listed }] } as CanonicalMessage);
  const AT = (bill: number, fact: string) =>
    `FIELDS_CONTRADICT /consignment/${bill}/includedConsignmentItem/0/associatedTransportEquipment/0/${fact}`;

  it.each<[string, object, object[], string[]]>([
    ['another tare than that of the list', { tareWeight: kg('2200') }, [{ tareWeight: kg('2300') }], [AT(0, 'tareWeight')]],
    ['the same tare in other digits', { tareWeight: kg('2200') }, [{ tareWeight: kg('2200.0') }], []],
    ['a tare in another unit', { tareWeight: kg('2200') }, [{ tareWeight: kg('2.2', 'TNE') }], []],
    [
      'another size than an earlier cargo',
      {},
      [{ sizeTypeCode: code('22G1') }, {}, { sizeTypeCode: code('45G1') }],
      [AT(2, 'sizeTypeCode')],
    ],
    ['its status once', {}, [{}, { fullEmptyCode: code('F') }], []],
    ['the seals in another order', {}, [{ affixedSeal: [{ id: 'A' }, { id: '封1' }] }, { affixedSeal: [{ id: '封1' }, { id: 'A' }] }], []],
    ['a seal more', { affixedSeal: [{ id: 'A' }] }, [{ affixedSeal: [{ id: 'A' }, { id: 'B' }] }], [AT(0, 'affixedSeal')]],
  ])('%s', (_, listed, cargoes, expected) => expect(whole(listed, ...cargoes)).toEqual(expected));
});
