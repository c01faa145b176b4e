/** Notes to bills and back (归并, 分票): what one side merges or splits, the other side finds again. */
import fc from 'fast-check';
import { ExchangeError, MESSAGE_TYPES, type CanonicalMessage, type CanonicalOf } from '#model';
import { checkMessage } from '../checks/index.ts';
import { project } from './index.ts';

type Consist = CanonicalOf<'TrainConsist'>;
type Note = Consist['consignmentNote'][number];
type NoteMessage = CanonicalOf<'RailConsignmentNote'>;
type Manifest = CanonicalOf<'Manifest'>;

const kg = (value: number) => ({ value: String(value), unitCode: 'KGM' });
const CONTAINERS = ['LBGU1000018', 'LBGU1000023', 'LBGU1000039', 'LBGU1000044'];

/** A note with one container, its items numbered from 1, and totals that add up. */
const noteOf = (id: string, place: number, masses: readonly number[], consignor = 'Example'): Note => ({
  transportContractDocument: { id },
  consignor: { name: consignor },
  consignee: { name: 'Example receiver' },
  departureLocation: { id: { value: '707701', listId: 'OSJD-ESR' } },
  numberOfPackages: String(masses.length * 10),
  grossWeight: kg(masses.reduce((sum, mass) => sum + mass, 0)),
  includedConsignmentItem: masses.map((mass, index) => ({
    sequenceNumber: String(index + 1),
    transportPackage: { itemQuantity: '10' },
    grossWeight: kg(mass),
    associatedTransportEquipment: [{ id: CONTAINERS[place] as string }],
  })),
  usedTransportEquipment: [
    { id: CONTAINERS[place] as string, categoryCode: { value: 'CN', listId: 'UN-8053' }, carryingWagonId: `527000${place}` },
  ],
});
const trainOf = (notes: Note[], manifestBill: NonNullable<Consist['manifestBill']>): Consist => ({
  model: 'landbridge/1',
  type: 'TrainConsist',
  header: { messageId: 'TRAIN-1', functionCode: { value: '9', listId: 'UN-1225' } },
  mainCarriageTransportMovement: { id: 'X8051' },
  wagon: notes.map((_note, place) => ({ id: `527000${place}` })),
  consignmentNote: notes,
  manifestBill,
});
const manifestOf = (consist: Consist) => project('railManifest', consist)[0] as Manifest;
const back = (manifest: Manifest) => project('notesOfBills', manifest) as NoteMessage[];
const body = ({ model: _model, type: _type, header: _header, ...rest }: Record<string, unknown>) => rest;
const valid = (message: CanonicalMessage) => MESSAGE_TYPES[message.type].safeParse(message).error?.issues ?? [];

/** The same note without what a train adds to its equipment. */
const plain = (note: Note | NoteMessage) => ({
  ...body(note as never),
  usedTransportEquipment: note.usedTransportEquipment?.map(({ id, carryingWagonId }) => ({ id, carryingWagonId })),
});

const notes = fc
  .array(
    fc.record({
      masses: fc.array(fc.integer({ min: 1, max: 9999 }), { minLength: 1, maxLength: 3 }),
      consignor: fc.constantFrom('A', 'B'),
    }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((all) => all.map(({ masses, consignor }, place) => noteOf(`N${place}`, place, masses, consignor)));

it('gives every note back that any merging made bills of', () =>
  fc.assert(
    fc.property(notes, fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 4, maxLength: 4 }), (all, groups) => {
      const bills = ['B0', 'B1'].flatMap((id, group) => {
        const consignmentNoteId = all.flatMap(({ transportContractDocument }, i) =>
          groups[i] === group ? (transportContractDocument.id ?? []) : [],
        );
        return consignmentNoteId.length > 0 ? [{ id, consignmentNoteId }] : [];
      });
      const train = trainOf(all, bills);
      const manifest = manifestOf(train);
      const found = back(manifest);
      expect([checkMessage(train), checkMessage(manifest), ...found.map(checkMessage), ...found.map(valid)].flat()).toEqual([]);
      const byNumber = (a: { transportContractDocument: { id?: string | undefined } }, b: typeof a) =>
        String(a.transportContractDocument.id).localeCompare(String(b.transportContractDocument.id));
      expect([...found].sort(byNumber).map(plain)).toEqual(all.map(plain));
    }),
  ));

describe('a note over two bills', () => {
  const whole = noteOf('N1', 0, [100, 50]);
  const train = trainOf(
    [whole, noteOf('N2', 1, [7])],
    [
      { id: 'B1', consignmentNoteId: ['N1'], notePart: [{ id: 'N1', itemSequenceNumber: ['1'] }] },
      { id: 'B2', consignmentNoteId: ['N1', 'N2'], notePart: [{ id: 'N1', itemSequenceNumber: ['2'] }] },
    ],
  );
  it('gives each bill its items, packages and mass', () => {
    const manifest = manifestOf(train);
    expect([checkMessage(train), checkMessage(manifest)]).toEqual([[], []]);
    expect(
      manifest.consignment?.map(({ transportContractDocument, numberOfPackages, grossWeight }) => [
        transportContractDocument?.id,
        numberOfPackages,
        grossWeight?.value,
      ]),
    ).toEqual([
      ['B1', '10', '100'],
      ['B2', '20', '57'],
    ]);
  });
  it('is one note again', () => {
    const found = back(manifestOf(train));
    expect(found.map(({ transportContractDocument }) => transportContractDocument.id)).toEqual(['N1', 'N2']);
    expect(plain(found[0] as NoteMessage)).toEqual(plain(whole));
  });
  it('may not be there twice without parts, nor an item twice', () => {
    const found = (manifestBill: NonNullable<Consist['manifestBill']>) =>
      checkMessage({ ...train, manifestBill }).map(({ code, pointer }) => `${code} ${pointer}`);
    const part = { id: 'N1', itemSequenceNumber: ['1'] };
    expect(
      found([
        { id: 'B1', consignmentNoteId: ['N1'], notePart: [part] },
        { id: 'B2', consignmentNoteId: ['N1'] },
      ]),
    ).toEqual(['DUPLICATE_KEY /manifestBill/1/consignmentNoteId/0']);
    expect(
      found([
        { id: 'B1', consignmentNoteId: ['N1'], notePart: [part] },
        { id: 'B2', consignmentNoteId: ['N1'], notePart: [part] },
      ]),
    ).toEqual(['DUPLICATE_KEY /manifestBill/1/notePart/0/itemSequenceNumber/0']);
  });
});

describe('a bill that does not say what belongs to which note', () => {
  const manifest = manifestOf(trainOf([noteOf('N1', 0, [1]), noteOf('N2', 1, [2])], [{ id: 'B', consignmentNoteId: ['N1', 'N2'] }]));
  const [bill] = manifest.consignment ?? [];
  it('is not guessed at', () => {
    const silent = { ...manifest, consignment: [{ ...bill, mergedConsignmentNote: [{ id: 'N1' }, { id: 'N2' }] }] };
    expect(() => back(silent)).toThrow(ExchangeError);
    try {
      back(silent);
    } catch (error) {
      expect((error as ExchangeError).issues.map(({ pointer }) => pointer)).toEqual([
        '/consignment/0/includedConsignmentItem/0',
        '/consignment/0/includedConsignmentItem/1',
        '/consignment/0/usedTransportEquipment/0',
        '/consignment/0/usedTransportEquipment/1',
      ]);
    }
  });
  it('is that note where there is one only', () => {
    const single = { ...manifest, consignment: [{ ...bill, mergedConsignmentNote: [{ id: 'N1' }] }] };
    expect(back(single)).toMatchObject([
      { transportContractDocument: { id: 'N1' }, numberOfPackages: '20', includedConsignmentItem: [{}, {}] },
    ]);
  });
});

describe('a train reports', () => {
  const train = trainOf([noteOf('N1', 0, [1]), noteOf('N2', 1, [2])], []);
  const reports = (movement: object) =>
    ['trainPlan', 'trainForecast', 'trainArrival', 'trainDeparture'].flatMap((name) =>
      project(name, { ...train, mainCarriageTransportMovement: { ...train.mainCarriageTransportMovement, ...movement } }),
    ) as CanonicalOf<'ConveyanceReport'>[];
  it('nothing before a time is known', () => expect(reports({})).toEqual([]));
  it('each stage whose time is known, in messages of their own', () => {
    const found = reports({
      departureEvent: { scheduledOccurrenceDateTime: '2026-03-14T08:00+08:00' },
      arrivalEvent: { scheduledOccurrenceDateTime: '2026-03-15T08:00+08:00', actualOccurrenceDateTime: '2026-03-15T09:10+08:00' },
    });
    expect(found.map(({ reportCode }) => reportCode?.value)).toEqual(['plan', 'forecast', 'arrival']);
    expect(new Set(found.map(({ header }) => header.messageId)).size).toBe(3);
    expect(found.flatMap((message) => [...valid(message), ...checkMessage(message)])).toEqual([]);
  });
  it('its wagons in order, each with its containers', () => {
    const [report] = reports({ departureEvent: { actualOccurrenceDateTime: '2026-03-14T08:05+08:00' } });
    expect(report?.usedTransportEquipment?.map(({ id, sequenceNumber }) => [id, sequenceNumber])).toEqual([
      ['5270000', '1'],
      ['LBGU1000018', undefined],
      ['5270001', '2'],
      ['LBGU1000023', undefined],
    ]);
  });
});
