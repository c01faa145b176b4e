import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { createTranslator, EdifactSyntax, readDirectories, type Encoded } from '#formats';
import { MESSAGE_TYPES, type CanonicalOf, type Issue } from '#model';
import { readTranslationFiles } from '../../files.ts';

type Note = CanonicalOf<'RailConsignmentNote'>;

const files = readTranslationFiles(process.cwd());
const translator = createTranslator(files, { lazily: true });
const fixture = (name: string) => readFileSync(join('test', 'fixtures', 'formats', 'osjd-smgs', name));
const PARAMETERS = { SenderRouting: 'HOST', RecipientRouting: 'HOST', ApplicationReference: 'NOTE' };
const encode = (message: Note, charset?: string): Encoded => translator.encode(message, { mapping: 'osjd-smgs/IFTMIN', parameters: PARAMETERS, ...(charset && { charset }) });

function decode(bytes: Buffer | string, charsets: string[] = []): { note: Note; issues: Issue[]; type: string | undefined } {
  const { issues, messages } = translator.decode(Buffer.from(bytes as string), { charsets });
  return { note: messages[0]?.message as Note, issues: [...issues, ...(messages[0]?.issues ?? [])], type: messages[0]?.mapping.id };
}
const found = (text: string) => decode(text).issues.map(({ code, pointer }) => `${code} ${pointer}`);
const text = fixture('note-kk-ru.edi').toString();
/** The fixture with one thing changed and its counts put right. */
function changed(from: string | RegExp, to: string): string {
  const segments = text.replace(from, to).split("'\r\n");
  const count = segments.findIndex((segment) => segment.startsWith('UNT+')) - segments.findIndex((segment) => segment.startsWith('UNH+')) + 1;
  return segments.join("'\r\n").replace(/UNT\+\d+/, `UNT+${count}`);
}

describe('osjd-smgs/IFTMIN read', () => {
  const { note, issues, type } = decode(text);

  it('reads every segment of the note without a finding', () => {
    expect(type).toBe('osjd-smgs/IFTMIN');
    expect(issues).toEqual([]);
    expect(MESSAGE_TYPES.RailConsignmentNote.safeParse(note).error).toBeUndefined();
    expect(note.unmapped).toBeUndefined();
  });

  it('reads the boxes of the form', () => {
    expect(note).toMatchObject({
      header: { messageId: '26031400000101', senderId: 'LBGATE', recipientId: 'KTZ.ALTYNKOL', issueDateTime: '2026-03-14T09:30+05:00', testIndicator: true, functionCode: { value: '9', listId: 'UN-1225' } },
      transportContractDocument: { id: '33-70112233', typeCode: { value: '722' } },
      carrierAcceptanceDateTime: '2026-03-14T09:15+05:00',
      loadedByCode: { value: '4' },
      consignorDeclaration: ['Жүк Қорғас арқылы жүреді. Груз следует через Хоргос: без перевески'],
      massDeterminationText: ['НА ВАГОННЫХ ВЕСАХ'],
      departureLocation: { railwayStationCode: { value: '000019', listId: 'OSJD-ESR' }, railwayCode: { value: '33', listId: 'OSJD-Railway', name: 'КЖД' }, name: 'ЛЯНЬЮНЬГАН' },
      borderCrossingLocation: [{ railwayStationCode: { value: '707701' } }, { railwayStationCode: { value: '704101' } }],
      consignor: { name: "ООО 'ТЕСТОВЫЙ ОТПРАВИТЕЛЬ' С ДЛИННЫМ НАЗВАНИЕМ", authoritativeSignatoryPerson: { name: 'ЛИ ВЭЙ' } },
      consignee: { name: '«Үлгі Қабылдаушы» ЖШС', definedContactDetails: { communication: [{ channelCode: { value: 'TE' } }, { completeNumber: 'ulgi@example.org' }] } },
      freightPayer: [{ id: { value: '7001/11/12/13' } }],
      carrierSection: [{ fromLocation: { name: 'АЛТЫНКОЛЬ (ЭКСП.)' }, toLocation: { name: 'АЛМАТЫ I' } }],
    });
  });

  it('keeps numbers as they are written and the two goods codes apart', () => {
    expect(note.includedConsignmentItem).toMatchObject([
      { harmonizedNomenclatureCode: { value: '15171000', listId: 'GNG' }, tariffCode: { value: '554043', listId: 'ETSNG' }, grossWeight: { value: '9500' }, grossWeightWithEquipment: { value: '13400.000' }, natureIdentificationCargo: [{ identificationText: 'МАРГАРИН: СОРТ 5+1?' }] },
      { grossWeight: { value: '.500' }, transportDangerousGoods: [{ uNDGID: '1263', hazardClassificationID: '3', properShippingName: 'КРАСКА', information: ['КЛАСС 3'] }] },
    ]);
  });

  it('reads wagons of 8 and of 7 digits, who provided them in Cyrillic, and the container on one', () => {
    expect(note.usedTransportEquipment).toMatchObject([
      { id: '94237120', axleQuantity: '4', loadCapacityMeasure: { value: '72', unitCode: 'TNE' }, wagonProvidedByCode: { value: '\u041f' }, affixedSeal: [{ id: 'CN1234567' }, { id: 'CN1234568' }], carriedTransportEquipment: [{ id: 'TSTU1234560', sizeTypeCode: { value: '4500' }, fullEmptyCode: { value: '5' } }] },
      { id: '5300417', wagonProvidedByCode: { value: '\u041e' } },
    ]);
  });

  it('keeps the consignor and all documents when groups of the consignor only carry documents', () => {
    const many = decode(fixture('note-21-documents.edi'));
    expect(many.issues).toEqual([]);
    expect(many.note.consignor).toEqual(note.consignor);
    expect(many.note.associatedDocument?.map(({ id }) => id)).toEqual(Array.from({ length: 21 }, (_, index) => `INV-${index + 1}`));
    expect(many.note.associatedDocument?.[0]).toEqual({ typeCode: { value: '380', listId: 'UN-1001' }, name: 'СЧЁТ', id: 'INV-1', formattedIssueDateTime: '2026-03-14' });
  });

  it('reads windows-1251 under UNOA when the link agreed to it', () => {
    expect(decode(fixture('note-ru.windows-1251.edi'), ['windows-1251'])).toMatchObject({ issues: [], note: { consignee: { name: 'ТОО ОБРАЗЕЦ' } } });
    expect(decode(fixture('note-ru.windows-1251.edi')).issues.map(({ code }) => code)).toEqual(['ENCODING_INVALID']);
  });

  it.each(['722', '720', '701'])('takes %s for the note, and each function of the list', (code) => {
    for (const functionCode of ['9', '5', '4', '1', '3', '2']) {
      const { note: read, issues: none } = decode(text.replace('BGM+722+33-70112233+9', `BGM+${code}+33-70112233+${functionCode}`));
      expect(none).toEqual([]);
      expect(read).toMatchObject({ transportContractDocument: { typeCode: { value: code } }, header: { functionCode: { value: functionCode } } });
    }
  });

  it.each([
    ['a tag in Cyrillic letters', changed("MEA+NAX", 'МЕА+NAX'), ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG37[1]/segment[49]', 'LOOKALIKE UNH[1]/SG37[1]/segment[49]', 'FIELD_UNMAPPED /IFTMIN/SG37[1]/segment']],
    ['text cut behind a release character', changed('МАРГАРИН?: СОРТ 5?+1??', `${'Ж'.repeat(69)}?:${'Ж'.repeat(9)}`), ['EDIFACT_SPLIT_RELEASE UNH[1]/SG18[1]/FTX[1]']],
    ['a question mark that is not released', changed('РАСТВОР КРАСОК', 'РАСТВОР?КРАСОК'), ['EDIFACT_RELEASE_STRAY UNH[1]/SG18[2]/FTX[1]/4.1']],
    ['a wrong count of segments', text.replace('UNT+56', 'UNT+57'), ['EDIFACT_COUNT UNH[1]/UNT/1']],
    ['an unknown function', changed('33-70112233+9', '33-70112233+77'), ['FUNCTION_CODE_UNKNOWN /IFTMIN/BGM/3']],
    ['two consignors', changed('NAD+CN+5522', 'NAD+CZ+5522'), ['FIELD_REPEATED /IFTMIN/SG11[2]']],
    ['no number', changed('33-70112233', ''), ['FIELD_MISSING /IFTMIN/BGM/2.1']],
    ['a mass in tonnes where kilograms are agreed', changed('MEA+WT+G+KGM:9500', 'MEA+WT+G+TNE:9500'), ['VALUE_INVALID /IFTMIN/SG18[1]/SG20[1]/MEA/3.1']],
    ['a mass that is no number', changed('KGM:9500', 'KGM:9,5 т'), ['VALUE_INVALID /IFTMIN/SG18[1]/SG20[1]/MEA/3.2']],
    ['a date that is none', changed('14.03.2026', '31.02.2026'), ['VALUE_INVALID /IFTMIN/DOC[1]/2.3']],
    ['another code list for a party', changed('4411:Z00', '4411:160'), ['CODE_UNKNOWN /IFTMIN/SG11[1]/NAD/2.2']],
    ['a segment the mapping has no rule for', changed("TDT+21++2'", "RFF+ZZZ:1'\r\nTDT+21++2'"), undefined],
  ])('reports %s', (_name, interchange, expected) => {
    if (expected) expect(found(interchange)).toEqual(expected);
    else expect(found(interchange).length).toBeGreaterThan(0);
  });

  it('keeps what no rule names', () => {
    const { note: read, issues: warnings } = decode(changed("TSR++4'", "TSR++4'\r\nFTX+ZZZ+++ПРОЧЕЕ'"));
    expect(read.unmapped).toEqual([{ pointer: '/IFTMIN/FTX[1]', value: 'ZZZ++' + '+ПРОЧЕЕ' }]);
    expect(warnings).toMatchObject([{ code: 'FIELD_UNMAPPED', severity: 'warning' }]);
  });

  it('reports every cut of the note and never throws', () => {
    for (let at = 0; at < text.length; at += 7) {
      const { issues: issuesOfCut } = decode(text.slice(0, at));
      expect(issuesOfCut.some(({ severity }) => severity === 'error')).toBe(true);
    }
  });
});

describe('osjd-smgs/IFTMIN written', () => {
  const { note } = decode(text);
  const { directories } = readDirectories(files.edifact);

  it('is the same note again, segment by segment', () => {
    const written = encode(note);
    expect(written.issues).toEqual([]);
    const sorted = (interchange: string) => interchange.split("'\r\n").map((segment) => segment.replace(/(?<=LOC\+17.*)\+КЗХ$/, '')).sort();
    // The wire repeats the railway's short name where the canonical code keeps it; all else is equal up to where long text is cut.
    const uncut = (segments: string[]) => segments.map((segment) => (/^(FTX|NAD)/.test(segment) ? segment.replaceAll(/(?<!\?):/g, '') : segment));
    expect(uncut(sorted(written.bytes.toString()))).toEqual(uncut(sorted(text)));
  });

  it('fits the structure of the directory, also with more than nine documents', () => {
    for (const source of ['note-kk-ru.edi', 'note-21-documents.edi']) {
      const { bytes } = encode(decode(fixture(source)).note);
      const { issues, documents } = new EdifactSyntax(directories).read(bytes, {});
      expect(issues).toEqual([]);
      expect(documents).toHaveLength(1);
    }
  });

  it('writes windows-1251, and refuses what that encoding lacks instead of replacing it', () => {
    const russian = decode(fixture('note-ru.windows-1251.edi'), ['windows-1251']).note;
    const written = encode(russian, 'windows-1251');
    expect(written).toMatchObject({ charset: 'windows-1251', issues: [] });
    expect(decode(written.bytes, ['windows-1251'])).toMatchObject({ issues: [], note: russian });
    const refused = encode(note, 'windows-1251');
    expect(refused.bytes).toHaveLength(0);
    expect(refused.issues.every(({ code }) => code === 'ENCODING_UNMAPPABLE')).toBe(true);
    expect(refused.issues.map(({ pointer }) => pointer)).toContain('/IFTMIN/SG11[2]/NAD/4.1');
  });

  it('takes sender and recipient from the link where it gives them', () => {
    const { bytes } = translator.encode(note, { mapping: 'osjd-smgs/IFTMIN', parameters: { ...PARAMETERS, SenderId: 'GATE', ReceiverId: 'STATION' } });
    expect(bytes.toString()).toMatch(/^UNB\+UNOA:1\+GATE::HOST\+STATION::HOST\+260314:0930\+26031400000101\+\+NOTE\+\+\+\+1'\r\n/);
  });

  it.each([
    ['a message id that no reference holds', { ...note, header: { ...note.header, messageId: '123456789012345' } }, 'VALUE_TOO_LONG'],
    ['a name longer than five lines', { ...note, consignor: { name: 'Ж'.repeat(176) } }, 'VALUE_TOO_LONG'],
    ['a station code of another list', { ...note, departureLocation: { railwayStationCode: { value: '1', listId: 'CN-Location' } } }, 'CODE_UNMAPPED'],
    ['a note without number', { ...note, transportContractDocument: { typeCode: note.transportContractDocument.typeCode } }, 'FIELD_MISSING'],
  ])('refuses %s', (_name, message, code) => {
    const { bytes, issues } = encode(message as Note);
    expect(issues.map((each) => each.code)).toContain(code);
    expect(bytes).toHaveLength(0);
  });

  it('cuts text before it escapes it, wherever the special characters fall', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('+', ':', "'", '?', 'Ж', 'қ', '*', ' '), { minLength: 1, maxLength: 160 }), (letters) => {
        const words = letters.join('');
        const message = { ...note, consignorDeclaration: [words], consignor: { name: words.slice(0, 150) } };
        const { note: read, issues } = decode(encode(message).bytes);
        expect(issues.filter(({ severity }) => severity === 'error')).toEqual([]);
        expect(read.consignorDeclaration).toEqual([words]);
        expect(read.consignor?.name).toBe(words.slice(0, 150));
      }),
    );
  });
});

describe('decode of what was encoded', () => {
  const word = fc.string({ unit: fc.constantFrom(...'АЖЯабяІәғқңөұүһ集AZaz09+:\'?* .-«»'), minLength: 1, maxLength: 30 });
  const short = (max: number) => fc.string({ unit: fc.constantFrom(...'ABCЖқ09+:\'?'), minLength: 1, maxLength: max });
  const digits = (length: number) => fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length });
  const number = fc.constantFrom('0', '9500', '9500.000', '.5', '12.', '-3');
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const code = (listId: string, value: fc.Arbitrary<string> = short(4)) => value.map((each) => ({ value: each, listId }));
  const measure = (unitCode = 'KGM') => number.map((value) => ({ value, unitCode }));
  const some = <T>(value: fc.Arbitrary<T>, maxLength = 4) => fc.array(value, { minLength: 1, maxLength });
  const record = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => fc.record(shape as never, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
  const filled = <T>(shape: { [K in keyof T]: fc.Arbitrary<T[K]> }) => record(shape).filter((value) => Object.keys(value).length > 0);
  const railway = fc.oneof(
    fc.record({ value: digits(2), listId: fc.constant('OSJD-Railway') }),
    fc.record({ value: digits(2), listId: fc.constant('OSJD-Railway'), name: fc.constant('КЗХ') }),
    fc.record({ value: fc.constant('КЖД'), listId: fc.constant('OSJD-RailwayName') }),
  );
  const station = filled({ railwayStationCode: code('OSJD-ESR', digits(6)), name: word, railwayCode: railway });
  const address = filled({ streetName: word, cityName: word, countrySubDivisionName: short(9), postcode: short(9), countryCode: code('ISO-3166-1', fc.constantFrom('KZ', 'CN')) });
  const contact = filled({ personName: word, communication: some(fc.record({ completeNumber: word, channelCode: code('UN-3155', fc.constantFrom('TE', 'EM')) })) });
  const party = filled({ id: code('OSJD-ClientCode'), name: word, postalAddress: address, definedContactDetails: contact, authoritativeSignatoryPerson: fc.record({ name: word }) });
  const texts = some(word);
  const goods = filled({
    sequenceNumber: fc.constantFrom('1', '99'),
    transportPackage: filled({ itemQuantity: digits(3), typeText: word }),
    harmonizedNomenclatureCode: code('GNG'),
    tariffCode: code('ETSNG'),
    natureIdentificationCargo: some(fc.record({ identificationText: word })),
    grossWeight: measure(),
    grossWeightWithEquipment: measure(),
    associatedTransportEquipment: some(fc.record({ id: short(17) })),
    transportDangerousGoods: some(filled({ uNDGID: digits(4), hazardClassificationID: short(7), properShippingName: word, information: texts })),
  });
  const container = fc.record({ id: digits(11), sizeTypeCode: optional(code('ISO-6346', fc.constantFrom('4500', '22G1'))), fullEmptyCode: optional(code('UN-8169', fc.constantFrom('4', '5'))) });
  const own = { id: digits(8), fullEmptyCode: optional(code('UN-8169', fc.constantFrom('4', '5'))), tareWeight: optional(measure()), netGoodsWeightMeasure: optional(measure()), affixedSeal: optional(some(fc.record({ id: short(35) }))) };
  const wagon = fc.record({
    ...own,
    categoryCode: code('UN-8053', fc.constant('RR')),
    tankTypeCode: optional(code('OSJD-TankType')),
    carriedTareWeight: optional(measure()),
    carriedGrossWeight: optional(measure()),
    loadCapacityMeasure: optional(measure('TNE')),
    axleQuantity: optional(digits(1)),
    railwayCode: optional(code('OSJD-Railway', digits(2))),
    wagonProvidedByCode: optional(code('OSJD-WagonProvidedBy', fc.constantFrom('О', 'П'))),
    ownerParty: optional(fc.record({ name: word })),
    carriedTransportEquipment: optional(some(container)),
  });
  const loose = fc.record({ ...own, categoryCode: code('UN-8053', fc.constant('CN')), sizeTypeCode: optional(code('ISO-6346')), grossWeight: optional(measure()), carryingWagonId: optional(digits(8)) });
  const document = filled({ typeCode: code('UN-1001'), name: word, id: short(35), formattedIssueDateTime: fc.constant('2026-03-14') });
  const note = fc.record({
    model: fc.constant('landbridge/1' as const),
    type: fc.constant('RailConsignmentNote' as const),
    header: fc.record({
      messageId: short(14),
      typeCode: fc.constant({ value: 'IFTMIN', listId: 'UN-0065' }),
      functionCode: code('UN-1225', fc.constantFrom('9', '5', '4', '1', '3', '2')),
      senderId: word,
      recipientId: word,
      issueDateTime: fc.constantFrom('2026-03-14T09:30+05:00', '2026-12-31T23:59+05:00'),
      testIndicator: optional(fc.constant(true)),
    }),
    transportContractDocument: fc.record({ id: short(35), typeCode: code('UN-1001', fc.constantFrom('722', '720', '701')) }),
    carrierAcceptanceDateTime: optional(fc.constantFrom('2026-03-14', '2026-03-14T09:15+05:00')),
    loadedByCode: optional(code('UN-7273')),
    consignorDeclaration: optional(texts),
    consigneeInformation: optional(texts),
    requestedRoute: optional(texts),
    transportRemark: optional(texts),
    customsRemark: optional(texts),
    massDeterminationText: optional(texts),
    associatedDocument: optional(some(document, 40)),
    replacedMessageId: optional(word),
    packetId: optional(word),
    grossWeight: optional(measure()),
    numberOfPackages: optional(digits(3)),
    departureLocation: optional(station),
    destinationLocation: optional(station),
    borderCrossingLocation: optional(some(station)),
    consignor: optional(party),
    consignee: optional(party),
    freightPayer: optional(some(filled({ id: code('OSJD-PayerCode'), name: word }))),
    carrierSection: optional(some(fc.record({ carrier: fc.record({ id: optional(code('OSJD-CarrierCode')), name: word }), fromLocation: optional(station), toLocation: optional(station) }))),
    includedConsignmentItem: optional(some(goods)),
    usedTransportEquipment: optional(fc.tuple(fc.array(wagon, { maxLength: 3 }), fc.array(loose, { maxLength: 2 })).map((lists) => lists.flat()).filter((list) => list.length > 0)),
  });

  it('is the same note, whatever stands in it', () => {
    fc.assert(
      fc.property(note, (generated) => {
        const message = JSON.parse(JSON.stringify(generated)) as Note;
        expect(MESSAGE_TYPES.RailConsignmentNote.safeParse(message).error).toBeUndefined();
        const written = encode(message);
        expect(written.issues).toEqual([]);
        const read = decode(written.bytes);
        // A note without consignor is one whose structure lacks its mandatory group, and nothing else.
        expect(read.issues.filter(({ pointer }) => pointer !== 'UNH[1]/SG11[1]')).toEqual([]);
        expect(read.note).toEqual(message);
      }),
      { numRuns: 300 },
    );
  });
});

describe('variants of the note', () => {
  it.each(['720', '701', '722'])('document %s is read and kept', (code) => {
    const { note, issues } = decode(text.replace('BGM+722', `BGM+${code}`));
    expect([note.transportContractDocument.typeCode?.value, issues]).toEqual([code, []]);
  });
  it.each(['DBC104', 'DBC105'])('of directory D.97B, association %s, are the same note', (association) => {
    const variant = text.replace('IFTMIN:D:97A:UN:OSJD', `IFTMIN:D:97B:UN:${association}`).replace('BGM+722', 'BGM+720');
    const { note, issues, type } = decode(`UNA:+.? '${variant}`);
    expect([type, issues]).toEqual([`osjd-smgs/IFTMIN-${association}`, []]);
    const written = translator.encode(note, { mapping: `osjd-smgs/IFTMIN-${association}`, parameters: PARAMETERS });
    expect(written.issues).toEqual([]);
    expect(written.bytes.toString()).toContain(`IFTMIN:D:97B:UN:${association}`);
    expect(decode(written.bytes).note).toEqual(note);
  });
});
