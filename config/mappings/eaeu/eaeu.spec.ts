import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator } from '#formats';
import { MESSAGE_TYPES, type CanonicalMessage, type CanonicalOf } from '#model';
import { readTranslationFiles } from '../../files.ts';

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const fixture = (name: string) => readFileSync(join('test', 'fixtures', 'formats', 'eaeu', `${name}.xml`), 'utf8');

function decode<T extends CanonicalMessage = CanonicalMessage>(text: string) {
  const { messages, issues } = translator.decode(Buffer.from(text));
  const [first] = messages;
  return {
    mapping: first?.mapping.id,
    message: first?.message as T,
    found: [...issues, ...(first?.issues ?? [])].map(({ code, pointer }) => `${code} ${pointer}`),
  };
}
const encode = (message: CanonicalMessage, mapping: string) => {
  const { bytes, issues } = translator.encode(message, { mapping, parameters: {} });
  return { text: bytes.toString(), found: issues.map(({ code, pointer }) => `${code} ${pointer}`) };
};

describe.each([
  ['railway-bill', 'eaeu/RailwayBill'],
  ['preliminary-information', 'eaeu/PIRWInformationCU'],
  ['declaration-status', 'eaeu/DeclarationStatus'],
  ['transit-declaration', 'eaeu/TransitDeclaration'],
])('%s', (name, mapping) => {
  it('is read whole, fits the model, and comes back as the same message', () => {
    const { message, ...rest } = decode(fixture(name));
    expect(rest).toEqual({ mapping, found: [] });
    expect(MESSAGE_TYPES[message.type].safeParse(message).error).toBeUndefined();
    const written = encode(message, mapping);
    expect(written.found).toEqual([]);
    expect(decode(written.text)).toEqual({ mapping, found: [], message });
  });
});

describe('RailwayBill', () => {
  const { message: note } = decode<CanonicalOf<'RailConsignmentNote'>>(fixture('railway-bill'));

  it('reads the boxes of the note', () => {
    expect(note).toMatchObject({
      transportContractDocument: { id: '70112233' },
      consignor: { postalAddress: { cityName: '连云港' }, authoritativeSignatoryPerson: { name: 'Ли Вэй' } },
      consignee: { id: { value: '1234' }, nationalRegistration: { kzBin: '000000000000', kzItn: { categoryCode: '01', territoryCode: '75' } } },
      grossWeight: { value: '9500.500', unitCode: 'KGM' },
      borderCrossingLocation: [{ railwayStationCode: { value: '707701', listId: 'OSJD-ESR' } }],
      railwayCharge: [{ distance: { value: '330', unitCode: 'KMT' }, consignorPayment: { tariffCarriage: '100.50', tariffCurrencyCode: { value: 'CHF' } } }],
      consignorTotal: { tariffTotal: '100.50' },
    });
    expect(note.consignor?.communication?.map(({ channelCode, completeNumber }) => [channelCode?.value, completeNumber])).toEqual([
      ['TE', '+86 000 000'],
      ['TE', '+86 000 001'],
      ['EM', 'test@example.org'],
    ]);
  });

  it('tells wagons from containers, and links them by the goods line', () => {
    expect(note.usedTransportEquipment?.map(({ id, categoryCode }) => [id, categoryCode?.value])).toEqual([
      ['TEST0000003', 'CN'],
      ['94237120', 'RR'],
    ]);
    expect(note.includedConsignmentItem?.[0]).toMatchObject({ carryingWagonId: '94237120', associatedTransportEquipment: [{ id: 'TEST0000003' }] });
  });

  it('reads day and time of a stamp as one moment, in the zone it names or the local one', () => {
    expect(note.carrierAcceptanceDateTime).toBe('2026-03-10T09:15:00+08:00');
    expect(note.acceptanceStamp?.moscowDateTime).toBe('2026-03-10T04:15:00+03:00');
    expect(note.transferStamp?.[0]?.actualOccurrenceDateTime).toBe('2026-03-14T08:30:00+05:00');
    expect(encode(note, 'eaeu/RailwayBill').text).toContain('<Date>2026-03-10</Date><Time>09:15:00+08:00</Time>');
  });

  it('accepts the schema version before, and no other namespace', () => {
    const at = (version: string) => fixture('railway-bill').replaceAll('RailwayBill:5.23.0', `RailwayBill:${version}`);
    expect(decode(at('5.22.0')).found).toEqual([]);
    expect(new Set(decode(at('1.0')).found.map((each) => each.split(' ')[0]))).toEqual(new Set(['NAMESPACE_WRONG']));
  });

  it('does not take a Latin letter for the Cyrillic one', () =>
    expect(decode(fixture('railway-bill').replace('<rwb:OwnerType>П', '<rwb:OwnerType>O')).found).toEqual(['CODE_UNKNOWN /RailwayBill/Carriage/OwnerType']));

  it('keeps to one state for the registration of a party', () => {
    const twice = fixture('railway-bill').replace('<cat_ru:RKOrganizationFeatures>', '<cat_ru:RFOrganizationFeatures><cat_ru:INN>0000000000</cat_ru:INN></cat_ru:RFOrganizationFeatures><cat_ru:RKOrganizationFeatures>');
    expect(decode(twice).found).toEqual(['FIELD_FORBIDDEN /RailwayBill/Consignee']);
  });
});

describe('PIRWInformationCU', () => {
  it('reads train, purpose and arrival', () =>
    expect(decode(fixture('preliminary-information')).message).toMatchObject({
      purposeCode: [{ value: '1', listId: 'EAEU-PreliminaryPurpose' }],
      expectedArrivalDateTime: '2026-03-16T08:30:00+05:00',
      mainCarriageTransportMovement: { trainIndex: '7077-087-7000' },
      wagon: [{ id: '94237120', fullEmptyCode: { value: '5', listId: 'UN-8169' }, carriedTransportEquipment: [{ id: 'TEST0000003' }] }],
      goodsShipment: [{ transportContractDocument: { id: 'БН', typeCode: { value: '02013' } }, transshipment: [{ description: ['Перегруз'] }] }],
    }));
});

describe('DeclarationStatus', () => {
  const status = (from: string | RegExp, to: string) => decode<CanonicalOf<'ClearanceStatus'>>(fixture('declaration-status').replace(from, to));

  it('is told in WCO response functions, and the decision of customs is kept beside', () =>
    expect(status('', '').message).toMatchObject({
      statusCode: { value: '08', listId: 'WCO-ResponseFunction' },
      nationalStatusCode: { value: '10', listId: 'EAEU-Decision' },
      declarationId: { customsOfficeCode: { value: '57505' }, registrationDate: '2026-03-15', id: '0000001' },
    }));
  it('without a decision says that the declaration is registered, and writes none', () => {
    const { message, found } = status(/<DecisionCode>.*<\/DecisionCode>/, '');
    expect([message.statusCode.value, found]).toEqual(['02', []]);
    expect(encode(message, 'eaeu/DeclarationStatus')).toMatchObject({ found: [], text: expect.not.stringContaining('DecisionCode') as string });
  });
  it('never takes an unknown decision for a release', () => {
    const { message, found } = status('>10<', '>ZZ<');
    expect(message.statusCode).toEqual({ value: 'ZZ', listId: 'EAEU-Decision' });
    expect(found).toEqual(['CODE_UNKNOWN /DeclarationStatus/DecisionCode']);
  });
  it('is written from the WCO code alone', () => {
    const { message } = status('', '');
    const foreign = structuredClone(message);
    delete foreign.nationalStatusCode;
    expect(encode(foreign, 'eaeu/DeclarationStatus').text).toContain('<DecisionCode>10</DecisionCode>');
  });
});

describe('TransitDeclaration R.048', () => {
  const text = fixture('transit-declaration');
  const { message: declaration } = decode<CanonicalOf<'TransitDeclaration'>>(text);

  it('names every code with its list, ours where the id is known', () =>
    expect(declaration).toMatchObject({
      typeCode: { value: '950', listId: 'UN-1001' },
      transitProcedureCode: { value: 'ТР', listId: 'ours' },
      totalAmount: { value: '25000.00', currencyCode: { value: 'USD', listId: 'ISO-4217' } },
      totalGrossMassMeasure: { value: '9500.500', unitCode: 'KGM' },
      transportMeans: [{ id: '94237120', idCountryCode: { value: 'KZ', listId: 'ISO-3166-1' } }],
      goodsShipment: [{ exportationCountryCode: { value: 'CN', listId: 'ISO-3166-1' }, transitDestination: { railwayStationCode: { value: '704101' } } }],
    }));

  it('keeps a second address and a second number of a channel', () => {
    expect(declaration.declarant).toMatchObject({ postalAddress: { cityName: 'Алматы' }, furtherAddress: [{ cityName: 'Жаркент' }] });
    expect(declaration.declarant?.communication?.map(({ completeNumber }) => completeNumber)).toEqual(['+7 000 000', '+7 000 001']);
  });

  it('reports a Latin TT and does not fold it', () => {
    const { message, found } = decode<CanonicalOf<'TransitDeclaration'>>(text.replace('>ТТ<', '>TT<'));
    expect(message.typeCode).toEqual({ value: 'TT', listId: 'EAEU-DeclarationKind' });
    expect(found).toEqual(['CODE_UNKNOWN /TransitDeclaration/DeclarationKindCode']);
  });

  it('keeps what it has no place for', () => {
    const { message, found } = decode(text.replace('</cacdo:ConsignorDetails>', '<casdo:EqualIndicator>1</casdo:EqualIndicator></cacdo:ConsignorDetails>'));
    const pointer = '/TransitDeclaration/TDGoodsShipmentDetails/ConsignorDetails/EqualIndicator';
    expect(found).toEqual([`FIELD_UNMAPPED ${pointer}`]);
    expect(message.unmapped).toEqual([{ pointer, value: '1' }]);
  });

  it('is refused in the older exchange form for what that form demands besides', () => {
    const { text: older, found } = encode(declaration, 'eaeu/ESADout_CU-transit');
    expect(older).toBe('');
    expect(found).toEqual(expect.arrayContaining(['FIELD_MISSING /recipientCountryCode', 'FIELD_UNMAPPED /transitGuarantee/presentCode']));
  });
});

describe('ESADout_CU', () => {
  const form = (procedure: string) =>
    `<ESADout_CU xmlns="urn:customs.ru:Information:CustomsDocuments:ESADout_CU:5.23.0" DocumentModeID="1006107E"><CustomsProcedure>${procedure}</CustomsProcedure></ESADout_CU>`;
  it.each([
    ['ТТ', 'eaeu/ESADout_CU-transit'],
    ['ИМ', 'eaeu/ESADout_CU'],
    ['ЭК', 'eaeu/ESADout_CU'],
  ])('with procedure %s is %s', (procedure, mapping) => expect(decode(form(procedure)).mapping).toBe(mapping));
});
