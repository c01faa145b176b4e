import type { DecodedMessage } from '#formats';
import type { CanonicalMessage } from '#model';
import { differencesOf } from './diff.ts';

const note = (id: string, goodsMarks: string): DecodedMessage =>
  ({
    canonicalType: 'RailConsignmentNote',
    message: {
      model: 'landbridge/1',
      type: 'RailConsignmentNote',
      header: { messageId: '1', functionCode: { value: '9', listId: 'UN-1225' } },
      transportContractDocument: { id },
      includedConsignmentItem: [{ sequenceNumber: '1', goodsMarks }],
    } as CanonicalMessage,
    locate: (pointer: string) => `/IFTMIN[${id}]${pointer}`,
  }) as DecodedMessage;

it('points into both documents', () => {
  expect(differencesOf([note('A', 'x')], [note('B', 'x')], false)).toEqual([
    {
      kind: 'changed',
      path: 'transportContractDocument/id',
      before: { pointer: '/IFTMIN[A]/transportContractDocument/id', canonical: '/transportContractDocument/id', value: 'A' },
      after: { pointer: '/IFTMIN[B]/transportContractDocument/id', canonical: '/transportContractDocument/id', value: 'B' },
    },
  ]);
});

it('pairs the messages of interchanges by what they are about', () => {
  const differences = differencesOf([note('A', 'x'), note('B', 'y')], [note('C', 'z'), note('B', 'y2'), note('A', 'x')], false);
  expect(differences.map(({ kind, path }) => `${kind} ${path}`)).toEqual([
    'changed message[RailConsignmentNote B]/includedConsignmentItem[1]/goodsMarks',
    'added message[RailConsignmentNote C]',
  ]);
});
