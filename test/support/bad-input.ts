/**
 * What partners send by mistake or in anger, and what is found in it: one table for the command line, which judges alone, and
 * for a running gateway, which must judge the same and stay up.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import iconv from 'iconv-lite';

export interface BadInput {
  readonly name: string;
  readonly bytes: () => Buffer;
  /** `CODE /place` of findings that must be among those made, the first error first. */
  readonly finds: readonly string[];
  /** Whether they refuse the message; else it goes on with warnings. */
  readonly refused: boolean;
}

const FIXTURES = join(__dirname, '..', 'fixtures', 'formats');
const fixture = (path: string): string => readFileSync(join(FIXTURES, path), 'utf8');
const manifest = (): string => fixture('cn-manifest/MT1101-9.xml');
const note = (): string => fixture('osjd-smgs/note-kk-ru.edi');

/** Every occurrence counts: a replacement that changes nothing would be a test that cannot fail. */
function changed(text: string, from: string | RegExp, to: string): string {
  const result = text.replace(from, to);
  if (result === text) throw new Error(`nothing to replace: ${from}`);
  return result;
}

const xml = (name: string, from: string | RegExp, to: string, ...finds: string[]): BadInput => ({
  name,
  bytes: () => Buffer.from(changed(manifest(), from, to)),
  finds,
  refused: true,
});
const edi = (name: string, from: string | RegExp, to: string, ...finds: string[]): BadInput => ({
  name,
  bytes: () => Buffer.from(changed(note(), from, to)),
  finds,
  refused: true,
});
const onlyWarned = (input: BadInput): BadInput => ({ ...input, refused: false });
const raw = (name: string, bytes: () => Buffer, ...finds: string[]): BadInput => ({ name, bytes, finds, refused: true });

const DELETED = /<Consignment>[^]*<\/Consignment>/;
/** A deletion of so many bills. */
function bills(count: number): Buffer {
  const bill = (at: number) =>
    `<Consignment><TransportContractDocument><ID>LBG${at}</ID><ChangeReasonCode>001</ChangeReasonCode></TransportContractDocument></Consignment>`;
  return Buffer.from(changed(fixture('cn-manifest/MT1101-3.xml'), DELETED, Array.from({ length: count }, (_, at) => bill(at)).join('')));
}
const ITEM = /<ConsignmentItem>\n {8}<SequenceNumeric>2[^]*?<\/ConsignmentItem>/;
function items(count: number): Buffer {
  const text = manifest();
  const [item = ''] = ITEM.exec(text) ?? [];
  const short = item.replace(/>\s+</g, '><');
  const more = Array.from({ length: count - 1 }, (_, at) => short.replace('>2<', `>${at + 2}<`)).join('');
  return Buffer.from(text.replace(ITEM, more));
}
const SEAL = '<SealID AgencyCode="CA">S0018</SealID>';
const BILL = '/Manifest/Declaration/Consignment[1]';

export const BAD_INPUT: readonly BadInput[] = [
  xml('XML that is not well-formed', '</Carrier>', '', 'XML_MALFORMED line 222, column 16'),
  xml('a DOCTYPE', '<Manifest', '<!DOCTYPE Manifest [<!ENTITY x SYSTEM "file:///etc/passwd">]><Manifest', 'DTD_FORBIDDEN '),
  xml('a namespace nobody defined', 'CN:MT1101:1', 'CN:MT1101:2', 'NAMESPACE_WRONG /Manifest'),
  xml('the namespace of another message', 'CN:MT1101:1', 'CN:MT2101:1', 'MESSAGE_TYPE_MISMATCH /Manifest/Head/MessageType'),
  xml('a function code nobody defined', '<FunctionCode>9', '<FunctionCode>7', 'FUNCTION_CODE_UNKNOWN /Manifest/Head/FunctionCode'),
  xml('no voyage', '<JourneyID>LB2603E</JourneyID>', '', 'FIELD_MISSING /Manifest/Declaration/BorderTransportMeans/JourneyID'),
  xml('what a deletion forbids', '<FunctionCode>9', '<FunctionCode>3', 'FIELD_FORBIDDEN /Manifest/Declaration/Carrier'),
  raw('10,000 bills of lading', () => bills(10_000), 'FIELD_REPEATED /Manifest/Declaration/Consignment[10000]'),
  raw('1,000 items of one bill', () => items(1_000), `FIELD_REPEATED ${BILL}/ConsignmentItem[1000]`),
  xml('10 seals on one container', SEAL, SEAL.repeat(10), `FIELD_REPEATED ${BILL}/TransportEquipment[1]/SealID[10]`),
  onlyWarned(
    xml(
      'a check digit that does not fit, everywhere alike',
      /LBGU1000018/g,
      'LBGU1000017',
      `CHECK_DIGIT ${BILL}/TransportEquipment[1]/EquipmentIdentification/ID`,
    ),
  ),
  xml(
    'an item in a container nobody declared',
    /<EquipmentIdentification>\s*<ID>LBGU1000023<\/ID>\s*<\/EquipmentIdentification>\s*<\/ConsignmentItem>/,
    '<EquipmentIdentification><ID>LBGU1000039</ID></EquipmentIdentification></ConsignmentItem>',
    `LINK_UNDECLARED ${BILL}/ConsignmentItem[2]/EquipmentIdentification[2]/ID`,
  ),
  onlyWarned(xml('totals that do not add up', '>16700.75<', '>16701.75<', `COUNT_MISMATCH ${BILL}/TotalGrossMassMeasure`)),
  xml(
    'Cyrillic letters that look Latin in a container number',
    /LBGU1000018/g,
    'LВGU1000018',
    `LOOKALIKE ${BILL}/TransportEquipment[1]/EquipmentIdentification/ID`,
  ),
  onlyWarned(
    xml('an element of the sender alone', '<Carrier>', '<IEFlag>I</IEFlag><Carrier>', 'FIELD_UNMAPPED /Manifest/Declaration/IEFlag'),
  ),
  raw(
    'windows-1251 where the declaration says UTF-8',
    () => iconv.encode(manifest().replace(/[^\p{ASCII}\p{Script=Cyrillic}]/gu, ''), 'windows-1251'),
    'ENCODING_INVALID ',
  ),
  raw(
    'an encoding that nobody agreed to',
    () => Buffer.from(changed(manifest(), 'encoding="UTF-8"', 'encoding="Shift_JIS"')),
    'ENCODING_UNSUPPORTED ',
  ),
  raw('UTF-16', () => Buffer.from(`\ufeff${manifest()}`, 'utf16le'), 'ENCODING_UNSUPPORTED '),
  edi('a count of segments that is not theirs', 'UNT+56', 'UNT+55', 'EDIFACT_COUNT UNH[1]/UNT/1'),
  edi('a count of messages that is not theirs', 'UNZ+1', 'UNZ+2', 'EDIFACT_COUNT UNZ/1'),
  edi(
    'a release character that a sender cut from what it released',
    "FTX+ICN+++КОНТРАКТ 17/2026'",
    `FTX+ICN+++${'Ж'.repeat(69)}?:+${'Ж'.repeat(20)}'`,
    'EDIFACT_SPLIT_RELEASE UNH[1]/FTX[2]',
  ),
  edi('an interchange that ends within a segment', /MEA\+WT\+T[^]*$/, 'MEA+WT', 'EDIFACT_TRUNCATED '),
  edi('an interchange that ends between segments', /UNT\+56[^]*$/, '', 'EDIFACT_TRUNCATED UNZ'),
  edi(
    'Cyrillic letters in a segment tag',
    'MEA+NAX',
    'МЕА+NAX',
    'EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG37[1]/segment[49]',
    'LOOKALIKE UNH[1]/SG37[1]/segment[49]',
  ),
  raw('nothing at all', () => Buffer.alloc(0), 'EMPTY '),
  raw('blanks', () => Buffer.from(' \r\n'), 'FORMAT_UNKNOWN '),
  raw('a picture', () => Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'FORMAT_UNKNOWN '),
];
