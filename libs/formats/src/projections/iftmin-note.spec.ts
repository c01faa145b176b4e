import { ExchangeError, MESSAGE_TYPES, type CanonicalOf } from '#model';
import { project } from './index.ts';

type Note = CanonicalOf<'RailConsignmentNote'>;

const bill: Note = {
  model: 'landbridge/1',
  type: 'RailConsignmentNote',
  header: { messageId: '00000000-0000-4000-8000-000000000001', functionCode: { value: '9', listId: 'UN-1225' } },
  transportContractDocument: { id: '70112233' },
  carrierAcceptanceDateTime: '2026-03-10T09:15:00+08:00',
};
const apply = (changes: Partial<Note>) => project('iftminNote', { ...bill, ...changes })[0] as Note;
const item = (carryingWagonId: string | undefined, ...containers: string[]) => ({
  ...(carryingWagonId !== undefined && { carryingWagonId }),
  ...(containers.length > 0 && { associatedTransportEquipment: containers.map((id) => ({ id })) }),
});

it('gives a control reference of fourteen characters, the same each time', () => {
  const { header } = apply({});
  expect(header.messageId).toMatch(/^N[0-9A-F]{13}$/);
  expect(apply({}).header).toEqual(header);
  expect(MESSAGE_TYPES.RailConsignmentNote.safeParse(apply({})).error).toBeUndefined();
});

it('is issued when the contract was concluded, unless it says otherwise', () => {
  expect(apply({}).header.issueDateTime).toBe('2026-03-10T09:15:00+08:00');
  expect(apply({ header: { ...bill.header, issueDateTime: '2026-03-11' } }).header.issueDateTime).toBe('2026-03-11');

  const undated = { ...bill };
  delete undated.carrierAcceptanceDateTime;
  const stamped = { ...undated, acceptanceStamp: { actualOccurrenceDateTime: '2026-03-09' } };
  expect((project('iftminNote', stamped)[0] as Note).header.issueDateTime).toBe('2026-03-09');
  expect(() => project('iftminNote', undated)).toThrow(
    expect.objectContaining({
      code: 'VALUE_UNTRANSLATABLE',
      issues: [expect.objectContaining({ pointer: '/carrierAcceptanceDateTime' })],
    }) as ExchangeError,
  );
});

it('says of containers which wagon they stand on, where the goods lines agree', () => {
  const note = apply({
    includedConsignmentItem: [item('W1', 'C1'), item('W1', 'C2'), item('W2', 'C2'), item('W2'), item(undefined, 'C3')],
    usedTransportEquipment: ['C1', 'C2', 'C3', 'W1', 'W2'].map((id) => ({ id })),
  });
  expect(note.usedTransportEquipment?.map(({ id, carryingWagonId }) => [id, carryingWagonId])).toEqual([
    ['C1', 'W1'],
    ['C2', undefined],
    ['C3', undefined],
    ['W1', undefined],
    ['W2', undefined],
  ]);
  // A line whose containers are said to stand on several wagons keeps its own wagon, and writing reports it.
  expect(note.includedConsignmentItem).toEqual([
    item(undefined, 'C1'),
    item('W1', 'C2'),
    item('W2', 'C2'),
    item(undefined, 'W2'),
    item(undefined, 'C3'),
  ]);
});

it('puts the seals of the note on its one piece of equipment, and nowhere by guess', () => {
  const affixedSeal = [{ id: 'S1', quantity: '1' }, { id: 'S2' }];
  expect(apply({ affixedSeal, usedTransportEquipment: [{ id: 'W1' }] })).toMatchObject({
    affixedSeal: [],
    usedTransportEquipment: [{ id: 'W1', affixedSeal: [{ id: 'S1' }, { id: 'S2' }] }],
  });
  for (const [seals, equipment] of [
    [affixedSeal, [{ id: 'W1' }, { id: 'C1' }]],
    [[{ id: 'S1', quantity: '2' }], [{ id: 'W1' }]],
    [[{ id: 'S1', description: 'ЗПУ' }], [{ id: 'W1' }]],
    [affixedSeal, [{ id: 'W1', affixedSeal: [{ id: 'S9' }] }]],
  ] as const) {
    const note = { ...bill, affixedSeal: [...seals], usedTransportEquipment: equipment.map((one) => ({ ...one })) } as Note;
    expect(project('iftminNote', note)[0]).toMatchObject({ affixedSeal: seals, usedTransportEquipment: equipment });
  }
});

it('reaches a party through its contact, and says the packages once', () => {
  const communication = [{ completeNumber: '+86 000 000' }];
  const note = apply({
    consignor: { name: 'Example', communication },
    consignee: { name: 'Example', communication, definedContactDetails: { communication: [{ completeNumber: '+7 000' }] } },
    includedConsignmentItem: [
      { transportPackage: { typeText: 'КОРОБКА', description: 'КОРОБКА' } },
      { transportPackage: { typeText: 'КОРОБКА', description: 'КОРОБКИ' } },
    ],
  });
  expect(note.consignor).toEqual({ name: 'Example', definedContactDetails: { communication } });
  expect(note.consignee?.communication).toEqual(communication);
  expect(note.includedConsignmentItem?.map(({ transportPackage }) => transportPackage?.description)).toEqual([undefined, 'КОРОБКИ']);
});
