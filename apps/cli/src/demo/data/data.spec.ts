import { isContainerNumberValid, isStationCodeValid, MESSAGE_TYPES } from '#model';
import { chineseWagon, containerNumber, stationCode } from './numbers.ts';
import { beijing, CONTAINERS, mftMessage, seaManifest } from './sea-manifest.ts';
import { BILLS, KAZAKH_TEXT, NOTES, trainConsist, WAGONS } from './train.ts';
import { element } from './xml-text.ts';

const NOW = new Date('2026-11-23T20:30:05.123Z');

describe('numbers', () => {
  test('containers and stations pass the checks of the model, which computes them on its own', () => {
    for (let serial = 0; serial < 500; serial += 1) expect(isContainerNumberValid(containerNumber('LYGU', serial * 1_999))).toBe(true);
    for (const five of ['70770', '69380', '67182', '33101']) expect(isStationCodeValid(stationCode(five))).toBe(true);
  });

  test('a station code that needs the second pass', () => expect(stationCode('69380')).toBe('693807'));
  test('Chinese wagons have seven digits', () => expect(chineseWagon(37)).toBe('5310037'));
});

describe('the sea manifest', () => {
  test('declares and links every container once', () => {
    const { containers, linked } = seaManifest({ containers: CONTAINERS });
    expect(new Set(containers).size).toBe(CONTAINERS);
    expect(linked).toEqual(containers);
    const text = mftMessage({ messageId: 'M', bill: 'B', containers: CONTAINERS, now: NOW }).toString('utf8');
    expect(text.split('<TransportEquipment>')).toHaveLength(CONTAINERS + 1);
  });

  test('writes Beijing time', () => {
    expect(beijing(NOW, 8)).toBe('20261124');
    expect(beijing(NOW, 17)).toBe('20261124043005123');
  });

  test('escapes text', () => expect(element('A', 'x < y & z')).toBe('<A>x &lt; y &amp; z</A>'));
});

describe('the train', () => {
  const train = trainConsist('T', NOW);
  const billOf = (note: string) => train.manifestBill?.find(({ consignmentNoteId }) => consignmentNoteId.includes(note));

  test('is a canonical train of 41 wagons under 12 notes', () => {
    expect(MESSAGE_TYPES.TrainConsist.safeParse(train).error).toBeUndefined();
    expect([WAGONS, NOTES]).toEqual([41, 12]);
    expect(train.wagon).toHaveLength(41);
    expect(train.consignmentNote).toHaveLength(12);
    const underNotes = train.consignmentNote.flatMap(({ usedTransportEquipment = [] }) => usedTransportEquipment.map(({ id }) => id));
    expect(underNotes).toEqual(train.wagon.map(({ id }) => id));
    expect(new Set(underNotes).size).toBe(41);
  });

  test('merges only notes of one consignee, contract and goods', () => {
    const notes = train.consignmentNote.map((note) => ({ note, bill: billOf(note.transportContractDocument.id ?? '')?.id }));
    const same = (bill: string) =>
      new Set(
        notes
          .filter((one) => one.bill === bill)
          .map(({ note: { consignee, consigneeInformation, includedConsignmentItem } }) =>
            JSON.stringify([consignee, consigneeInformation, includedConsignmentItem?.[0]?.natureIdentificationCargo]),
          ),
      );
    expect(train.manifestBill).toHaveLength(2);
    for (const { id } of train.manifestBill ?? []) expect(same(id).size).toBe(1);
    expect(notes.filter(({ bill }) => bill === undefined).length + (train.manifestBill?.length ?? 0)).toBe(BILLS);
  });

  test('has one note in Kazakh, in letters that windows-1251 does not have', () => {
    const texts = train.consignmentNote.flatMap(({ includedConsignmentItem: items = [] }) =>
      items.flatMap(({ natureIdentificationCargo: names = [] }) => names.map(({ identificationText }) => identificationText)),
    );
    expect(texts.filter((text) => text === KAZAKH_TEXT)).toHaveLength(1);
    expect(KAZAKH_TEXT).toMatch(/[ҰҚҢӘ]/);
  });
});
