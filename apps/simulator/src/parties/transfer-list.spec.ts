import { isWagonNumberValid, MESSAGE_TYPES, MODEL_VERSION, type RailConsignmentNote } from '#model';
import { transferList } from './transfer-list.ts';

const code = (value: string, listId: string) => ({ value, listId });
const NOW = new Date('2026-11-23T20:30:00.000Z');

const note = (number: string, wagons: Record<string, string[]>): RailConsignmentNote => ({
  model: MODEL_VERSION,
  type: 'RailConsignmentNote',
  header: { messageId: `N${number}`, functionCode: code('9', 'UN-1225'), senderId: 'LBGLYG', recipientId: 'KEGALTYNKOL' },
  transportContractDocument: { id: number },
  departureLocation: { name: 'ЛЯНЬЮНЬГАН', railwayCode: code('33', 'OSJD-Railway') },
  borderCrossingLocation: [{ name: 'АЛТЫНКОЛЬ', railwayCode: code('27', 'OSJD-Railway') }],
  carrierSection: [{ carrier: { name: 'КЖД' } }, { carrier: { name: 'КТЖ' } }],
  includedConsignmentItem: [{ natureIdentificationCargo: [{ identificationText: `ГРУЗ ${number}` }] }],
  usedTransportEquipment: Object.entries(wagons).map(([id, boxes]) => ({
    id,
    categoryCode: code('RR', 'UN-8053'),
    carriedGrossWeight: { value: '24000', unitCode: 'KGM' },
    affixedSeal: [{ id: `S${id}` }],
    carriedTransportEquipment: boxes.map((box) => ({ id: box })),
  })),
});

const train = { id: 'X8047', trainIndex: '3310-087-7077', wagonId: ['5310001', '5310002', '5310003'] };
const notes = [note('2', { '5310003': ['LBGU0000030'] }), note('1', { '5310001': ['LBGU0000011', 'LBGU0000012'], '5310002': [] })];

test('every box in the order of the train, with the wagon it came on and the one it leaves on', () => {
  const list = transferList(train, notes, NOW);
  expect(MESSAGE_TYPES.WagonTransferList.safeParse(list).error).toBeUndefined();
  expect(
    list.transferredWagon.map(({ sequenceNumber, container, transportContractDocument, transshipmentRecord }) =>
      [sequenceNumber, transshipmentRecord?.fromWagonId, container?.id, transportContractDocument?.id].join(' '),
    ),
  ).toEqual(['1 5310001 LBGU0000011 1', '2 5310001 LBGU0000012 1', '3 5310002  1', '4 5310003 LBGU0000030 2']);
  for (const { wagon, transshipmentRecord } of list.transferredWagon) {
    expect(isWagonNumberValid(wagon.id)).toBe(true);
    expect(wagon.id).toHaveLength(8);
    expect(transshipmentRecord).toMatchObject({ toWagonId: wagon.id, fromGaugeCode: { value: '1435' }, toGaugeCode: { value: '1520' } });
  }
});

test('the railways and carriers are those of the notes', () => {
  const { handingOver, receiving, header } = transferList(train, notes, NOW);
  expect(handingOver).toMatchObject({ railwayCode: '33', carrier: { name: 'КЖД' } });
  expect(receiving).toMatchObject({ railwayCode: '27', carrier: { name: 'КТЖ' } });
  expect(header).toMatchObject({ senderId: 'KEGALTYNKOL', recipientId: 'LBGLYG' });
});

test('the same train gets the same wagons and list number again', () => {
  const [one, two] = [transferList(train, notes, NOW), transferList(train, notes, new Date(NOW.getTime() + 1))];
  expect(two.transferDocument.id).toBe(one.transferDocument.id);
  expect(two.transferredWagon.map(({ wagon }) => wagon.id)).toEqual(one.transferredWagon.map(({ wagon }) => wagon.id));
});
