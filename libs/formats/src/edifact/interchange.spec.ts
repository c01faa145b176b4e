import type { DocumentNode } from '../document.ts';
import { readDirectories } from './directory.ts';
import { readInterchange } from './interchange.ts';
import { SMALL_DIRECTORY } from './testing.ts';

const { directories } = readDirectories([{ path: 'D97A/TESTER', text: SMALL_DIRECTORY }]);
const read = (text: string) => readInterchange(text, { directories });

const UNB = "UNB+UNOA:1+SENDER::HOST+RECIPIENT::HOST+260314:0930+REF1++APP++1++1'";
const BODY = "BGM+722+X+9'NAD+CZ'";
const message = (body = BODY, reference = 'M1', count = body.split("'").length + 1) =>
  `UNH+${reference}+TESTER:D:97A:UN:OSJD'${body}UNT+${count}+${reference}'`;
const interchange = (...messages: string[]) => `${UNB}${messages.join('')}UNZ+${messages.length}+REF1'`;

/** Names of a document in brackets, as the groups nest. */
const shape = (node: DocumentNode): string =>
  node.children.map((child) => (child.data ? child.name : `${child.name}(${shape(child)})`)).join(' ');
const found = (text: string) => {
  const { issues, messages } = read(text);
  return [...issues, ...messages.flatMap((each) => each.issues)].map(({ code, pointer }) => `${code} ${pointer}`);
};

describe('readInterchange', () => {
  it('reads header and messages', () => {
    const result = read(interchange(message(), message(BODY, 'M2')));
    expect(result).toMatchObject({
      reference: 'REF1',
      syntaxIdentifier: 'UNOA',
      syntaxVersion: '1',
      senderId: 'SENDER',
      recipientId: 'RECIPIENT',
      testIndicator: true,
      acknowledgementRequested: true,
      issues: [],
    });
    expect(result.messages.map(({ reference }) => reference)).toEqual(['M1', 'M2']);
    expect(result.messages[0]?.identifier).toEqual({ type: 'TESTER', version: 'D', release: '97A', agency: 'UN', association: 'OSJD' });
    expect(result.messages[0]?.document).toMatchObject({
      name: 'TESTER',
      children: [{ name: 'UNB' }, { name: 'UNH', position: 1 }, { name: 'BGM', position: 2 }, { name: 'SG2' }],
    });
  });

  it('nests segments as the directory does', () => {
    const body = "BGM'DTM'DTM'DOC'RFF'DTM'RFF'NAD+CZ'LOC'LOC'CTA'COM'CTA'COM'DOC'NAD+CN'CNT'";
    const { messages } = read(interchange(message(body)));
    expect(messages[0]?.issues).toEqual([]);
    expect(shape(messages[0]!.document)).toBe(
      'UNB UNH BGM DTM DTM DOC SG1(RFF DTM) SG1(RFF) SG2(NAD LOC LOC SG3(CTA COM) SG3(CTA COM) SG4(DOC)) SG2(NAD) CNT',
    );
  });

  it.each([
    ['too often', "BGM'DTM'DTM'DTM'NAD'", ['FIELD_REPEATED UNH[1]/DTM[3]']],
    ['a group too often', "BGM'NAD'NAD'NAD'", ['FIELD_REPEATED UNH[1]/SG2[3]/NAD']],
    ['a nested group too often', "BGM'NAD'DOC'DOC'", ['FIELD_REPEATED UNH[1]/SG2[1]/SG4[2]/DOC']],
    ['out of order', "BGM'NAD'DTM'", ['FIELD_ORDER UNH[1]/DTM[1]']],
    ['out of order in a group', "BGM'NAD'CTA'COM'LOC'", ['FIELD_ORDER UNH[1]/SG2[1]/LOC[1]']],
    ['missing', "NAD'", ['FIELD_MISSING UNH[1]/BGM']],
    ['a missing group', "BGM'", ['FIELD_MISSING UNH[1]/SG2[1]']],
    ['missing in a nested group', "BGM'NAD'CTA'", ['FIELD_MISSING UNH[1]/SG2[1]/SG3[1]/COM[1]']],
    ['unknown', "BGM'NAD'XYZ+1'", ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG2[1]/segment[4]']],
    ['typed in Cyrillic', "BGM'NAD'ВGМ+1'", ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG2[1]/segment[4]', 'LOOKALIKE UNH[1]/SG2[1]/segment[4]']],
    ['plain Cyrillic text', "BGM'NAD'ЖУК+1'", ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG2[1]/segment[4]']],
    ['in small letters', "BGM'NAD'loc+1'", ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG2[1]/segment[4]']],
    ['an element of a released look-alike', "BGM'NAD+a+СОРТ?5'", ['EDIFACT_RELEASE_STRAY UNH[1]/SG2[1]/NAD/2.1']],
    ['empty', "BGM''NAD'", ['EDIFACT_SEGMENT_UNKNOWN UNH[1]/segment[3]', 'EDIFACT_MALFORMED UNH[1]/segment[3]']],
    ['explicitly nested', "BGM:1'NAD'", ['EDIFACT_MALFORMED UNH[1]/BGM']],
    ['cut after escaping', `BGM'NAD+CZ+1++${'Ж'.repeat(34)}?:ЖЖЖ'`, ['EDIFACT_SPLIT_RELEASE UNH[1]/SG2[1]/NAD']],
  ])('reports a segment that is %s and keeps it', (_name, body, expected) => {
    const text = interchange(message(body));
    expect(found(text)).toEqual(expected);
    const segments = (node: DocumentNode): number => node.children.reduce((sum, child) => sum + (child.data ? 1 : segments(child)), 0);
    expect(segments(read(text).messages[0]!.document)).toBe(body.split("'").length + 1);
  });

  it('takes a possible split release for certain when the next segment has no tag', () => {
    const body = `BGM'NAD+CZ+1++${'Ж'.repeat(34)}?:'ЖЖЖ'`;
    expect(found(interchange(message(body)))).toEqual([
      'EDIFACT_SEGMENT_UNKNOWN UNH[1]/SG2[1]/segment[4]',
      'EDIFACT_SPLIT_RELEASE UNH[1]/SG2[1]/NAD',
    ]);
    expect(found(interchange(message(`BGM'NAD+CZ+1++${'Ж'.repeat(34)}?:'LOC+5'`)))).toEqual([]);
  });

  it('names the segment in the words of a finding, never its text', () => {
    const [issue] = read(interchange(message("BGM'NAD'СЕКРЕТ+1'"))).messages[0]!.issues;
    expect(issue?.message).toContain('Segment 4.');
    expect(JSON.stringify(issue)).not.toContain('СЕКРЕТ');
  });

  it.each([
    ['a wrong number of segments', interchange(message(BODY, 'M1', 9)), ['EDIFACT_COUNT UNH[1]/UNT/1']],
    ['a number of segments that is none', interchange(message().replace('UNT+4', 'UNT+x')), ['EDIFACT_COUNT UNH[1]/UNT/1']],
    ['another message reference', interchange(message().replace(/M1'$/, "M9'")), ['EDIFACT_COUNT UNH[1]/UNT/2']],
    ['a wrong number of messages', `${UNB}${message()}UNZ+2+REF1'`, ['EDIFACT_COUNT UNZ/1']],
    ['another control reference', `${UNB}${message()}UNZ+1+REF2'`, ['EDIFACT_COUNT UNZ/2']],
    ['the same message reference twice', interchange(message(), message()), ['DUPLICATE_KEY UNH[2]/UNH/1']],
    ['an unknown message type', interchange(message().replace('TESTER', 'TESTED')), ['MESSAGE_TYPE_UNKNOWN UNH[1]/UNH/2']],
    [
      'no message type',
      interchange(message().replace('+TESTER', '+')),
      ['FIELD_MISSING UNH[1]/UNH/2.1', 'MESSAGE_TYPE_UNKNOWN UNH[1]/UNH/2'],
    ],
    ['no header', `${message()}UNZ+1+REF1'`, ['EDIFACT_MALFORMED UNB']],
    ['a header without version', interchange(message()).replace('UNOA:1', 'UNOB'), ['FIELD_MISSING UNB/1.2']],
    ['a syntax nobody published', interchange(message()).replace('UNOA:1', 'XXXX:1'), ['EDIFACT_MALFORMED UNB/1.1']],
    ['a syntax version to come', interchange(message()).replace('UNOA:1', 'UNOA:5'), ['EDIFACT_MALFORMED UNB/1.2']],
    ['a stray header before the real one', `UNB+++++4'${interchange(message())}`, undefined],
    ['no trailer', `${UNB}${message()}`, ['EDIFACT_TRUNCATED UNZ']],
    ['a message without trailer', `${UNB}UNH+M1+TESTER:D:97A:UN'${BODY}UNZ+1+REF1'`, ['EDIFACT_TRUNCATED UNH[1]/UNT']],
    ['a message inside another', `${UNB}UNH+M1+TESTER:D:97A:UN'${BODY}${message(BODY, 'M2')}UNZ+2+REF1'`, ['EDIFACT_TRUNCATED UNH[1]/UNT']],
    [
      'an end in the middle of a segment',
      interchange(message()).slice(0, -18),
      ['EDIFACT_TRUNCATED ', 'EDIFACT_TRUNCATED UNZ', 'EDIFACT_TRUNCATED UNH[1]/UNT'],
    ],
    ['a second interchange', interchange(message()) + interchange(message()), ['EDIFACT_MALFORMED ']],
    ['nothing', '', ['EMPTY ']],
    ['only line ends', '\r\n\r\n', ['EMPTY ']],
    ['something else', '<Manifest/>', undefined],
    ['a corrupt first tag', interchange(message()).replace('UNB', 'NB'), ['EDIFACT_MALFORMED ']],
    ['a segment outside', interchange(`BGM+1'${message()}`), ['EDIFACT_MALFORMED segment[2]']],
    ['a trailer without message', interchange(message(), "UNT+1+M2'"), undefined],
    ['a broken service string advice', `UNA:::::'${interchange(message())}`, ['EDIFACT_MALFORMED ']],
  ])('reports an interchange with %s', (_name, text, expected) => {
    const { issues, messages } = read(text);
    const all = [...issues, ...messages.flatMap((each) => each.issues)];
    expect(all.some(({ severity }) => severity === 'error')).toBe(true);
    if (expected) expect(found(text).sort()).toEqual([...expected].sort());
  });

  it('reads groups of messages and checks their trailers', () => {
    const group = (count: number, reference: string) =>
      `UNG+TESTER+A+B+260314:0930+G1+UN+D:97A'${message()}${message(BODY, 'M2')}UNE+${count}+${reference}'`;
    expect(found(`${UNB}${group(2, 'G1')}UNZ+1+REF1'`)).toEqual([]);
    expect(
      read(`${UNB}${group(2, 'G1')}UNZ+1+REF1'`)
        .messages[1]?.document.children.map(({ name }) => name)
        .slice(0, 3),
    ).toEqual(['UNB', 'UNG', 'UNH']);
    expect(found(`${UNB}${group(3, 'G2')}UNZ+1+REF1'`)).toEqual(['EDIFACT_COUNT UNG[1]/UNE/1', 'EDIFACT_COUNT UNG[1]/UNE/2']);
    expect(found(`${UNB}${group(2, 'G1').replace("UNE+2+G1'", '')}UNZ+1+REF1'`)).toEqual(['EDIFACT_TRUNCATED UNG[1]']);
  });

  it('keeps a message of an unknown type flat', () => {
    const { messages } = read(interchange(message().replace('TESTER', 'TESTED')));
    expect(shape(messages[0]!.document)).toBe('UNB UNH BGM NAD');
  });

  it('reports a tag that is none also in a message of an unknown type', () => {
    const text = interchange(message("BGM'МЕА+1'").replace('TESTER', 'TESTED'));
    expect(found(text)).toEqual([
      'MESSAGE_TYPE_UNKNOWN UNH[1]/UNH/2',
      'EDIFACT_SEGMENT_UNKNOWN UNH[1]/segment[3]',
      'LOOKALIKE UNH[1]/segment[3]',
    ]);
    expect(read(text).messages[0]!.document.children.at(-1)).toMatchObject({ name: 'segment', data: [['МЕА'], ['1']] });
  });

  it('bounds the number of findings, errors and warnings apart', () => {
    const body = "BGM'NAD'" + "LOC+?a'".repeat(9) + "XYZ'".repeat(2000);
    const whole = read(interchange(message(body)));
    const { issues } = whole.messages[0]!;
    expect(whole.issues.map(({ code }) => code)).toEqual(['EDIFACT_LIMIT']);
    expect(issues.filter(({ severity }) => severity === 'error')).toHaveLength(500);
    expect(issues.filter(({ severity }) => severity === 'warning').length).toBeGreaterThan(0);
  });

  it('never throws on broken input and always reports it: every cut of an interchange', () => {
    const whole = interchange(message(), message(BODY, 'M2'));
    for (let at = 0; at < whole.length; at++) expect(found(whole.slice(0, at)).length).toBeGreaterThan(0);
    expect(found(whole)).toEqual([]);
  });

  it('reads the same from chunks', () => {
    const whole = interchange(message("BGM+722+a?+b'NAD+CZ+?'x'"));
    expect(readInterchange([...whole], { directories })).toEqual(read(whole));
  });
});
