import { issue } from '#model';
import { aperakFor, contrlFor } from './answers.ts';
import { readDirectories } from './directory.ts';
import { readInterchange } from './interchange.ts';
import { SMALL_DIRECTORY } from './testing.ts';

const { directories } = readDirectories([{ path: 'D97A/TESTER', text: SMALL_DIRECTORY }]);
const HEAD = { messageId: 'ANSWER1', issueDateTime: '2026-03-14T10:00+05:00' };
const answer = (text: string, checked?: boolean) => contrlFor(readInterchange(text, { directories }), HEAD, checked);

const UNB = "UNB+UNOA:1+SENDER::HOST+RECIPIENT::HOST+260314:0930+REF1++APP++++1'";
const good = (reference: string) => `UNH+${reference}+TESTER:D:97A:UN:OSJD'BGM+1'NAD+CZ'UNT+4+${reference}'`;
const code = (value: string, listId = 'UN-0085') => ({ value, listId });

describe('contrlFor', () => {
  it('acknowledges a sound interchange and turns it round', () => {
    expect(answer(`${UNB}${good('M1')}${good('M2')}UNZ+2+REF1'`)).toEqual({
      model: 'landbridge/1',
      type: 'Acknowledgement',
      header: {
        ...HEAD,
        functionCode: code('9', 'UN-1225'),
        typeCode: code('CONTRL', 'UN-0065'),
        senderId: 'RECIPIENT',
        recipientId: 'SENDER',
        testIndicator: true,
      },
      kind: 'syntax',
      acknowledgedDocument: { id: 'REF1' },
      originalSenderId: 'SENDER',
      originalRecipientId: 'RECIPIENT',
      responseCode: code('7', 'UN-0083'),
    });
  });

  it('rejects only the message at fault, with segment, element and code', () => {
    const bad = "UNH+M2+TESTER:D:97A:UN:OSJD'BGM+1'NAD+CZ'XYZ+1'LOC+a\u0001'LOC:1+a'UNT+9+M2'";
    const result = answer(`${UNB}${good('M1')}${bad}UNZ+2+REF1'`);
    expect(result?.responseCode).toEqual(code('7', 'UN-0083'));
    expect(result?.fault).toBeUndefined();
    expect(result?.acknowledgedMessage).toEqual([
      {
        id: 'M2',
        typeCode: code('TESTER', 'UN-0065'),
        versionId: 'D',
        releaseId: '97A',
        agencyCode: 'UN',
        associationCode: 'OSJD',
        responseCode: code('4', 'UN-0083'),
        fault: { errorCode: code('29'), segmentTag: 'UNT', elementNumber: '1' },
        segment: [
          { segmentNumber: '4', errorCode: code('15') },
          { segmentNumber: '5', errorCode: code('21') },
          { segmentNumber: '6', errorCode: code('34') },
        ],
      },
    ]);
  });

  it.each([
    ['missing after the segment before it', "UNH+M1+TESTER:D:97A:UN'NAD+CZ'UNT+3+M1'", { segmentNumber: '1', errorCode: code('13') }],
    ['missing inside a group', "UNH+M1+TESTER:D:97A:UN'BGM'NAD'CTA'UNT+5+M1'", { segmentNumber: '4', errorCode: code('13') }],
    ['repeated too often', "UNH+M1+TESTER:D:97A:UN'BGM'DTM'DTM'DTM'NAD'UNT+7+M1'", { segmentNumber: '5', errorCode: code('35') }],
    ['in a group too many', "UNH+M1+TESTER:D:97A:UN'BGM'NAD'NAD'NAD'UNT+6+M1'", { segmentNumber: '5', errorCode: code('36') }],
  ])('names the position of a segment that is %s', (_name, message, segment) => {
    expect(answer(`${UNB}${message}UNZ+1+REF1'`)?.acknowledgedMessage?.[0]?.segment).toEqual([segment]);
  });

  it.each([
    ['another control reference', `${UNB}${good('M1')}UNZ+1+REF2'`, { errorCode: code('28'), segmentTag: 'UNZ', elementNumber: '2' }],
    ['a wrong count', `${UNB}${good('M1')}UNZ+3+REF1'`, { errorCode: code('29'), segmentTag: 'UNZ', elementNumber: '1' }],
    ['no trailer', `${UNB}${good('M1')}`, { errorCode: code('13'), segmentTag: 'UNZ' }],
    ['an end inside a segment', `${UNB}${good('M1')}UNZ+1+RE`, { errorCode: code('13') }],
    [
      'a message without reference',
      `${UNB}UNH++TESTER:D:97A:UN'BGM'NAD'UNT+4+'UNZ+1+REF1'`,
      { errorCode: code('13'), segmentTag: 'UNH', elementNumber: '1', componentNumber: '1' },
    ],
  ])('rejects the whole interchange for %s', (_name, text, fault) => {
    const result = answer(text);
    expect(result?.responseCode).toEqual(code('4', 'UN-0083'));
    expect(result?.fault).toEqual(fault);
  });

  it('does not repeat what no CONTRL can hold', () => {
    const long = `${UNB}UNH+${'1'.repeat(15)}+TESTER:D:97A:UN'BGM'NAD'XYZ'UNT+5+${'1'.repeat(15)}'UNZ+1+REF1'`;
    expect(answer(long)).toMatchObject({ responseCode: code('4', 'UN-0083'), fault: { errorCode: code('15') } });
    expect(answer(long)).not.toHaveProperty('acknowledgedMessage');
    const odd = answer(`${UNB}UNH+M1+TESTERTESTER:D:97A97A:UN'BGM'UNT+3+M1'UNZ+1+REF1'`)?.acknowledgedMessage?.[0];
    expect(odd).toEqual({
      id: 'M1',
      versionId: 'D',
      agencyCode: 'UN',
      responseCode: code('4', 'UN-0083'),
      fault: { errorCode: code('17'), segmentTag: 'UNH', elementNumber: '2' },
    });
    expect(answer(`${UNB.replace('SENDER', 'S'.repeat(36))}UNZ+1+REF1'`)).toBeUndefined();
  });

  it('says only that the interchange came when it was not checked', () => {
    expect(answer(`${UNB}${good('M1')}UNZ+3+REF1'`, false)).toMatchObject({ responseCode: code('8', 'UN-0083') });
    expect(answer(`${UNB}${good('M1')}UNZ+3+REF1'`, false)).not.toHaveProperty('fault');
  });

  it.each(['', '<xml/>', good('M1'), "UNB+UNOA:1+++260314:0930+REF1'UNZ+0+REF1'"])('has nobody to answer for: %s', (text) => {
    expect(answer(text)).toBeUndefined();
  });
});

describe('aperakFor', () => {
  const message = {
    model: 'landbridge/1' as const,
    type: 'RailConsignmentNote' as const,
    header: { messageId: 'M1', functionCode: code('9', 'UN-1225'), senderId: 'A', recipientId: 'B' },
    transportContractDocument: { id: 'N1' },
  };

  it('accepts a message without errors, warnings or not', () => {
    expect(aperakFor({ message, issues: [issue('CHECK_DIGIT', '/x')] }, HEAD)).toEqual({
      model: 'landbridge/1',
      type: 'Acknowledgement',
      header: {
        ...HEAD,
        functionCode: code('9', 'UN-1225'),
        typeCode: code('APERAK', 'UN-0065'),
        senderId: 'B',
        recipientId: 'A',
        refToMessageId: 'M1',
      },
      kind: 'application',
      acknowledgementDocument: { id: 'ANSWER1' },
      acknowledgedDocument: { id: 'N1' },
      responseCode: code('29', 'UN-1225'),
      noticeDateTime: HEAD.issueDateTime,
    });
  });

  it('refuses with every error, its code, words and place', () => {
    const result = aperakFor({ message, issues: [issue('FIELD_MISSING', '/IFTMIN/BGM/2.1'), issue('ENCODING_INVALID', '')] }, HEAD);
    expect(result.responseCode).toEqual(code('27', 'UN-1225'));
    expect(result.error).toEqual([
      {
        code: code('13', 'ApplicationError'),
        text: ['FIELD_MISSING: A mandatory element is missing.', 'At /IFTMIN/BGM/2.1'],
        referenceId: 'M1',
      },
      {
        code: code('18', 'ApplicationError'),
        text: ['ENCODING_INVALID: The bytes are not valid in the declared encoding.'],
        referenceId: 'M1',
      },
    ]);
  });

  it('answers the findings it is given, also about a message of another type', () => {
    const status = {
      model: 'landbridge/1' as const,
      type: 'ClearanceStatus' as const,
      header: { messageId: 'M2', functionCode: code('9', 'UN-1225') },
      statusCode: code('08', 'x'),
    };
    expect(aperakFor({ message: status, issues: [] }, HEAD, [issue('LOOKALIKE', '/a')])).toMatchObject({
      acknowledgedDocument: { id: 'M2' },
      responseCode: { value: '27' },
      error: [{ code: { value: '21' } }],
    });
  });
});
