/** The Chinese goods declaration on whole documents: versions, directions, answers, notices, code systems. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFiles, createTranslator, currentState, orderOf, readCodeLists, type CodeList } from '#formats';
import type { CanonicalOf } from '#model';
import { conversionOf } from '../../libs/formats/src/mapping/conversions.ts';
import { Documents } from '../../test/support/documents.ts';
import { installationFolder, readTranslationFiles } from '../files.ts';

const files = readTranslationFiles();
const translator = createTranslator(files, { lazily: true });
const { lists } = readCodeLists(files.codelists);
const fixture = (name: string) =>
  readFileSync(join(installationFolder(), 'test', 'fixtures', 'formats', 'cn-declaration', `${name}.xml`)).toString();

const { decode, one, found, checked } = new Documents(translator);
const declaration = (document: string) => one(document).message as CanonicalOf<'GoodsDeclaration'>;
const imported = fixture('DecMessage-5.0-import');
const exported = fixture('DecMessage-4.8-export');

describe.each([
  ['DecMessage-5.0-import', 'DecMessage-5.0-import', 'D'],
  ['DecMessage-4.8-export', 'DecMessage-4.8-export', 'C'],
  ['DecMessage-3.1-import', 'DecMessage-3.1-import', 'G'],
  ['ImportMessage', 'DecMessage-3.1-import', 'G'],
  ['DecImportResponse', 'DecImportResponse', '11'],
  ['DEC_RESULT', 'DEC_RESULT', '11'],
  ['ClientFailure', 'ClientFailure', '11'],
  ['ImportAgrRequest', 'ImportAgrRequest', '1'],
  ['ImportAgrResponse', 'ImportAgrResponse', '11'],
])('%s', (file, type, functionCode) => {
  const mapping = `cn-declaration/${type}`;
  it('is read without a finding and written back to the same message', () => {
    const message = one(fixture(file));
    expect(message).toMatchObject({ mapping: { id: mapping }, functionCode, issues: [] });
    expect(translator.check(message.message)).toEqual([]);
    const encoded = translator.encode(message.message, { mapping, parameters: {} });
    expect(encoded.issues).toEqual([]);
    expect(one(encoded.bytes).message).toEqual(message.message);
  });
  it('is detected', () => expect(translator.detect(Buffer.from(fixture(file)))).toMatchObject({ issues: [], detection: { mapping } }));
});

it('is written in the wrapper of the Single Window, and read out of it again', () => {
  const message = declaration(fixture('DecMessage-3.1-import'));
  const choice = { mapping: 'cn-declaration/DecMessage-3.1-import', envelope: 'cn-declaration/ImportMessage', parameters: {} };
  const { bytes, issues } = translator.encode(message, choice);
  expect(issues).toEqual([]);
  const { envelope, messages } = decode(bytes);
  expect(envelope?.fields).toEqual({
    CopMsgId: 'LB000000000000003',
    MsgType: 'SWDEC001',
    FunctionCode: '0',
    Format: 'xml',
    Compress: '0',
    Version: '1.0',
  });
  expect(messages[0]?.message).toEqual(message);
});

describe('direction', () => {
  it('is what it really is: an import comes from where it was made', () => {
    const { goodsShipment, typeCode, entryOffice, exitOffice } = declaration(imported);
    expect(typeCode).toEqual({ value: '929', listId: 'UN-1001' });
    expect([entryOffice?.id?.value, exitOffice]).toEqual(['9998', undefined]);
    expect(goodsShipment?.exportationCountryCode?.value).toBe('KZ');
    expect(goodsShipment?.governmentAgencyGoodsItem?.[0]).toMatchObject({
      originCountryCode: { value: 'KZ', listId: 'ISO-3166-1' },
      destinationCountryCode: { value: 'CN' },
      destinationRegionCode: { value: '32079' },
    });
    expect([goodsShipment?.consignee?.name, goodsShipment?.consignor?.foreignName]).toEqual(['陆桥示范贸易有限公司', 'Dala Demo Trading LLP']);
  });
  it('is turned round on export, where OriginCountry holds the destination', () => {
    expect(exported).toContain('<OriginCountry>KAZ</OriginCountry>');
    const { goodsShipment, typeCode, entryOffice, exitOffice } = declaration(exported);
    expect(typeCode).toEqual({ value: '830', listId: 'UN-1001' });
    expect([entryOffice, exitOffice?.id?.value]).toEqual([undefined, '9998']);
    expect(goodsShipment?.destinationCountryCode?.value).toBe('KZ');
    expect(goodsShipment?.governmentAgencyGoodsItem?.[0]).toMatchObject({
      originCountryCode: { value: 'CN' },
      destinationCountryCode: { value: 'KZ' },
      dispatchRegionCode: { value: '32079' },
    });
    expect([goodsShipment?.consignor?.name, goodsShipment?.consignee?.foreignName]).toEqual(['陆桥示范贸易有限公司', 'Dala Demo Trading LLP']);
    expect(goodsShipment?.domesticSupplier?.name).toBe('陆桥示范贸易有限公司');
  });
  it('of one is not written by the mapping of the other', () => {
    const { issues, bytes } = translator.encode(declaration(imported), { mapping: 'cn-declaration/DecMessage-5.0-export', parameters: {} });
    expect(bytes).toHaveLength(0);
    expect(issues.map(({ code }) => code)).toContain('FIELD_MISSING');
  });
});

describe('what must be there', () => {
  const without = (name: string) => imported.replace(new RegExp(`\\s*<${name}>[^<]*</${name}>`), '');
  const saved = (document: string) => document.replace('<OperType>D<', '<OperType>G<');
  it.each(['GoodsPlace', 'DespPortCode', 'TrafMode', 'TradeCoScc', 'EdiId'])('%s when declaring, not when saving', (name) => {
    expect(found(without(name))).toEqual([`FIELD_MISSING /DecMessage/DecHead/${name}`]);
    expect(found(saved(without(name)))).toEqual([]);
  });
  it.each(['AgentCode', 'CustomMaster', 'PromiseItmes'])('%s always', (name) =>
    expect(found(saved(without(name)))).toEqual([`FIELD_MISSING /DecMessage/DecHead/${name}`]),
  );
  it.each([
    ['a long text', '<BillNo>LBG26030001<', `<BillNo>${'B'.repeat(33)}<`, 'VALUE_TOO_LONG /DecMessage/DecHead/BillNo'],
    ['six decimals', '<NetWt>16500<', '<NetWt>16500.000001<', 'VALUE_INVALID /DecMessage/DecHead/NetWt'],
    ['too many digits', '<PackNo>42<', '<PackNo>1234567890<', 'VALUE_INVALID /DecMessage/DecHead/PackNo'],
    ['an unknown mode', '<TrafMode>3</TrafMode>\n    <TrafName>', '<TrafMode>Q</TrafMode>\n    <TrafName>', 'CODE_UNKNOWN /DecMessage/DecHead/TrafMode'],
    ['an overseas consignee on import', '<DeclareName>', '<OverseasConsigneeCode>A</OverseasConsigneeCode><DeclareName>', 'FIELD_FORBIDDEN /DecMessage/DecHead/OverseasConsigneeCode'],
  ])('but not %s', (_name, before, after, expected) => expect(found(imported.replace(before, after))).toEqual([expected]));
  it('counts characters, not bytes', () => {
    expect(found(imported.replace('<GName>小麦<', `<GName>${'麦'.repeat(255)}<`))).toEqual([]);
    expect(found(imported.replace('<GName>小麦<', `<GName>${'麦'.repeat(256)}<`))).toEqual(['VALUE_TOO_LONG /DecMessage/DecLists/DecList/GName']);
  });
});

describe('what fields say of each other', () => {
  it.each([
    ['a container of a line that is not there', '<GoodsNo>1</GoodsNo>\n      <LclFlag>', '<GoodsNo>1,2</GoodsNo>\n      <LclFlag>', 'LINK_UNDECLARED /DecMessage/DecContainers/Container[1]/GoodsNo'],
    ['a second quantity without its unit', '      <SecondUnit>070</SecondUnit>\n', '', 'FIELD_MISSING /DecMessage/DecLists/DecList[1]/SecondUnit'],
    ['more net than gross', '<NetWt>16500<', '<NetWt>16701<', 'FIELDS_CONTRADICT /DecMessage/DecHead/NetWt'],
    ['a transit not announced', '<DeclTrnRel>1<', '<DeclTrnRel>0<', 'FIELDS_CONTRADICT /DecMessage/DecHead/DeclTrnRel'],
    ['a China–Europe train by sea', '<TrafMode>3</TrafMode>\n    <TrafName>', '<TrafMode>2</TrafMode>\n    <TrafName>', 'FIELDS_CONTRADICT /DecMessage/TrnHead/TransFlag'],
    ['a wrong container number', '<ContainerId>LBGU1000018<', '<ContainerId>LBGU1000019<', 'CHECK_DIGIT /DecMessage/DecContainers/Container[1]/ContainerId'],
  ])('%s', (_name, before, after, expected) => {
    expect(imported).toContain(before);
    expect(checked(imported.replace(before, after))).toEqual([expected]);
  });
  it('attached files came with the message, of the size given', () => {
    const { attachedFile } = declaration(imported);
    const invoice = { name: 'invoice.pdf', sizeInBytes: 1200, sha256: '00'.repeat(32) };
    expect(checkFiles({ attachedFile }, [invoice])).toEqual([]);
    expect(checkFiles({ attachedFile }, [{ ...invoice, sizeInBytes: 1201 }]).map(({ code }) => code)).toEqual(['ATTACHMENT_MISMATCH']);
    expect(checkFiles({ attachedFile }, []).map(({ code }) => code)).toEqual(['ATTACHMENT_MISSING']);
  });
});

describe('states of a declaration', () => {
  const order = orderOf(lists.get('CN-DeclarationChannel') as CodeList);
  const state = (...notices: [code: string, time: string][]) =>
    currentState(
      notices.map(([code, time]) => ({ code, dateTime: `2026-03-14T${time}+08:00` })),
      order,
    )?.code;
  it('all have a rank', () => {
    const codes = [...(lists.get('CN-DeclarationChannel')?.entries.keys() ?? [])];
    expect(codes).toHaveLength(31);
    expect(codes.filter((code) => order.rank(code) === undefined)).toEqual([]);
  });
  it.each<[string, string, [string, string][]]>([
    ['cleared, though the release came after it in the same second', 'R', [['R', '14:00:00'], ['P', '14:00:00']]],
    ['released, though a late notice says received', 'P', [['P', '14:00:00'], ['L', '14:30:00']]],
    ['inspected after review', 'C', [['7', '09:00:00'], ['L', '09:01:00'], ['J', '09:02:00'], ['C', '09:03:00']]],
    ['returned, whatever was before', 'E', [['L', '09:01:00'], ['E', '09:05:00'], ['7', '09:00:00']]],
    ['declared again after the return', 'L', [['L', '11:00:00'], ['E', '10:00:00'], ['J', '09:30:00'], ['7', '10:59:00']]],
    ['known, where another code is not', '7', [['7', '09:00:00'], ['?', '10:00:00']]],
  ])('%s', (_name, expected, notices) => expect(state(...notices)).toBe(expected));
});

describe('code systems of manifests and declarations', () => {
  const convert = (value: string, from: string, to: string) => {
    const issues: string[] = [];
    const reporter = { report: (code: string) => void issues.push(code) };
    const of = (as: string) => {
      const conversion = conversionOf(as, lists);
      if (typeof conversion === 'string') throw new Error(conversion);
      return conversion;
    };
    const written = of(`code ${to}`).encode(of(`code ${from}`).decode(value, reporter), reporter);
    return issues[0] ?? written;
  };
  it.each([
    ['sea', '1', 'CN012', '2', 'CN-DeclTransportMode'],
    ['rail', '2', 'CN012', '3', 'CN-DeclTransportMode'],
    ['road', '3', 'CN012', '4', 'CN-DeclTransportMode'],
    ['air', '4', 'CN012', '5', 'CN-DeclTransportMode'],
    ['Kazakhstan', 'KZ', 'ISO-3166-1', 'KAZ', 'CN-Country'],
    ['Kazakhstan in digits', 'KZ', 'ISO-3166-1', '145', 'CN-Country-Numeric'],
    ['Norway', 'NO', 'ISO-3166-1', 'NOR', 'CN-Country'],
    ['renminbi', 'CNY', 'CN-Currency', '142', 'CN-Currency-Numeric'],
  ])('%s, both ways', (_name, here, listHere, there, listThere) => {
    expect(convert(here, listHere, listThere)).toBe(there);
    expect(convert(there, listThere, listHere)).toBe(here);
  });
  it.each([
    ['a bag', 'BG', 'UN-Rec21', 'CN-WrapType', '06'],
    ['a paper bag', '5M', 'UN-Rec21', 'CN-WrapType', '06'],
    ['a fibreboard box', '4G', 'UN-Rec21', 'CN-WrapType', '22'],
    ['a box of unknown material', 'BX', 'UN-Rec21', 'CN-WrapType', 'CODE_UNMAPPED'],
    ['bags', '06', 'CN-WrapType', 'UN-Rec21', 'BG'],
    ['a pallet of natural wood', '93', 'CN-WrapType', 'UN-Rec21', 'CODE_UNMAPPED'],
    ['a bonded warehouse', '8', 'CN-DeclTransportMode', 'CN012', 'CODE_UNMAPPED'],
    ['a high cube', '45G1', 'ISO-6346', 'CN-ContainerModel', '11'],
    ['a container size of the declaration', '11', 'CN-ContainerModel', 'ISO-6346', 'CODE_UNMAPPED'],
    ['a group of countries', '199', 'CN-Country-Numeric', 'ISO-3166-1', 'CODE_UNMAPPED'],
  ])('%s', (_name, value, from, to, expected) => expect(convert(value, from, to)).toBe(expected));
});
