/** The customs formats on whole documents: what is read, what is refused and where, and what comes out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTranslator, type DecodedMessage } from '#formats';
import type { CanonicalOf } from '#model';
import { Documents } from '../../test/support/documents.ts';
import { installationFolder, readTranslationFiles } from '../files.ts';

const translator = createTranslator(readTranslationFiles(), { lazily: true });
const fixture = (name: string) => readFileSync(join(installationFolder(), 'test', 'fixtures', 'formats', name));
const manifest = fixture('cn-manifest/MT1101-9.xml').toString();
const { decode, one, found, checked } = new Documents(translator);

describe.each([
  ['cn-manifest/MT1101-9.xml', 'cn-manifest/MT1101', '9', 'Manifest'],
  ['cn-manifest/MT1101-3.xml', 'cn-manifest/MT1101', '3', 'Manifest'],
  ['cn-manifest/MT2101-9.xml', 'cn-manifest/MT2101', '9', 'Manifest'],
  ['cn-manifest/MT3101-2.xml', 'cn-manifest/MT3101', '2', 'ArrivalReport'],
  ['cn-manifest/Response-schema.xml', 'cn-manifest/Response', '9', 'ManifestResponse'],
  ['cn-manifest/Response-paired.xml', 'cn-manifest/Response', '9', 'ManifestResponse'],
  ['cn-jiangsu/MFTMessage-MT3101.xml', 'cn-manifest/MT3101', '2', 'ArrivalReport'],
  ['cn-dxp/DxpMsg-MT1101.xml', 'cn-manifest/MT1101', '9', 'Manifest'],
  ['cn-dxp/DxpRep.xml', 'cn-dxp/DxpRep', '11', 'Acknowledgement'],
  ['kz-rail/wagon-transfer-list.xml', 'kz-rail/wagon-transfer-list', '9', 'WagonTransferList'],
  ['canonical/TrainConsist.json', 'canonical/json', '9', 'TrainConsist'],
])('%s', (file, mapping, functionCode, canonicalType) => {
  it('is read without a finding and written back to the same message', () => {
    const message = one(fixture(file));
    expect(message).toMatchObject({ mapping: { id: mapping }, functionCode, canonicalType, issues: [] });
    expect(translator.check(message.message)).toEqual([]);
    const encoded = translator.encode(message.message, { mapping, parameters: {} });
    expect(encoded.issues).toEqual([]);
    expect(one(encoded.bytes).message).toEqual(message.message);
  });
  it('is detected', () => expect(translator.detect(fixture(file))).toMatchObject({ issues: [], detection: { mapping, charset: 'UTF-8' } }));
});

describe('a manifest', () => {
  it('keeps quantities, codes and times as exchanged', () => {
    const { message } = one(manifest) as { message: CanonicalOf<'Manifest'> } & DecodedMessage;
    expect(message.header.issueDateTime).toBe('2026-03-14T09:15:00.123+08:00');
    expect(message.mainCarriageTransportMovement?.modeCode).toEqual({ value: '1', listId: 'UN-Rec19' });
    const [bill] = message.consignment ?? [];
    expect(bill).toMatchObject({
      transportContractDocument: { id: 'LBG26030001' },
      associatedDocument: { id: 'LBG26030001A' },
      grossWeight: { value: '16700.75', unitCode: 'KGM' },
      declaredValueForCarriageAmount: { value: '48000.00', currencyId: 'USD' },
    });
    expect(bill?.includedConsignmentItem?.[0]?.tariffClassificationCode?.value).toBe('0101210010');
  });
  it('is the same without a namespace', () => {
    expect(one(manifest.replace(/ xmlns="[^"]*"/, '')).message).toEqual(one(manifest).message);
  });
  it('is not written as another type of the same list, and is where it names none or one of another list', () => {
    const { message } = one(fixture('cn-manifest/MT2101-9.xml')) as { message: CanonicalOf<'Manifest'> } & DecodedMessage;
    const errors = (mapping: string, typeCode: CanonicalOf<'Manifest'>['header']['typeCode']) =>
      translator
        .encode({ ...message, header: { ...message.header, typeCode } } as CanonicalOf<'Manifest'>, { mapping, parameters: {} })
        .issues.filter(({ pointer }) => pointer === '/header/typeCode')
        .map(({ code }) => code);
    expect(message.header.typeCode).toEqual({ value: 'MT2101', listId: 'CN-MessageType' });
    expect(errors('cn-manifest/MT2101', message.header.typeCode)).toEqual([]);
    for (const mapping of ['cn-manifest/MT1101', 'cn-rail/MT2301', 'cn-road/MT2401'])
      expect([mapping, errors(mapping, message.header.typeCode)]).toEqual([mapping, ['VALUE_UNTRANSLATABLE']]);
    expect(translator.encode(message, { mapping: 'cn-manifest/MT1101', parameters: {} }).bytes).toHaveLength(0);
    expect(errors('cn-manifest/MT1101', undefined)).toEqual([]);
    expect(errors('cn-manifest/MT1101', { value: 'CUSCAR', listId: 'UN-0065' })).toEqual([]);
  });
  it('names every mistake of a document at once, each with its place', () => {
    const broken = manifest
      .replace(/ {4}<ExitCustomsOffice>[\s\S]*?<\/ExitCustomsOffice>\n/, '')
      .replace('<TotalGrossMassMeasure>16700.75<', '<TotalGrossMassMeasure>16,7 t<')
      .replace('<SendTime>20260314091500123<', '<SendTime>20261314091500123<')
      .replace('<FreightPayment>', '<TransportSplitIndicator>1</TransportSplitIndicator><FreightPayment>')
      .replace('<Line>1 Harbour Road</Line>', '<Line>1 Harbour Road</Line><Line>2</Line>');
    expect(found(broken).sort()).toEqual([
      'FIELD_FORBIDDEN /Manifest/Declaration/Consignment[1]/TransportSplitIndicator',
      'FIELD_MISSING /Manifest/Declaration/ExitCustomsOffice',
      'FIELD_REPEATED /Manifest/Declaration/Consignment[1]/Consignor/Address/Line[2]',
      'VALUE_INVALID /Manifest/Declaration/Consignment[1]/TotalGrossMassMeasure',
      'VALUE_INVALID /Manifest/Head/SendTime',
    ]);
  });
  it.each([
    ['another namespace', (text: string) => text.replace('CN:MT1101:1', 'CN:MT9999:1'), 'NAMESPACE_WRONG /Manifest'],
    ['an unknown function code', (text: string) => text.replace('<FunctionCode>9', '<FunctionCode>7'), 'FUNCTION_CODE_UNKNOWN /Manifest/Head/FunctionCode'],
    ['a head that names another type', (text: string) => text.replace('<MessageType>MT1101', '<MessageType>MT2101'), 'MESSAGE_TYPE_MISMATCH /Manifest/Head/MessageType'],
    ['an unknown type', (text: string) => text.replace(/ xmlns="[^"]*"/, '').replace('<MessageType>MT1101', '<MessageType>MT7777'), 'MESSAGE_TYPE_UNKNOWN /Manifest'],
    ['an unknown code', (text: string) => text.replace('<TypeID>TE', '<TypeID>QQ'), 'CODE_UNKNOWN /Manifest/Declaration/Consignment[1]/Consignee/Communication[1]/TypeID'],
    ['an element of nowhere', (text: string) => text.replace('<Agent>', '<IEFlag>I</IEFlag><Agent>'), 'FIELD_UNMAPPED /Manifest/Declaration/IEFlag'],
    ['an attribute of nowhere', (text: string) => text.replace('<Agent>', '<Agent x="1">'), 'FIELD_UNMAPPED /Manifest/Declaration/Agent/@x'],
    ['an empty mandatory element', (text: string) => text.replace('<ID>LBGL</ID>', '<ID/>'), 'FIELD_MISSING /Manifest/Declaration/Carrier/ID'],
    ['another order', (text: string) => text.replace(/( {4}<Agent>[\s\S]*?<\/Agent>\n)( {4}<Carrier>[\s\S]*?<\/Carrier>\n)/, '$2$1'), 'FIELD_ORDER /Manifest/Declaration/Agent'],
  ])('with %s', (_name, change, finding) => {
    const changed = change(manifest);
    expect(changed).not.toBe(manifest);
    expect(found(changed)).toEqual([finding]);
  });
  it('keeps what it cannot place', () => {
    const { message } = one(manifest.replace('<Agent>', '<IEFlag>I</IEFlag><Agent>'));
    expect(message.unmapped).toEqual([{ pointer: '/Manifest/Declaration/IEFlag', value: 'I' }]);
  });
  it('says when it cannot keep all it cannot place', () => {
    const flood = manifest.replace('<Agent>', `${'<x>1</x>'.repeat(200_000)}<Agent>`);
    const { message, issues } = one(flood);
    expect(message.unmapped).toHaveLength(1_000);
    expect(issues.at(-1)).toMatchObject({ code: 'FIELD_UNMAPPED', pointer: '/Manifest' });
  });
  it('says once that filtered elements are ignored', () => {
    const issues = found(manifest.replace('<FunctionCode>9', '<FunctionCode>0'));
    expect(issues.filter((text) => text.startsWith('FIELD_FILTERED') && text.endsWith('/TotalGrossMassMeasure'))).toHaveLength(1);
    expect(issues).toContain('FIELD_MISSING /Manifest/Declaration/Consignment[2]/GoodsConsignedPlace');
  });
  it('holds 9,999 bills and no more', () => {
    const bill = /<Consignment>[\s\S]*?<\/Consignment>/.exec(fixture('cn-manifest/MT1101-3.xml').toString())?.[0] ?? '';
    const many = (count: number) => fixture('cn-manifest/MT1101-3.xml').toString().replace(bill, bill.repeat(count));
    expect(found(many(9_999))).toEqual([]);
    expect(found(many(10_000))).toEqual(['FIELD_REPEATED /Manifest/Declaration/Consignment[10000]']);
  });
  it('holds 9 seals and 999 items', () => {
    const seal = '<SealID>S1</SealID>';
    expect(found(manifest.replace(/<SealID.*?<\/SealID>/, seal.repeat(9)))).toEqual([]);
    expect(found(manifest.replace(/<SealID.*?<\/SealID>/, seal.repeat(10)))).toEqual(['FIELD_REPEATED /Manifest/Declaration/Consignment[1]/TransportEquipment[1]/SealID[10]']);
    const item = /<ConsignmentItem>[\s\S]*?<\/ConsignmentItem>/.exec(manifest)?.[0] ?? '';
    expect(found(manifest.replace(item, item.repeat(1_000)))).toEqual(['FIELD_REPEATED /Manifest/Declaration/Consignment[1]/ConsignmentItem[1000]']);
  });
  it.each([
    ['a wrong check digit', 'LBGU1000018</ID>\n        </EquipmentIdentification>\n        <Char', 'LBGU1000019</ID>\n        </EquipmentIdentification>\n        <Char', 'CHECK_DIGIT /Manifest/Declaration/Consignment[1]/TransportEquipment[1]/EquipmentIdentification/ID'],
    ['a Cyrillic letter in a container number', '<ID>LBGU1000039', '<ID>LВGU1000039', 'LOOKALIKE /Manifest/Declaration/Consignment[2]/TransportEquipment[1]/EquipmentIdentification/ID'],
    ['packages that do not add up', '<QuantityQuantity>200', '<QuantityQuantity>201', 'COUNT_MISMATCH /Manifest/Declaration/Consignment[1]/ConsignmentPackaging/QuantityQuantity'],
    ['mass that does not add up', '<TotalGrossMassMeasure>16700.75', '<TotalGrossMassMeasure>16700.74', 'COUNT_MISMATCH /Manifest/Declaration/Consignment[1]/TotalGrossMassMeasure'],
    ['an item number twice', '<SequenceNumeric>2', '<SequenceNumeric>1', 'DUPLICATE_KEY /Manifest/Declaration/Consignment[1]/ConsignmentItem[2]/SequenceNumeric'],
  ])('with %s', (_name, before, after, finding) => {
    expect(manifest).toContain(before);
    expect(checked(manifest.replace(before, after))).toContain(finding);
  });
  it('links items only to its own containers', () => {
    const wrong = manifest.replace(/(<GrossMassMeasure>21000<[\s\S]*?<ID>)LBGU1000039/, '$1LBGU1000018');
    expect(checked(wrong)).toEqual(['LINK_UNDECLARED /Manifest/Declaration/Consignment[2]/ConsignmentItem[1]/EquipmentIdentification[1]/ID']);
  });
  it('has every pair of master and house bill once', () => {
    const twice = manifest.replace('LBG26030002', 'LBG26030001');
    expect(checked(twice)).toEqual([]);
    expect(checked(twice.replace(/<AssociatedTransportDocument>[\s\S]*?<\/AssociatedTransportDocument>/, ''))).toEqual([
      'DUPLICATE_KEY /Manifest/Declaration/Consignment[2]/TransportContractDocument/ID',
    ]);
  });
  it('is explained field by field', () => {
    const { messages } = translator.decode(Buffer.from(manifest), { trace: true });
    expect(messages[0]?.trace).toContainEqual({
      documentPointer: '/Manifest/Declaration/Consignment[2]/RoutingCountryCode[3]',
      canonicalPointer: '/consignment/1/routingCountryCode/2',
      rule: 'code ISO-3166-1',
      before: 'KZ',
      after: 'KZ (ISO-3166-1)',
    });
    const encoded = translator.encode((messages[0] as DecodedMessage).message, { mapping: 'cn-manifest/MT1101', parameters: {} }, { trace: true });
    expect(encoded.trace).toContainEqual({
      documentPointer: '/Manifest/Declaration/Consignment[2]/RoutingCountryCode[3]',
      canonicalPointer: '/consignment/1/routingCountryCode/2',
      rule: 'code ISO-3166-1',
      before: 'KZ (ISO-3166-1)',
      after: 'KZ',
    });
  });
});

describe('receipts', () => {
  it('says the same in the schema form and in the paired form', () => {
    expect(one(fixture('cn-manifest/Response-paired.xml')).message).toEqual(one(fixture('cn-manifest/Response-schema.xml')).message);
  });
  it('keeps an unknown code as it is', () => {
    const { message, issues } = one(fixture('cn-manifest/Response-schema.xml').toString().replace('<Code>12', '<Code>EX'));
    expect(issues.map(({ code }) => code)).toEqual(['CODE_UNKNOWN']);
    expect((message as CanonicalOf<'ManifestResponse'>).equipmentStatus?.[1]?.status?.code).toEqual({ value: 'EX', listId: 'CC020' });
  });
});

describe('envelopes', () => {
  const choice = { mapping: 'cn-manifest/MT1101', envelope: 'cn-dxp/DxpMsg', parameters: { SenderId: 'DXPESW0000000001', ReceiverId: 'DXPEDC0000000001,DXPEDC0000000002', MsgType: 'MT1101' } };
  it('are read with their fields', () => {
    expect(decode(fixture('cn-dxp/DxpMsg-MT1101.xml')).envelope).toMatchObject({ mapping: { id: 'cn-dxp/DxpMsg' }, fields: { SenderId: 'DXPENT0000000001', ReceiverId: 'DXPEDC0000000001,DXPEDC0000000002' } });
    expect(decode(fixture('cn-jiangsu/MFTMessage-MT3101.xml')).envelope).toMatchObject({ mapping: { id: 'cn-jiangsu/MFTMessage' }, fields: { CopCode: 'LBG000001' } });
  });
  it('are written from the message and the link', () => {
    const { message } = one(manifest);
    const encoded = translator.encode(message, choice);
    expect(encoded).toMatchObject({ issues: [], envelope: { id: 'cn-dxp/DxpMsg' }, mapping: { id: 'cn-manifest/MT1101' } });
    const back = decode(encoded.bytes);
    expect(back.messages[0]?.message).toEqual(message);
    expect(back.envelope?.fields).toEqual({ CopMsgId: message.header.messageId, CreatTime: message.header.issueDateTime, ...choice.parameters });
  });
  it('write a provincial manifest without a namespace', () => {
    const { message } = one(fixture('cn-manifest/MT3101-2.xml'));
    const { bytes, issues } = translator.encode(message, { mapping: 'cn-manifest/MT3101', envelope: 'cn-jiangsu/MFTMessage', parameters: { CopCode: 'LBG000001' } });
    expect(issues).toEqual([]);
    expect(bytes.toString()).not.toContain('xmlns');
    expect(decode(bytes).messages[0]?.message).toEqual(message);
  });
  it('lack nothing they need', () => {
    const { message } = one(manifest);
    expect(translator.encode(message, { ...choice, parameters: {} })).toMatchObject({ bytes: Buffer.alloc(0), issues: [{ code: 'FIELD_MISSING' }, { code: 'FIELD_MISSING' }] });
  });
  it.each([
    ['no base64', (text: string) => text.replace(/<Data>.{4}/, '<Data>****'), 'VALUE_INVALID /Data'],
    ['no document', (text: string) => text.replace(/<Data>[^<]*/, `<Data>${Buffer.from('hello').toString('base64')}`), 'FORMAT_UNKNOWN '],
    ['a document with a DOCTYPE', (text: string) => text.replace(/<Data>[^<]*/, `<Data>${Buffer.from('<!DOCTYPE a><a/>').toString('base64')}`), 'DTD_FORBIDDEN '],
    ['itself', (text: string) => text.replace(/<Data>[^<]*/, `<Data>${Buffer.from('<Zip>UEs=</Zip>').toString('base64')}`), 'FORMAT_UNKNOWN '],
  ])('with %s inside are refused', (_name, change, finding) => expect(found(change(fixture('cn-dxp/DxpMsg-MT1101.xml').toString()))).toEqual([finding]));
});

describe('any bytes', () => {
  it.each([
    ['nothing', '', 'EMPTY '],
    ['plain text', 'hello', 'FORMAT_UNKNOWN '],
    ['an unknown root', '<Unknown/>', 'FORMAT_UNKNOWN '],
    ['other JSON', '{"a":1}', 'FORMAT_UNKNOWN '],
    ['broken JSON', '{"a":', 'JSON_MALFORMED /a'],
    ['a member twice', '{"model":"landbridge/1","model":"landbridge/1"}', 'JSON_DUPLICATE_KEY /model'],
    ['an unknown type', '{"model":"landbridge/1","type":"toString"}', 'MESSAGE_TYPE_UNKNOWN /type'],
  ])('%s', (_name, text, finding) => expect(found(text)).toEqual([finding]));
  it('too large', () => expect(translator.decode(Buffer.from(manifest), { maxBytes: 100 }).issues).toMatchObject([{ code: 'TOO_LARGE' }]));
});

describe('canonical JSON', () => {
  const text = fixture('canonical/TrainConsist.json').toString();
  it('keeps what the model does not know, and reports it', () => {
    const { message, issues } = one(text.replace('"trainIndex"', '"speed": 80, "trainIndex"'));
    expect(issues).toMatchObject([{ code: 'FIELD_UNMAPPED', pointer: '/mainCarriageTransportMovement/speed' }]);
    expect(message.unmapped).toEqual([{ pointer: '/mainCarriageTransportMovement/speed', value: '80' }]);
  });
  it('names what is missing and what is wrong', () => {
    const { issues, messages } = decode(text.replace('"messageId": "LYG-TRAIN-0001",', '').replace('"value": "22000"', '"value": 22000'));
    expect(messages).toEqual([]);
    expect(issues.map(({ code, pointer }) => `${code} ${pointer}`)).toEqual(['FIELD_MISSING /header/messageId', 'VALUE_INVALID /wagon/0/tareWeight/value']);
  });
});
