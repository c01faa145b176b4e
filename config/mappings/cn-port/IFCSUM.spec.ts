import { createTranslator } from '#formats';
import { MESSAGE_TYPES, type CanonicalOf } from '#model';
import { project } from '../../../libs/formats/src/projections/index.ts';
import { readTranslationFiles } from '../../files.ts';

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const HEAD = [
  "00:IFCSUM:MANIFEST:9:LINEA:TERMB:2603140915:CNLYG:KRPUS'",
  "01:TALLYC:PORTD'",
  "10:XYZQ:MEADOW LARK:PA:0126W:NEA:NORTH EAST ASIA:20260315:20260313:KRPUS:BUSAN:CNLYG:LIANYUNGANG'",
  "11:LIN:EXAMPLE LINE'",
];
const BILLS = [
  "12:BL0001::::::KRPUS:BUSAN:11:P:20260313::20260313'",
  "13:CNLYG:LIANYUNGANG:KZALM:ALMATY'",
  "16::FIRST SHIPPER:1 EXAMPLE ROAD?: GATE 2:BUSAN'",
  "17:C1:FIRST CONSIGNEE'",
  "18::SAME AS CONSIGNEE'",
  "19::SECOND NOTIFY'",
  "20::THIRD NOTIFY'",
  "41:001::88:7:BULK:5430.0:68.000'",
  "44:NO MARKS'",
  "47:WOODEN FURNITURE:AND CHAIRS'",
  "51:001:TGHU1234567:008497:40HC:L:88:5430::68.000'",
  "12:BL0002::::::KRPUS:BUSAN:11:C:20260313'",
  "13:CNLYG:LIANYUNGANG'",
  "47:STEEL COIL'",
  "51:0:TGHU1234567:008497:40HC:L:10:1000'",
  "51:1:TGHU7654321:000001:22G1:E'",
];
const file = (...records: string[]) => [...records, `99:${records.length + 1}'`].join('\r\n') + '\r\n';
const WHOLE = file(...HEAD, ...BILLS);

const decode = (text: string | Buffer, charsets: string[] = []) => {
  const { messages, issues } = translator.decode(Buffer.from(text as string), { charsets });
  return {
    manifest: messages[0]?.message as CanonicalOf<'Manifest'>,
    found: [...issues, ...(messages[0]?.issues ?? [])].map(({ code, pointer }) => `${code} ${pointer}`),
  };
};
const encode = (manifest: CanonicalOf<'Manifest'>, charset?: string) =>
  translator.encode(manifest, { mapping: 'cn-port/IFCSUM', parameters: {}, ...(charset !== undefined && { charset }) });

describe('the manifest platform file', () => {
  const { manifest, found } = decode(WHOLE);

  it('is read whole and fits the model', () => {
    expect(found).toEqual([]);
    expect(MESSAGE_TYPES.Manifest.safeParse(manifest).error).toBeUndefined();
    expect(manifest).toMatchObject({
      header: { functionCode: { value: '9', listId: 'UN-1225' }, senderId: 'LINEA', issueDateTime: '2026-03-14T09:15+08:00' },
      copyRecipientId: ['TALLYC', 'PORTD'],
      mainCarriageTransportMovement: { id: '0126W', usedTransportMeans: { name: 'MEADOW LARK' } },
      consignment: [
        {
          paymentArrangementCode: { value: 'PP', listId: 'CN-FreightPayment' },
          consignor: { name: 'FIRST SHIPPER', postalAddress: { text: '1 EXAMPLE ROAD: GATE 2\nBUSAN' } },
          furtherNotifyParty: [{ name: 'SECOND NOTIFY' }, { name: 'THIRD NOTIFY' }],
        },
        { transportContractDocument: { id: 'BL0002' } },
      ],
    });
  });

  it('lists a container once, however many bills share it, and leaves each bill its part', () => {
    expect(manifest.usedTransportEquipment).toEqual([
      {
        id: 'TGHU1234567',
        affixedSeal: [{ id: '008497' }],
        sizeTypeCode: { value: '40HC', listId: 'ISO-6346' },
        fullEmptyCode: { value: '7', listId: 'UN-8169' },
      },
      expect.objectContaining({ id: 'TGHU7654321' }),
    ]);
    expect(manifest.consignment?.map((bill) => bill.includedConsignmentItem?.[0]?.associatedTransportEquipment)).toEqual([
      [
        {
          id: 'TGHU1234567',
          sequenceNumber: '001',
          numberOfPackages: '88',
          netGoodsWeightMeasure: { value: '5430', unitCode: 'KGM' },
          goodsVolumeMeasure: { value: '68.000', unitCode: 'MTQ' },
        },
      ],
      [
        { id: 'TGHU1234567', sequenceNumber: '0', numberOfPackages: '10', netGoodsWeightMeasure: { value: '1000', unitCode: 'KGM' } },
        { id: 'TGHU7654321', sequenceNumber: '1' },
      ],
    ]);
  });

  it('is written as it was, with every container under each of its bills', () => {
    const { bytes, issues } = encode(manifest);
    expect(issues).toEqual([]);
    expect(bytes.toString()).toBe(WHOLE);
  });

  it('keeps what a bill says otherwise of a shared container where it said it', () => {
    const text = WHOLE.replace('51:0:TGHU1234567:008497', '51:0:TGHU1234567:009999');
    const { manifest: other } = decode(text);
    expect(other.usedTransportEquipment).toHaveLength(2);
    expect(other.consignment?.[1]?.includedConsignmentItem?.[0]?.associatedTransportEquipment?.[0]?.affixedSeal).toEqual([{ id: '009999' }]);
    expect(encode(other).bytes.toString()).toBe(text);
    const contradictions = (whole: typeof manifest) => translator.check(whole).filter(({ code }) => code === 'FIELDS_CONTRADICT');
    expect(contradictions(manifest)).toEqual([]);
    expect(contradictions(other)).toMatchObject([
      {
        code: 'FIELDS_CONTRADICT',
        severity: 'warning',
        pointer: '/consignment/1/includedConsignmentItem/0/associatedTransportEquipment/0/affixedSeal',
      },
    ]);
  });

  it('keeps a container that no bill names', () => {
    const text = file(...HEAD, "51::TGHU0000011::45G1:E:::3800'", ...BILLS);
    const { manifest: other, found: said } = decode(text);
    expect(said).toEqual([]);
    expect(other.usedTransportEquipment?.[0]).toMatchObject({ id: 'TGHU0000011', tareWeight: { value: '3800' } });
    expect(encode(other).bytes.toString()).toBe(text);
  });

  it('gives customs manifests their containers under each bill', () => {
    const [bills] = project('billEquipment', manifest) as CanonicalOf<'Manifest'>[];
    expect(bills?.consignment?.map((bill) => bill.usedTransportEquipment?.map(({ id }) => id))).toEqual([
      ['TGHU1234567'],
      ['TGHU1234567', 'TGHU7654321'],
    ]);
  });

  it('is read and written in GB 18030 where the link agreed to it', () => {
    const named = decode(WHOLE.replace('EXAMPLE LINE', '示例航运')).manifest;
    const { bytes } = encode(named, 'gb18030');
    expect(decode(bytes, ['gb18030']).manifest).toEqual(named);
    expect(decode(bytes).found).toEqual(['ENCODING_INVALID ']);
  });

  it.each<[string, string, string[]]>([
    ['another count', WHOLE.replace(/99:\d+/, '99:20'), ['RECORD_COUNT /PlatformFile/R99/1']],
    ['no count', WHOLE.replace(/99:\d+/, '99'), ['RECORD_COUNT /PlatformFile/R99/1']],
    ['no trailer', WHOLE.replace(/99:\d+'\r\n/, ''), ['RECORD_TRUNCATED /PlatformFile/R99']],
    ['half a record', WHOLE.slice(0, -30), ['RECORD_TRUNCATED ']],
    ['a record behind the trailer', `${WHOLE}12:BL0003'`, ['RECORD_MALFORMED /PlatformFile/R99']],
    ['a second head', file(...HEAD, HEAD[0] as string), ['RECORD_MALFORMED ']],
    ['a word for a record', file(...HEAD, "XX:1'"), ['RECORD_MALFORMED ']],
    ['a control character', file(...HEAD, "12:BL\u00010003'"), ['RECORD_MALFORMED /PlatformFile/R12']],
    ['an unescaped release character', file(...HEAD, "12:BL?/0003'"), ['EDIFACT_RELEASE_STRAY /PlatformFile/R12/1']],
    ['a record nobody knows', file(...HEAD, "77:X'"), ['FIELD_UNMAPPED /PlatformFile/R77']],
    ['a file of another type', WHOLE.replace('IFCSUM', 'CTNJJD'), ['MESSAGE_TYPE_UNKNOWN /PlatformFile']],
    ['a function nobody agreed on', WHOLE.replace('MANIFEST:9', 'MANIFEST:7'), ['FUNCTION_CODE_UNKNOWN /PlatformFile/R00/3']],
    ['no voyage', WHOLE.replace(':0126W', ':'), ['FIELD_MISSING /PlatformFile/R10/4']],
    ['no container number', WHOLE.replace('51:1:TGHU7654321', '51:1:'), ['FIELD_MISSING /PlatformFile/R12[2]/R41/R51[2]/2']],
    ['an impossible date', WHOLE.replace('20260315', '20260231'), ['VALUE_INVALID /PlatformFile/R10/7']],
    ['a time without its minutes', WHOLE.replace('2603140915', '26031409'), ['VALUE_INVALID /PlatformFile/R00/6']],
  ])('says what is wrong: %s', (_, text, expected) => expect(decode(text).found).toEqual(expected));

  it('keeps to its limit', () =>
    expect(translator.decode(Buffer.from(WHOLE), { maxBytes: 100 }).issues.map(({ code }) => code)).toEqual(['TOO_LARGE']));
});
