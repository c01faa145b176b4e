import fc from 'fast-check';
import { ExchangeError, MESSAGE_TYPES, type CanonicalOf } from '#model';
import { project } from './index.ts';

type Manifest = CanonicalOf<'Manifest'>;
type Bill = NonNullable<Manifest['consignment']>[number];

const box = (id: string, kilograms = '1000') => ({
  id,
  categoryCode: { value: 'CN', listId: 'UN-8053' },
  grossWeight: { value: kilograms, unitCode: 'KGM' },
  affixedSeal: [{ id: `S${id}` }],
});
const bill = (id: string, ...links: string[][]): Bill => ({
  transportContractDocument: { id },
  includedConsignmentItem: links.map((ids, index) => ({
    sequenceNumber: String(index + 1),
    associatedTransportEquipment: ids.map((one) => ({ id: one })),
  })),
});
const manifest = (usedTransportEquipment: Manifest['usedTransportEquipment'], consignment: Bill[]): Manifest => ({
  model: 'landbridge/1',
  type: 'Manifest',
  header: { messageId: 'CUSCAR-1', functionCode: { value: '9', listId: 'UN-1225' }, typeCode: { value: 'CUSCAR', listId: 'UN-0065' } },
  mainCarriageTransportMovement: { id: '001E' },
  ...(usedTransportEquipment && { usedTransportEquipment }),
  consignment,
});
const apply = (message: Manifest) => project('billEquipment', message)[0] as Manifest;
const boxesOf = (message: Manifest) =>
  message.consignment?.map(({ usedTransportEquipment }) => usedTransportEquipment?.map(({ id }) => id));
const faults = (message: Manifest) => {
  try {
    apply(message);
  } catch (error) {
    return (error as ExchangeError).issues.map(({ code, pointer }) => `${code} ${pointer}`);
  }
  return [];
};

it('puts each container under the bills whose goods name it, in the order of the list', () => {
  const spread = apply(
    manifest([box('C1'), box('C2'), box('C3')], [bill('B1', ['C3'], ['C1', 'C3']), bill('B2', ['C2', 'C1']), bill('B3', [])]),
  );
  expect(boxesOf(spread)).toEqual([['C1', 'C3'], ['C1', 'C2'], undefined]);
  expect(spread.consignment?.[0]?.usedTransportEquipment?.[0]).toEqual(box('C1'));
  expect(spread).not.toHaveProperty('usedTransportEquipment');
  expect(spread.header).toEqual({
    messageId: expect.stringMatching(/^M[0-9A-F]{13}$/) as string,
    functionCode: { value: '9', listId: 'UN-1225' },
  });
  expect(MESSAGE_TYPES.Manifest.safeParse(spread).error).toBeUndefined();
});

it('keeps a bill’s own list, and takes a wagon for the containers on it', () => {
  const wagon = { id: '52700015', carriedTransportEquipment: [{ id: 'C2' }] };
  const own = { ...bill('B1', ['C1'], ['C2']), usedTransportEquipment: [box('C1')] };
  expect(boxesOf(apply(manifest([box('C1'), wagon], [own])))).toEqual([['C1', '52700015']]);
});

it('says each place it would have to guess', () => {
  expect(faults(manifest([box('C1')], [bill('B1', [])]))).toEqual(['VALUE_UNTRANSLATABLE /usedTransportEquipment/0']);
  expect(faults(manifest([], [bill('B1', [], ['C9'])]))).toEqual([
    'VALUE_UNTRANSLATABLE /consignment/0/includedConsignmentItem/1/associatedTransportEquipment/0',
  ]);
  expect(faults(manifest([box('C1'), box('C1', '2')], [bill('B1', ['C1'])]))).toEqual(['VALUE_UNTRANSLATABLE /usedTransportEquipment/1']);
  expect(faults(manifest([box('C1')], [{ ...bill('B1', ['C1']), usedTransportEquipment: [box('C1', '2')] }]))).toEqual([
    'VALUE_UNTRANSLATABLE /consignment/0/usedTransportEquipment/0',
  ]);
  expect(faults(manifest([box('C1'), box('C1')], [bill('B1', ['C1'])]))).toEqual([]);
});

it('loses nothing: the list is what stands under the bills', () => {
  const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(numbers, fc.array(fc.array(fc.nat(), { maxLength: 6 }), { minLength: 1, maxLength: 5 }), (ids, picks) => {
      const list = ids.map((id) => box(`C${id}`, String(id)));
      const linked = picks.map((pick) => pick.map((place) => `C${ids[place % ids.length]}`));
      const bills = [
        ...linked.map((links, index) => bill(`B${index}`, links)),
        bill(
          'LAST',
          list.map(({ id }) => id),
        ),
      ];
      const spread = apply(manifest(list, bills));
      const back = new Map(
        spread.consignment?.flatMap((one) => (one.usedTransportEquipment ?? []).map((each) => [each.id, each] as const)),
      );
      expect(list.map(({ id }) => back.get(id))).toEqual(list);
      expect(boxesOf(spread)?.map((under) => new Set(under))).toEqual([
        ...linked.map((links) => new Set(links)),
        new Set(list.map(({ id }) => id)),
      ]);
      expect(spread.consignment?.map(({ usedTransportEquipment: _, ...one }) => one)).toEqual(bills);
    }),
  );
});
