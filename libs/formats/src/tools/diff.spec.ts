import fc from 'fast-check';
import type { CanonicalMessage, CanonicalOf } from '#model';
import { compareMessages, type Difference } from './diff.ts';
import { fingerprint } from './diff-lists.ts';

type Consignment = NonNullable<CanonicalOf<'Manifest'>['consignment']>[number];

const code = (value: string, listId = 'X') => ({ value, listId });
const manifest = (...consignment: Consignment[]): CanonicalOf<'Manifest'> => ({
  model: 'landbridge/1',
  type: 'Manifest',
  header: { messageId: '1', functionCode: code('9') },
  consignment,
});
const bill = (id: string, more: Partial<Consignment> = {}): Consignment => ({ transportContractDocument: { id }, ...more });
const said = (differences: readonly Difference[]) => differences.map(({ kind, path }) => `${kind} ${path}`);

describe('what is different', () => {
  it('is one consignment, not a shift of all', () => {
    const differences = compareMessages(manifest(bill('A'), bill('B')), manifest(bill('N'), bill('A'), bill('B')));
    expect(differences).toEqual([{ kind: 'added', path: 'consignment[N]', after: { pointer: '/consignment/0', value: bill('N') } }]);
  });

  it('is said with the keys of the things and the pointers of both messages', () => {
    const weighing = (value: string) => ({ grossWeight: { value, unitCode: 'KGM' } });
    const differences = compareMessages(
      manifest(bill('A'), bill('B', weighing('10'))),
      manifest(bill('N'), bill('A'), bill('B', weighing('11'))),
    );
    expect(differences[0]).toEqual({
      kind: 'changed',
      path: 'consignment[B]/grossWeight/value',
      before: { pointer: '/consignment/1/grossWeight/value', value: '10' },
      after: { pointer: '/consignment/2/grossWeight/value', value: '11' },
    });
  });

  it('tells master and house bill apart', () => {
    const house = (id: string) => bill('M', { associatedDocument: { id } });
    expect(said(compareMessages(manifest(house('H1'), house('H2')), manifest(house('H2'))))).toEqual(['removed consignment[M|H1]']);
  });

  it('moves the fewest entries that explain the order', () => {
    const [a, b] = [manifest(bill('A'), bill('B'), bill('C')), manifest(bill('C'), bill('A'), bill('B'))];
    expect(said(compareMessages(a, b))).toEqual(['moved consignment[C]']);
  });

  it('pairs lines of text by what they say, and then by their place', () => {
    const remark = (...information: string[]) =>
      manifest(bill('A', { includedConsignmentItem: [{ transportDangerousGoods: [{ information }] }] }));
    const at = 'consignment[A]/includedConsignmentItem[#1]/transportDangerousGoods[#1]/information';
    expect(said(compareMessages(remark('one', 'two'), remark('new', 'one', 'two')))).toEqual([`added ${at}[#1]`]);
    expect(said(compareMessages(remark('one', 'two'), remark('one', 'other')))).toEqual([`changed ${at}[#2]`]);
  });

  it('takes a code of a list for another one, not for a changed one', () => {
    const through = (...codes: string[]) => manifest(bill('A', { routingCountryCode: codes.map((value) => code(value, 'ISO-3166-1')) }));
    expect(said(compareMessages(through('CN', 'KZ'), through('CN', 'RU')))).toEqual([
      'removed consignment[A]/routingCountryCode[KZ]',
      'added consignment[A]/routingCountryCode[RU]',
    ]);
  });

  it('is nothing where one number or instant is written in two ways, unless asked for', () => {
    const written = (value: string, count: string, issueDateTime: string) => ({
      ...manifest(bill('A', { grossWeight: { value, unitCode: 'KGM' }, numberOfPackages: count })),
      header: { messageId: '1', functionCode: code('9'), issueDateTime },
    });
    const [a, b] = [written('9500', '3', '2026-03-14T09:15+08:00'), written('9500.000', '3.0', '2026-03-14T01:15:00.000Z')];
    expect(compareMessages(a, b)).toEqual([]);
    expect(said(compareMessages(a, b, { strict: true }))).toEqual([
      'sameMeaning header/issueDateTime',
      'sameMeaning consignment[A]/grossWeight/value',
      'sameMeaning consignment[A]/numberOfPackages',
    ]);
  });

  it.each([
    ['a number of a document is no quantity', manifest(bill('007')), manifest(bill('7'))],
    ['a nanosecond', at('2026-03-14T09:15:00.123456788Z'), at('2026-03-14T09:15:00.123456789Z')],
    ['a day and a time of that day', at('2026-03-14'), at('2026-03-14T00:00Z')],
  ])('is there: %s', (_name, a, b) => expect(compareMessages(a, b)).not.toEqual([]));

  it('is the type, and nothing else, between messages of two types', () => {
    const arrival: CanonicalMessage = { ...manifest(bill('A')), type: 'ArrivalReport' } as never;
    expect(said(compareMessages(manifest(bill('B')), arrival))).toEqual(['changed type']);
  });
});

function at(issueDateTime: string): CanonicalMessage {
  return { ...manifest(), header: { messageId: '1', functionCode: code('9'), issueDateTime } };
}

const word = fc.constantFrom('A', 'B', 'C', 'D');
const some = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 4 });
const consignments = some(
  fc.record(
    {
      sequenceNumber: word,
      transportContractDocument: fc.record({ id: word, name: word }, { requiredKeys: ['id'] }),
      associatedDocument: fc.record({ id: word }),
      routingCountryCode: some(word.map((value) => code(value))),
      grossWeight: fc.record({ value: fc.constantFrom('1', '1.0', '2'), unitCode: word }),
      usedTransportEquipment: some(fc.record({ id: word, affixedSeal: some(fc.record({ id: word })) }, { requiredKeys: ['id'] })),
      includedConsignmentItem: some(
        fc.record(
          { sequenceNumber: word, goodsMarks: word, netWeight: fc.constant({ value: '1', unitCode: 'KGM' }) },
          { requiredKeys: [] },
        ),
      ),
    },
    { requiredKeys: [] },
  ),
);
const message = consignments.map((all) => manifest(...(all as Consignment[])));

describe('any two messages', () => {
  it('have no difference when they are one', () => {
    fc.assert(fc.property(message, (one) => expect(compareMessages(one, structuredClone(one), { strict: true })).toEqual([])));
  });

  it('differ by moves only when lists are put in another order', () => {
    fc.assert(
      fc.property(message, fc.gen(), (one, gen) => {
        const kinds = compareMessages(one, shuffled(one, gen)).map(({ kind }) => kind);
        expect(new Set(kinds).size).toBeLessThanOrEqual(1);
        expect(kinds[0] ?? 'moved').toBe('moved');
      }),
    );
  });

  it('are equal but for order without what the differences name, and in order too where nothing moved', () => {
    fc.assert(
      fc.property(message, message, (one, other) => {
        const differences = compareMessages(one, other, { strict: true });
        const [left, right] = [structuredClone(one), structuredClone(other)];
        const gone = differences.filter(({ kind }) => kind !== 'moved');
        const [before, after] = [
          without(
            left,
            gone.flatMap(({ before }) => (before ? [before.pointer] : [])),
          ),
          without(
            right,
            gone.flatMap(({ after }) => (after ? [after.pointer] : [])),
          ),
        ];
        expect(fingerprint(before)).toBe(fingerprint(after));
        if (gone.length === differences.length) expect(before).toEqual(after);
      }),
    );
  });

  it('give the values that stand at the pointers', () => {
    fc.assert(
      fc.property(message, message, (one, other) => {
        for (const { before, after } of compareMessages(one, other)) {
          if (before) expect(valueAt(one, before.pointer)).toBe(before.value);
          if (after) expect(valueAt(other, after.pointer)).toBe(after.value);
        }
      }),
    );
  });

  it('differ the other way round in as many points', () => {
    const mirrored: Record<string, string> = { added: 'removed', removed: 'added' };
    fc.assert(
      fc.property(message, message, (one, other) => {
        const there = compareMessages(one, other).map(({ kind }) => mirrored[kind] ?? kind);
        expect(
          compareMessages(other, one)
            .map(({ kind }) => kind)
            .sort(),
        ).toEqual(there.sort());
      }),
    );
  });
});

function shuffled<T>(value: T, gen: fc.GeneratorValue): T {
  if (Array.isArray(value)) {
    const order = gen(() =>
      fc.shuffledSubarray(
        value.map((_, i) => i),
        { minLength: value.length },
      ),
    );
    return order.map((i) => shuffled(value[i] as unknown, gen)) as T;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shuffled(inner as unknown, gen)])) as T;
}

type Tree = Record<string, unknown>;

const GONE = Symbol('gone');

/** The value without what stands at the pointers; list entries close up. */
function without(root: unknown, pointers: readonly string[]): unknown {
  for (const pointer of pointers) {
    const steps = pointer.split('/').slice(1);
    const last = steps.pop() as string;
    (steps.reduce<unknown>((at, step) => (at as Tree)[step], root) as Record<string, unknown>)[last] = GONE;
  }
  return closed(root);
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== GONE).map(closed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === GONE ? [] : [[key, closed(inner)]])));
}

const valueAt = (root: unknown, pointer: string): unknown =>
  pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, step) => (at as Tree)[step], root);
