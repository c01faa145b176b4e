import fc from 'fast-check';
import { isContainerNumberValid, isShipNumberValid, isWagonNumberValid, type CanonicalOf } from '#model';
import { readCodeLists } from '../mapping/codelists.ts';
import { letterOf } from './anonymise-alphabets.ts';
import { Permutation } from './anonymise-permutation.ts';
import { anonymiseMessage, Disguise } from './anonymise.ts';

const KEY = Buffer.alloc(32, 7);
const disguised = (text: string) => new Disguise(KEY).text(text);
const formOf = (text: string) => [...text].map((character) => letterOf(character)?.alphabet.id ?? character);

describe('permutation', () => {
  it.each([2, 3, 10, 26, 100, 257])('moves each of %i numbers to another place, no two to one', (size) => {
    const permutation = new Permutation(KEY);
    const places = Array.from({ length: size }, (_, i) => permutation.apply(BigInt(i), BigInt(size), 't'));
    expect(new Set(places).size).toBe(size);
    places.forEach((place, i) => {
      expect(place).not.toBe(BigInt(i));
      expect(place >= 0n && place < BigInt(size)).toBe(true);
    });
  });

  it('is another one for another tweak and another key', () => {
    const value = (key: Buffer, tweak: string) => new Permutation(key).apply(12_345n, 10n ** 20n, tweak);
    expect(new Set([value(KEY, 'a'), value(KEY, 'b'), value(Buffer.alloc(32, 8), 'a')]).size).toBe(3);
  });
});

describe('a disguised text', () => {
  const alphabets = 'ABCxyz0189 -/.@,АЯЁжщёӘғҚұһІЇљÀéßλΩ连云港陆桥丂𠀀ＡＢ１';
  const text = fc.array(fc.constantFrom(...alphabets), { maxLength: 60 }).map((all) => all.join(''));

  it('has the length, the scripts and the signs of the real one, and is another', () => {
    fc.assert(
      fc.property(text, (real) => {
        const made = disguised(real);
        expect(formOf(made)).toEqual(formOf(real));
        expect(made.length).toBe(real.length);
        if ([...real].some((character) => letterOf(character))) expect(made).not.toBe(real);
      }),
    );
  });

  it('is the same for the same text and key only', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ABC'), minLength: 9, maxLength: 12 }), (real) => {
        expect(disguised(real)).toBe(disguised(real));
        expect(new Disguise(Buffer.alloc(32, 8)).text(real)).not.toBe(disguised(real));
      }),
    );
  });

  it('is of one real text only', () => {
    const disguise = new Disguise(KEY);
    const all = Array.from({ length: 1_000 }, (_, i) => disguise.text(String(i).padStart(3, '0')));
    expect(new Set(all).size).toBe(1_000);
  });

  it('uses Chinese characters in daily use for such', () => {
    expect(disguised('新亚欧陆海联运国际物流有限公司')).toMatch(/^[\u4e00-\u9fa5]{15}$/);
    expect(formOf(disguised('国际'))).toEqual(['chinese', 'chinese']);
  });

  it('keeps every letter of a long text from its place', () => {
    const real = 'Пример '.repeat(400);
    const made = [...disguised(real)];
    [...real].forEach((character, i) => expect(made[i] === character).toBe(character === ' '));
  });

  it.each(['[A-Z]{2}[A-Z2-9]{3}', 'P\\.[A-Z]{2}\\.\\d{3}', '(AB|CD)\\d{4}', '0[1-9]\\d{6}'])(
    'has the form %s where the field wants it',
    (pattern) => {
      const form = new RegExp(`^(?:${pattern})$`);
      fc.assert(
        fc.property(fc.stringMatching(form), (real) => {
          const made = new Disguise(KEY).text(real, (candidate) => form.test(candidate));
          expect(made).toMatch(form);
          expect(made).not.toBe(real);
        }),
      );
    },
  );
});

const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
const capitals = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), minLength: length, maxLength: length });

describe('numbers', () => {
  it("of containers keep the rightness of the check digit, and have nobody's owner code", () => {
    fc.assert(
      fc.property(capitals(3), fc.constantFrom(...'UJZRA'), digits(7), (owner, category, number) => {
        const real = owner + category + number;
        const made = disguised(real);
        expect(made).toMatch(/^[A-Z]{3}[^UJZ]\d{7}$/);
        expect(isContainerNumberValid(made)).toBe(isContainerNumberValid(real));
        expect(made).not.toBe(real);
      }),
    );
  });

  it('of ships keep the rightness of the check digit, and the mark before them', () => {
    fc.assert(
      fc.property(fc.constantFrom('UN', 'IMO', ''), digits(7), (mark, number) => {
        const made = disguised(mark + number);
        expect([made.slice(0, mark.length), made.length, made === mark + number]).toEqual([mark, mark.length + 7, false]);
        expect(isShipNumberValid(made)).toBe(isShipNumberValid(mark + number));
      }),
    );
  });

  it('of wagons keep the rightness of the check digit, and stay apart', () => {
    const all = new Map<string, string>();
    fc.assert(
      fc.property(digits(8), (real) => {
        const made = disguised(real);
        expect(isWagonNumberValid(made)).toBe(isWagonNumberValid(real));
        expect(all.get(made) ?? real).toBe(real);
        all.set(made, real);
      }),
    );
  });
});

const lists = readCodeLists([
  { path: 'PUB', text: "list: PUB\nversion: '1'\ntitle: {}\nsource: s\nvalues: { 'WITH BLANKS': {} }" },
  { path: 'WHO', text: "list: WHO\nversion: '1'\ntitle: {}\nsource: s\nopen: true\nidentifies: true\nvalues: {}" },
]).lists;

const code = (value: string, listId: string, name?: string) => ({ value, listId, ...(name !== undefined && { name }) });
const real: CanonicalOf<'Manifest'> = {
  model: 'landbridge/1',
  type: 'Manifest',
  header: {
    messageId: 'LB-2026-000123',
    functionCode: code('9', 'UN-1225'),
    senderId: 'SHANHAI',
    issueDateTime: '2026-12-31T23:30:00+08:00',
    version: '1.0',
  },
  mainCarriageTransportMovement: { id: '0214W', usedTransportMeans: { id: '9312345', name: 'ЛАНДБРИДЖ' } },
  consignment: [
    {
      sequenceNumber: '1',
      transportContractDocument: { id: 'SHBILL12345' },
      consignee: {
        id: code('3201234567890', 'WHO'),
        name: '连云港示例物流有限公司',
        postalAddress: { text: 'Қорғас, Example көшесі 12', countryCode: code('KZ', 'PUB') },
        communication: [{ completeNumber: '+7 701 000-11-22', channelCode: code('TE', 'UN-3155') }],
      },
      numberOfPackages: '12',
      grossWeight: { value: '9500.5', unitCode: 'KGM' },
      usedTransportEquipment: [{ id: 'LBGU1000018', affixedSeal: [{ id: 'SEAL0001' }] }],
      includedConsignmentItem: [
        { associatedTransportEquipment: [{ id: 'LBGU1000018' }], tariffClassificationCode: code('85044090', 'HS'), goodsMarks: 'N/M' },
      ],
      customsStatusCode: [
        code('WITH BLANKS', 'PUB'),
        code('A person, by name', 'PUB'),
        code('77', 'UNHEARD-OF'),
        code('1', 'PUB', 'Wörter'),
      ],
    },
  ],
  unmapped: [{ pointer: '/Manifest/Secret', value: 'Ivan Ivanov' }],
};
const anonymise = (shiftDays = 0) => anonymiseMessage(real, { disguise: new Disguise(KEY), lists, shiftDays });

describe('a sample', () => {
  const { message, leftOut, disguised: count } = anonymise();
  const made = message as typeof real;
  const bill = made.consignment?.[0];

  it('tells nothing that somebody could be known by', () => {
    const text = JSON.stringify(message);
    for (const word of [
      'SHANHAI',
      '0214',
      '9312345',
      'ЛАНДБРИДЖ',
      'BILL',
      '12345',
      '连云港',
      '示例',
      '物流',
      'Қорғас',
      'Example',
      '701',
      'LBGU',
      'SEAL',
      'Ivan',
      'person',
      'Wörter',
    ])
      expect(text).not.toContain(word);
    expect(count).toBe(17);
  });

  it('still says what, how much, when and what kind', () => {
    expect(made.header).toMatchObject({ functionCode: code('9', 'UN-1225'), issueDateTime: '2026-12-31T23:30:00+08:00', version: '1.0' });
    expect(bill).toMatchObject({ sequenceNumber: '1', numberOfPackages: '12', grossWeight: { value: '9500.5', unitCode: 'KGM' } });
    expect(bill?.includedConsignmentItem?.[0]?.tariffClassificationCode).toEqual(code('85044090', 'HS'));
    expect(bill?.consignee?.postalAddress?.countryCode).toEqual(code('KZ', 'PUB'));
    expect(bill?.customsStatusCode?.[0]).toEqual(code('WITH BLANKS', 'PUB'));
  });

  it('disguises codes of lists that identify somebody, of lists nobody knows, and what is no code', () => {
    expect(bill?.consignee?.id).toEqual(code(disguised('3201234567890'), 'WHO'));
    expect(bill?.customsStatusCode?.slice(1)).toEqual([
      code(disguised('A person, by name'), 'PUB'),
      code(disguised('77'), 'UNHEARD-OF'),
      code('1', 'PUB', disguised('Wörter')),
    ]);
  });

  it('links what was linked', () => {
    expect(bill?.includedConsignmentItem?.[0]?.associatedTransportEquipment?.[0]?.id).toBe(bill?.usedTransportEquipment?.[0]?.id);
  });

  it('leaves out what no field is known for, and says where it was', () => {
    expect('unmapped' in message).toBe(false);
    expect(leftOut).toEqual(['/Manifest/Secret']);
  });

  it('moves dates where asked to', () => {
    expect(anonymise(3).message.header.issueDateTime).toBe('2027-01-03T23:30:00+08:00');
    expect(anonymise(-366).message.header.issueDateTime).toBe('2025-12-30T23:30:00+08:00');
  });
});
