import { createTranslator } from '#formats';
import { MESSAGE_TYPES, type CanonicalMessage } from '#model';
import { readTranslationFiles } from '../../files.ts';

const translator = createTranslator(readTranslationFiles(process.cwd()), { lazily: true });
const head = (type: string) =>
  `<MESSAGE_HEAD><MESSAGE_ID>20260314000001</MESSAGE_ID><FUNCTION_CODE>2</FUNCTION_CODE><MESSAGE_TYPE>${type}</MESSAGE_TYPE><SENDER>4700</SENDER><RECEIVER>YARDA</RECEIVER><MESSAGE_CREATE_TIME>2026-03-14 09:15:30</MESSAGE_CREATE_TIME><VERSION>1.0</VERSION></MESSAGE_HEAD>`;
const message = (type: string, list: string) => `<MESSAGE>${head(type)}<MESSAGE_LIST>${list}</MESSAGE_LIST></MESSAGE>`;
const BILL =
  '<CUSTOMS_CODE>4700</CUSTOMS_CODE><I_E_FLAG>I</I_E_FLAG><SHIP_NAME_EN>MEADOW LARK</SHIP_NAME_EN><VOYAGE_NO>0126W</VOYAGE_NO><BILL_NO>BL0001</BILL_NO>';
const BOX = '<CONTA_NO>TGHU1234567</CONTA_NO><CONTA_MODEL>GP</CONTA_MODEL><CONTA_SIZE>20</CONTA_SIZE>';
const SHIP =
  '<CUSTOMS_CODE>4700</CUSTOMS_CODE><I_E_FLAG>E</I_E_FLAG><NATIVE_SHIP_NAME_EN>MEADOW LARK</NATIVE_SHIP_NAME_EN><NATIVE_SHIP_NAME_CN>云雀</NATIVE_SHIP_NAME_CN><NATIVE_VOYAGE_NO>0126W</NATIVE_VOYAGE_NO>';
const OFFICES = '<START_CUSTOMS_CODE>4701</START_CUSTOMS_CODE><END_CUSTOMS_CODE>4702</END_CUSTOMS_CODE>';
const BILLS = `<BILL_INFO><BILL_NO>BL0001</BILL_NO><CONTAINER_INFO>${BOX}</CONTAINER_INFO></BILL_INFO><BILL_INFO><BILL_NO>BL0002</BILL_NO><CONTAINER_INFO>${BOX}</CONTAINER_INFO></BILL_INFO>`;
const vessel = (type: string, declaration: string) =>
  `<Message><MessageHead><MessageID>V1</MessageID><FunctionCode>2</FunctionCode><MessageType>${type}</MessageType><SenderID>AGENTA</SenderID><ReceiverID>4700</ReceiverID><SendTime>20260314091530</SendTime><Version>1.0</Version></MessageHead><MessageBody><Declaration>${declaration}</Declaration></MessageBody></Message>`;
const CALL = '<ID>UN9000001</ID><Name>MEADOW LARK</Name><JourneyID>0126W</JourneyID><JourneyID2>0127E</JourneyID2>';
const FACILITIES =
  '<DepartureConveyanceFacility><ID>KRPUS</ID></DepartureConveyanceFacility><ArrivalConveyanceFacility><ID>CNLYG</ID></ArrivalConveyanceFacility>';
const AGENT = '<Agent><ID>AGENTA</ID><Contact><Name>A PERSON</Name></Contact></Agent><IssueDate>20260314</IssueDate>';
const means = (inside: string) => `<BorderTransPortMeans>${CALL}${inside}${FACILITIES}</BorderTransPortMeans>`;
const ARRIVAL = '<Itinerary><ArrivalDateTime>202603150600</ArrivalDateTime></Itinerary>';

const SAMPLES: readonly (readonly [string, CanonicalMessage['type'], string, object])[] = [
  ['CLM10011', 'EquipmentMovementOrder', message('CLM10011', `<BILL_INFO>${BILL}</BILL_INFO><CONTAINER_INFO>${BOX}</CONTAINER_INFO>`), { transportContractDocument: { id: 'BL0001' }, tradeDirectionCode: { value: '929' }, usedTransportEquipment: [{ id: 'TGHU1234567', typeText: 'GP' }] }],
  ['CLM10021', 'EquipmentMovementOrder', message('CLM10021', `<BILL_INFO>${BILL}<AGENT_NAME>AN AGENT</AGENT_NAME><ENTRY_ID>470020261000000001</ENTRY_ID></BILL_INFO><CONTAINER_INFO><CONTA_NO>TGHU1234567</CONTA_NO><EXAM_TYPE>01</EXAM_TYPE></CONTAINER_INFO>`), { customsDocument: { id: '470020261000000001' }, usedTransportEquipment: [{ examinationKindCode: { value: '01', listId: 'CN-YardExamination' } }] }],
  ['CLM10041', 'EquipmentMovementOrder', message('CLM10041', `<BILL_INFO>${BILL.replace(/<BILL_NO>.*/, '')}</BILL_INFO><CONTAINER_INFO>${BOX}<SEAL_NO>008497</SEAL_NO></CONTAINER_INFO>`), { usedTransportEquipment: [{ affixedSeal: [{ id: '008497' }] }] }],
  ['CLM20011', 'EquipmentMovementOrder', message('CLM20011', `<SHIP_INFO>${SHIP}${OFFICES}</SHIP_INFO>${BILLS}`), { destinationCustomsOffice: { id: { value: '4702' } }, consignment: [{}, { transportContractDocument: { id: 'BL0002' } }] }],
  ['CLM20021', 'EquipmentMovementOrder', message('CLM20021', `<SHIP_INFO>${SHIP}<CHANGE_SHIP_NAME_EN>SKY LARK</CHANGE_SHIP_NAME_EN><CHANGE_VOYAGE_NO>7</CHANGE_VOYAGE_NO>${OFFICES}</SHIP_INFO>${BILLS}`), { changedTransportMovement: { id: '7' } }],
  ['CLM30011', 'EquipmentMovementReport', message('CLM30011', `<BILL_INFO>${BILL}</BILL_INFO><CONTAINER_INFO>${BOX}<CONTA_LOCATION>A01-02-3</CONTA_LOCATION></CONTAINER_INFO>`), { usedTransportEquipment: [{ yardPositionId: 'A01-02-3' }] }],
  ['CLM40031', 'EquipmentMovementReport', message('CLM40031', `<BILL_INFO>${BILL}<MOVE_ARR_TIME>2026-03-15 06:00:00</MOVE_ARR_TIME></BILL_INFO><CONTAINER_INFO>${BOX}</CONTAINER_INFO>`), { arrivalEvent: { actualOccurrenceDateTime: '2026-03-15T06:00:00+08:00' } }],
  ['CLM50011', 'EquipmentMovementReport', message('CLM50011', '<VEHICLES_INFO><AREA_ID>A1</AREA_ID><CHNL_NO>3</CHNL_NO><VE_NAME>TEST001</VE_NAME><F_CONTA_NO>TGHU1234567</F_CONTA_NO><B_CONTA_NO>TGHU7654321</B_CONTA_NO><GROSS_WT>30100.5</GROSS_WT></VEHICLES_INFO>'), { gatePassage: { vehicleId: 'TEST001', grossWeight: { value: '30100.5' } }, usedTransportEquipment: [{ id: 'TGHU1234567', vehiclePositionCode: { value: 'front' } }, { id: 'TGHU7654321', vehiclePositionCode: { value: 'back' } }] }],
  ['CLM-receipt', 'Acknowledgement', message('CLM10012', '<RESPOND_INFO><MESSAGE_ID>20260314000000</MESSAGE_ID><OP_FLAG>F</OP_FLAG><NOTE>NO SUCH BILL</NOTE></RESPOND_INFO>'), { acknowledgedDocument: { id: '20260314000000' }, responseCode: { value: 'F' }, header: { typeCode: { value: 'CLM10012' } } }],
  ['CSM001', 'ConveyanceReport', vessel('CSM001', '<Archive><VesselNameEn>MEADOW LARK</VesselNameEn><IMO>9000001</IMO><GrossTonnage>9000</GrossTonnage><VesselLength>140.5</VesselLength><CargoDear>2 CRANES</CargoDear></Archive>'), { reportCode: { value: 'filing' }, vesselParticulars: { imoNumber: '9000001', length: { value: '140.5', unitCode: 'MTR' } } }],
  ['CSM002', 'ConveyanceReport', vessel('CSM002', `${means(`${ARRIVAL}<StayID>B1</StayID>`)}<LoadingLocation><LoadingDate>20260312</LoadingDate></LoadingLocation>${AGENT}`), { reportCode: { value: 'forecast' }, mainCarriageTransportMovement: { outwardVoyageId: '0127E', berthId: 'B1' } }],
  ['CSM003', 'ConveyanceReport', vessel('CSM003', `${means(ARRIVAL)}<Consignment><ConsignmentItem><Commodity><CargoDescription>CONTAINERS</CargoDescription></Commodity></ConsignmentItem></Consignment>${AGENT}`), { reportCode: { value: 'arrival' }, cargoDescription: 'CONTAINERS' }],
  ['CSM004', 'ConveyanceReport', vessel('CSM004', `${means(ARRIVAL)}${AGENT}`), { reportCode: { value: 'inPort' }, mainCarriageTransportMovement: { arrivalEvent: { actualOccurrenceDateTime: '2026-03-15T06:00+08:00' } } }],
  ['CSM005', 'ConveyanceReport', vessel('CSM005', `${means(`${ARRIVAL}<StayID>B1</StayID><StayID2>B2</StayID2><DataTime>202603160600</DataTime>`)}${AGENT}`), { mainCarriageTransportMovement: { berthId: 'B1', nextBerthId: 'B2' } }],
  ['CSM007', 'ConveyanceReport', vessel('CSM007', `${means('<Itinerary><DepartureDateTime>202603170600</DepartureDateTime></Itinerary>')}${AGENT}`), { reportCode: { value: 'departure' } }],
  ['CSM301', 'Acknowledgement', vessel('CSM301', '<REC><MessageID>V0</MessageID><IMO>9000001</IMO><Voyage>0126W</Voyage><RecType>9</RecType><RecContent>TAKEN IN</RecContent><PortCode>CNLYG</PortCode><SendTime>20260314091600</SendTime></REC>'), { acknowledgedDocument: { id: 'V0' }, responseCode: { value: '9', listId: 'CN-VesselReceipt' }, vesselCall: { voyageId: '0126W' } }],
  ['REL10010', 'ClearanceStatus', '<AIR_ENTRY_LIST><MESSAGE_TYPE>REL10010</MESSAGE_TYPE><ENTRY_ID>470020261000000001</ENTRY_ID><TRAF_NAME>MEADOW LARK</TRAF_NAME><VOYAGE_NO>0126W</VOYAGE_NO><BILL_NO>BL0001</BILL_NO><AGENT_NAME>AN AGENT</AGENT_NAME><PACK_NO>88.0</PACK_NO><GROSS_WT>5430.00000</GROSS_WT></AIR_ENTRY_LIST>', { header: { messageId: 'REL10010-470020261000000001' }, statusCode: { value: '08', listId: 'WCO-ResponseFunction' }, grossWeight: { value: '5430.00000' } }],
];

const decode = (xml: string | Buffer, charsets: string[] = []) => {
  const { messages, issues } = translator.decode(Buffer.from(xml as string), { charsets });
  return { read: messages[0], found: [...issues, ...(messages[0]?.issues ?? [])].map(({ code, pointer }) => `${code} ${pointer}`) };
};

describe.each(SAMPLES)('%s', (type, canonicalType, xml, expected) => {
  const { read, found } = decode(xml);
  it('is detected, read whole and fits the model', () => {
    expect(found).toEqual([]);
    expect([read?.mapping.id, read?.canonicalType]).toEqual([`cn-port/${type}`, canonicalType]);
    expect(read?.message).toMatchObject(expected);
    expect(read && MESSAGE_TYPES[canonicalType].safeParse(read.message).error).toBeUndefined();
  });
  it('is written as it was', () => {
    if (!read) throw new Error('The sample was not read.');
    const { bytes, issues } = translator.encode(read.message, { mapping: `cn-port/${type}`, parameters: {} });
    expect(issues).toEqual([]);
    expect(bytes.toString()).toContain(xml);
  });
});

const [pickUp = '', examination = ''] = [SAMPLES[0]?.[2], SAMPLES[1]?.[2]];
it.each<[string, string, string[]]>([
  ['half a file', pickUp.slice(0, -20), ['XML_MALFORMED line 1, column 588']],
  ['a type nobody knows', pickUp.replaceAll('CLM10011', 'CLM77777'), ['MESSAGE_TYPE_UNKNOWN /MESSAGE']],
  ['no containers', pickUp.replace(/<CONTAINER_INFO>.*<\/CONTAINER_INFO>/, ''), ['FIELD_MISSING /MESSAGE/MESSAGE_LIST/CONTAINER_INFO']],
  ['another function', pickUp.replace('>2<', '>9<'), ['FUNCTION_CODE_UNKNOWN /MESSAGE/MESSAGE_HEAD/FUNCTION_CODE']],
  ['a time of another form', pickUp.replace('09:15:30', '09:15'), ['VALUE_INVALID /MESSAGE/MESSAGE_HEAD/MESSAGE_CREATE_TIME']],
  ['too long a number', pickUp.replace('TGHU1234567', 'TGHU12345678'), ['VALUE_TOO_LONG /MESSAGE/MESSAGE_LIST/CONTAINER_INFO/CONTA_NO']],
  ['no declaration', examination.replace(/<ENTRY_ID>.*<\/ENTRY_ID>/, ''), ['FIELD_MISSING /MESSAGE/MESSAGE_LIST/BILL_INFO/ENTRY_ID']],
  ['a result nobody knows', (SAMPLES[8]?.[2] ?? '').replace('>F<', '>X<'), ['CODE_UNKNOWN /MESSAGE/MESSAGE_LIST/RESPOND_INFO/OP_FLAG']],
])('says what is wrong: %s', (_, xml, expected) => expect(decode(xml).found).toEqual(expected));

it('is read in GB 18030 where the link agreed to it, and written so', () => {
  const { read } = decode(SAMPLES[4]?.[2] ?? '');
  if (!read) throw new Error('The sample was not read.');
  const { bytes } = translator.encode(read.message, { mapping: 'cn-port/CLM20021', parameters: {}, charset: 'gb18030' });
  expect(decode(bytes, ['gb18030']).read?.message).toEqual(read.message);
});
