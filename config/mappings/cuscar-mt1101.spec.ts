/** A cargo report of a line (CUSCAR) as the manifest of customs (MT1101): what goes over, and what the line must say besides. */
import { createTranslator, project } from '#formats';
import type { CanonicalOf } from '#model';
import { readTranslationFiles } from '../files.ts';

type Manifest = CanonicalOf<'Manifest'>;
const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });

const BODY = [
  'UNH+1+CUSCAR:D:95B:UN',
  'BGM+785+LBGM2603001+9',
  'DTM+137:202603140915:203',
  'NAD+MS+2301LBG000001++LANDBRIDGE EXAMPLE AGENCY',
  'NAD+CA+LBGL:172:20',
  'TDT+20+LB2603E+1+++++UN9000001:146:11:LANDBRIDGE EXAMPLE',
  'LOC+87+CNLYG:139:6',
  'DTM+186:202603121800:203',
  'EQD+CN+LBGU1000018+45G1:102:5+2++5',
  'SEL+S0018+CA',
  'EQD+CN+LBGU1000023+22G1:102:5+2++5',
  'CNI+1+LBG26030001A',
  'RFF+BM:LBG26030001',
  'CNT+7:9500.5:KGM',
  'CNT+11:120',
  'LOC+9+KRPUS:139:6',
  'LOC+11+CNLYG:139:6',
  'CPI+++P',
  'NAD+CZ+++EXAMPLE ELECTRONICS CO.+1 HARBOUR ROAD',
  'NAD+CN+++示例贸易有限公司+ALMATY UL. PRIMERNAYA 1+ALMATY+++KZ',
  'GID+1+120:CT',
  'FTX+AAA+++ELECTRONIC PARTS',
  'MEA+AAE+G+KGM:9500.5',
  'SGP+LBGU1000018',
  'SGP+LBGU1000023',
  'PCI++N/M',
];
const DOCUMENT = Buffer.from(
  `${['UNB+UNOY:4+LBGL+LBG+260314:0915+1', ...BODY, `UNT+${BODY.length + 1}+1`, 'UNZ+1+1'].join("'\r\n")}'`,
);

function manifest(): Manifest {
  const { messages, issues } = translator.decode(DOCUMENT, { charsets: [] });
  expect([...issues, ...messages.flatMap((message) => message.issues)]).toEqual([]);
  return project('billEquipment', messages[0]!.message)[0] as Manifest;
}
const write = (message: Manifest) => {
  const { bytes, issues } = translator.encode(message, { mapping: 'cn-manifest/MT1101', parameters: { SenderID: 'LBG', ReceiverID: 'EPORT' } });
  return { bytes, found: issues.map(({ code, pointer, message }) => `${code} ${pointer} ${/needs (\w+)/.exec(message)?.[1] ?? ''}`.trim()) };
};

/** What a cargo report has no place for, as the line adds it. */
function completed(whole: Manifest): Manifest {
  const [bill] = whole.consignment!;
  return {
    ...whole,
    // Its number in the register of customs; the code of SMDG is another list.
    carrier: { id: { value: 'LBGL', listId: 'CN-Carrier' } },
    exitCustomsOffice: { id: { value: 'KRPUS', listId: 'UN-LOCODE' } },
    consignment: [
      {
        ...bill!,
        packageTypeCode: { value: 'CT', listId: 'UN-Rec21' },
        mainCarriageTransportMovement: {
          ...bill!.mainCarriageTransportMovement,
          loadingEvent: { ...bill!.mainCarriageTransportMovement?.loadingEvent, actualOccurrenceDateTime: '2026-03-12T08:00:00+08:00' },
        },
      },
    ],
  };
}

const NO_PLACE = [
  'FIELD_UNMAPPED /representativePerson/id',
  'FIELD_UNMAPPED /consignment/0/sequenceNumber',
  'FIELD_UNMAPPED /consignment/0/usedTransportEquipment/0/categoryCode',
];

it('is not written before the line has said what customs asks for besides, each at its place', () => {
  const { found } = write(manifest());
  expect(found.filter((one) => !one.startsWith('FIELD_UNMAPPED'))).toEqual([
    'FIELD_MISSING  ExitCustomsOffice',
    'CODE_UNMAPPED /carrier/id',
    'FIELD_MISSING  Carrier',
    'FIELD_MISSING /consignment/0/mainCarriageTransportMovement/loadingEvent/actualOccurrenceDateTime LoadingDate',
    'FIELD_MISSING /consignment/0/packageTypeCode TypeCode',
  ]);
});

it('is a manifest of customs with every bill, container, seal and article, and says what has no place there', () => {
  const { bytes, found } = write(completed(manifest()));
  expect(found).toEqual(NO_PLACE);
  const { messages, issues } = translator.decode(bytes, { charsets: [] });
  const [{ message, issues: inside, mapping }] = messages as [(typeof messages)[number]];
  expect([mapping.id, ...issues, ...inside]).toEqual(['cn-manifest/MT1101']);
  const code = (value: string, listId: string) => ({ value, listId });
  const container = (id: string, sizeType: string) => ({ id, sizeTypeCode: code(sizeType, 'ISO-6346') });
  expect(message).toMatchObject({
    type: 'Manifest',
    header: { functionCode: code('9', 'CN-FunctionCode'), issueDateTime: '2026-03-14T09:15:00.000+08:00' },
    representativePerson: { name: 'LANDBRIDGE EXAMPLE AGENCY' },
    mainCarriageTransportMovement: {
      id: 'LB2603E',
      usedTransportMeans: { id: 'UN9000001', name: 'LANDBRIDGE EXAMPLE' },
      departureEvent: { actualOccurrenceDateTime: '2026-03-12T18:00+08:00' },
    },
    consignment: [
      {
        transportContractDocument: { id: 'LBG26030001' },
        associatedDocument: { id: 'LBG26030001A' },
        paymentArrangementCode: code('PP', 'CN-FreightPayment'),
        numberOfPackages: '120',
        grossWeight: { value: '9500.5', unitCode: 'KGM' },
        consignee: { name: '示例贸易有限公司', postalAddress: { cityName: 'ALMATY', countryCode: code('KZ', 'ISO-3166-1') } },
        usedTransportEquipment: [
          { ...container('LBGU1000018', '45G1'), affixedSeal: [{ id: 'S0018', sealingPartyRoleCode: code('CA', 'UN-9303') }] },
          container('LBGU1000023', '22G1'),
        ],
        includedConsignmentItem: [
          {
            sequenceNumber: '1',
            natureIdentificationCargo: [{ identificationText: 'ELECTRONIC PARTS' }],
            transportPackage: { itemQuantity: '120', shippingMarks: [{ markingText: 'N/M' }] },
            associatedTransportEquipment: [{ id: 'LBGU1000018' }, { id: 'LBGU1000023' }],
          },
        ],
      },
    ],
  });
  expect(translator.check(message)).toEqual([]);
});
