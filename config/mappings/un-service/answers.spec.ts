import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { aperakFor, contrlFor, createTranslator, EdifactSyntax, readDirectories } from '#formats';
import { MESSAGE_TYPES, type CanonicalOf } from '#model';
import { readTranslationFiles } from '../../files.ts';

type Acknowledgement = CanonicalOf<'Acknowledgement'>;

const files = readTranslationFiles(process.cwd());
const translator = createTranslator(files, { lazily: true });
const { directories } = readDirectories(files.edifact);
const syntax = new EdifactSyntax(directories);
const fixture = (name: string) => readFileSync(join('test', 'fixtures', 'formats', 'osjd-smgs', name));
const encode = (message: Acknowledgement, mapping: string, charset?: string) => translator.encode(message, { mapping, parameters: {}, ...(charset && { charset }) });
const decode = (bytes: Buffer, mapping?: string) => {
  const { issues, messages } = translator.decode(bytes, { charsets: ['windows-1251'], ...(mapping && { mapping }) });
  return { message: messages[0]?.message as Acknowledgement, issues: [...issues, ...(messages[0]?.issues ?? [])], mapping: messages[0]?.mapping.id };
};
const withoutRouting = ({ code, pointer }: { code: string; pointer: string }) => `${code} ${pointer}`;
const HEAD = { messageId: 'ANS1', issueDateTime: '2026-03-14T10:00+05:00' };
const valid = (message: Acknowledgement) => MESSAGE_TYPES.Acknowledgement.safeParse(message).error;

describe('un-service/CONTRL', () => {
  it('reads a refusal: interchange, message, segments, elements', () => {
    const { message, issues, mapping } = decode(fixture('contrl-refused.edi'));
    expect({ issues, mapping, error: valid(message) }).toEqual({ issues: [], mapping: 'un-service/CONTRL', error: undefined });
    expect(message).toMatchObject({
      kind: 'syntax',
      acknowledgedDocument: { id: '26031400000101' },
      originalSenderId: 'LBGATE',
      originalRecipientId: 'KTZ.ALTYNKOL',
      responseCode: { value: '4', listId: 'UN-0083' },
      acknowledgedMessage: [
        {
          id: '26031400000101',
          typeCode: { value: 'IFTMIN' },
          associationCode: 'OSJD',
          responseCode: { value: '4' },
          segment: [
            { segmentNumber: '17', errorCode: { value: '12' }, element: [{ errorCode: { value: '21' }, elementNumber: '3', componentNumber: '1' }] },
            { segmentNumber: '58', errorCode: { value: '29' } },
          ],
        },
      ],
    });
  });

  it('reads and writes the deviating order only where the link names it', () => {
    const bytes = fixture('contrl-deviation.edi');
    const { message, issues, mapping } = decode(bytes, 'osjd-smgs/CONTRL-deviation');
    expect({ issues, mapping }).toEqual({ issues: [], mapping: 'osjd-smgs/CONTRL-deviation' });
    expect(message).toMatchObject({ acknowledgedDocument: { id: '26031400000101' }, originalSenderId: 'LBGATE', originalRecipientId: 'KTZ.ALTYNKOL', responseCode: { value: '7' } });
    expect(encode(message, 'osjd-smgs/CONTRL-deviation').bytes.toString()).toContain("UCI+LBGATE+KTZ.ALTYNKOL+26031400000101+7'");
    expect(encode(message, 'un-service/CONTRL').bytes.toString()).toContain("UCI+26031400000101+LBGATE+KTZ.ALTYNKOL+7'");
    expect(decode(bytes).mapping).toBe('un-service/CONTRL');
  });

  it('writes the same for syntax 4, and tells the two apart', () => {
    const broken = fixture('note-kk-ru.edi').toString().replace('BGM+', 'XYZ*+');
    const answer = contrlFor(syntax.readInterchange(Buffer.from(broken)).interchange!, HEAD)!;
    const { bytes, issues } = encode(answer, 'un-service/CONTRL-4');
    const lines = bytes.toString().split('\r\n');
    expect(issues).toEqual([]);
    expect(lines.slice(0, 3)).toEqual(["UNA:+.?*'", expect.stringMatching(/^UNB\+UNOA:4\+.*\+20260314:1000\+ANS1\+/), "UNH+ANS1+CONTRL:4:1:UN'"]);
    expect(syntax.read(bytes).issues).toEqual([]);
    expect(decode(bytes)).toMatchObject({ issues: [], message: answer, mapping: 'un-service/CONTRL-4' });
  });

  it.each(['note-kk-ru.edi', 'note-21-documents.edi'])('acknowledges %s', (name) => {
    const answer = contrlFor(syntax.readInterchange(fixture(name)).interchange!, HEAD)!;
    const { bytes, issues } = encode(answer, 'un-service/CONTRL');
    expect(issues).toEqual([]);
    expect(bytes.toString().split('\r\n').slice(1, 4)).toEqual(["UNH+ANS1+CONTRL:D:3:UN'", "UCI+26031400000101+LBGATE+KTZ.ALTYNKOL+7'", "UNT+3+ANS1'"]);
    expect(decode(bytes)).toMatchObject({ issues: [], message: answer });
  });

  it('rejects every cut of an interchange that still names its parties, in a CONTRL that can be read again', () => {
    const text = fixture('note-kk-ru.edi').toString();
    let answered = 0;
    for (let at = 0; at < text.length; at += 5) {
      const { interchange } = syntax.readInterchange(Buffer.from(text.slice(0, at)));
      const answer = interchange && contrlFor(interchange, HEAD);
      if (!answer) continue;
      answered++;
      const { bytes, issues } = encode(answer, 'un-service/CONTRL');
      expect({ issues, action: answer.responseCode?.value, error: valid(answer) }).toEqual({ issues: [], action: '4', error: undefined });
      expect(decode(bytes)).toMatchObject({ issues: [], message: answer });
    }
    expect(answered).toBeGreaterThan(text.length / 10);
  });

  it('can be written for whatever became of an interchange on its way', () => {
    const text = fixture('note-kk-ru.edi').toString();
    const splinter = fc.constantFrom("'", '+', ':', '?', 'UNB', 'UNT', "'UNZ+1'", "'UNH+1+IFTMIN:D:97A:UN:OSJD'", 'МЕА', '\u0000', "''''", 'X'.repeat(40));
    const damage = fc.tuple(fc.nat(text.length), fc.nat(30), splinter);
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (all) => {
        const broken = all.reduce((whole, [at, length, inserted]) => whole.slice(0, at) + inserted + whole.slice(at + length), text);
        const { interchange } = syntax.readInterchange(Buffer.from(broken));
        const answer = interchange && contrlFor(interchange, HEAD);
        if (!answer) return;
        expect(encode(answer, 'un-service/CONTRL').issues).toEqual([]);
        for (const message of translator.decode(Buffer.from(broken)).messages) {
          expect(encode(aperakFor(message, HEAD), 'un-d96b/APERAK').issues.filter(({ pointer }) => !pointer.startsWith('/header') && !pointer.startsWith('/acknowledgedDocument'))).toEqual([]);
        }
      }),
    );
  });

  it('reads what it wrote, for every answer', () => {
    const reference = fc.stringMatching(/^[A-Z0-9+:'?]{1,14}$/);
    const number = fc.nat(999).map(String);
    const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
    const code = (listId: string, values: string[]) => fc.constantFrom(...values).map((value) => ({ value, listId }));
    const error = code('UN-0085', ['12', '13', '29']);
    const element = fc.record({ errorCode: error, elementNumber: optional(number) });
    const fault = fc.record({ errorCode: error, segmentTag: optional(fc.constantFrom('UNT', 'UNZ')), elementNumber: optional(number), componentNumber: optional(number) });
    const segment = fc.record({ segmentNumber: number, errorCode: optional(error), element: optional(fc.array(element, { minLength: 1, maxLength: 3 })) });
    const answered = fc.record({
      id: reference,
      typeCode: optional(code('UN-0065', ['IFTMIN'])),
      versionId: optional(fc.constant('D')),
      releaseId: optional(fc.constant('97A')),
      agencyCode: optional(fc.constant('UN')),
      associationCode: optional(fc.constant('OSJD')),
      responseCode: optional(code('UN-0083', ['4', '7'])),
      fault: optional(fault),
      segment: optional(fc.array(segment, { minLength: 1, maxLength: 4 })),
    });
    const message = fc.record({
      model: fc.constant('landbridge/1'),
      type: fc.constant('Acknowledgement'),
      header: fc.record({ messageId: reference, typeCode: code('UN-0065', ['CONTRL']), functionCode: code('UN-1225', ['9']), senderId: reference, recipientId: reference, issueDateTime: fc.constant(HEAD.issueDateTime) }),
      kind: fc.constant('syntax'),
      acknowledgedDocument: fc.record({ id: reference }),
      originalSenderId: reference,
      originalRecipientId: reference,
      responseCode: code('UN-0083', ['4', '7', '8']),
      fault: optional(fault),
      acknowledgedMessage: optional(fc.array(answered, { minLength: 1, maxLength: 3 })),
    });
    fc.assert(
      fc.property(message, fc.constantFrom('un-service/CONTRL', 'osjd-smgs/CONTRL-deviation'), (generated, mapping) => {
        const original = JSON.parse(JSON.stringify(generated)) as Acknowledgement;
        const { bytes, issues } = encode(original, mapping);
        expect(issues).toEqual([]);
        expect(decode(bytes, mapping)).toMatchObject({ issues: [] });
        expect(decode(bytes, mapping).message).toEqual(original);
      }),
    );
  });
});

describe('un-d96b/APERAK', () => {
  it('reads a refusal with its errors, class and further words', () => {
    const { message, issues, mapping } = decode(fixture('aperak-refused.edi'));
    expect({ issues, mapping, error: valid(message) }).toEqual({ issues: [], mapping: 'un-d96b/APERAK', error: undefined });
    expect(message).toMatchObject({
      kind: 'application',
      acknowledgementDocument: { id: 'ANS-1' },
      acknowledgedDocument: { id: '33-70112233', formattedIssueDateTime: '2026-03-14' },
      responseCode: { value: '27' },
      noticeDateTime: '2026-03-14T10:00+05:00',
      responseText: ['СООБЩЕНИЕ НЕ ПРИНЯТО'],
      error: [{ code: { value: '12' }, classCode: { value: 'E' }, text: ['КОД СТАНЦИИ НЕ НАЙДЕН', 'ПРОВЕРЬТЕ ПО СПРАВОЧНИКУ'], referenceId: '26031400000101' }],
    });
    const written = encode(message, 'un-d96b/APERAK', 'windows-1251');
    expect(written.issues).toEqual([]);
    expect(decode(written.bytes)).toMatchObject({ issues: [], message });
    expect(syntax.read(written.bytes, { charsets: ['windows-1251'] }).issues).toEqual([]);
  });

  it('accepts a note, and refuses a broken one with every error found, as an interchange that is itself sound', () => {
    const sound = translator.decode(fixture('note-kk-ru.edi')).messages[0]!;
    const accepted = encode(aperakFor(sound, HEAD), 'un-d96b/APERAK');
    expect(accepted.issues).toEqual([]);
    expect(accepted.bytes.toString()).toContain("BGM++ANS1+29'\r\nDTM+137:202603141000:203'\r\nRFF+AAS:33-70112233'\r\nRFF+ACW:26031400000101'\r\nUNT+6+");
    const text = fixture('note-kk-ru.edi').toString().replace('33-70112233', '').replace('KGM:9500', 'KGM:девять');
    const broken = translator.decode(Buffer.from(text)).messages[0]!;
    const answer = aperakFor(broken, HEAD);
    const refused = encode(answer, 'un-d96b/APERAK');
    expect(answer.error).toHaveLength(2);
    expect(refused.issues).toEqual([]);
    expect(refused.bytes.toString()).toContain('At /IFTMIN/SG18[1]/SG20[1]/MEA/3.2');
    expect(refused.bytes.toString()).not.toContain('девять');
    expect(decode(refused.bytes)).toMatchObject({ issues: [], message: answer });
  });

  it('reads what it wrote, for every answer', () => {
    const word = fc.string({ unit: fc.constantFrom(..."АЯқһ集az09+:'?* /"), minLength: 1, maxLength: 200 });
    const reference = fc.stringMatching(/^[A-Z0-9+:'?]{1,14}$/);
    const error = fc.record(
      { code: fc.constantFrom('12', '13').map((value) => ({ value, listId: 'ApplicationError' })), classCode: fc.constantFrom('E', 'W').map((value) => ({ value, listId: 'ApplicationErrorClass' })), text: fc.array(word, { minLength: 1, maxLength: 5 }), referenceId: reference },
      { requiredKeys: ['code', 'referenceId'] },
    );
    const message = fc.record(
      {
        model: fc.constant('landbridge/1'),
        type: fc.constant('Acknowledgement'),
        header: fc.record({ messageId: reference, typeCode: fc.constant({ value: 'APERAK', listId: 'UN-0065' }), functionCode: fc.constant({ value: '9', listId: 'UN-1225' }), senderId: word.map((each) => each.slice(0, 35)), recipientId: reference, issueDateTime: fc.constant(HEAD.issueDateTime), refToMessageId: reference }),
        kind: fc.constant('application'),
        acknowledgedDocument: fc.record({ id: reference }),
        responseCode: fc.constantFrom('27', '29').map((value) => ({ value, listId: 'UN-1225' })),
        acknowledgementDocument: fc.record({ id: reference }),
        noticeDateTime: fc.constant(HEAD.issueDateTime),
        responseText: fc.array(word, { minLength: 1, maxLength: 9 }),
        error: fc.array(error, { minLength: 1, maxLength: 4 }),
      },
      { requiredKeys: ['model', 'type', 'header', 'kind', 'acknowledgedDocument', 'responseCode'] },
    );
    fc.assert(
      fc.property(message, (original) => {
        const { bytes, issues } = encode(original as Acknowledgement, 'un-d96b/APERAK');
        expect(issues).toEqual([]);
        const read = decode(bytes);
        expect(read.issues.map(withoutRouting)).toEqual([]);
        expect(read.message).toEqual(original);
      }),
    );
  });
});
