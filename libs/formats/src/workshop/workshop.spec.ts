import { readFileSync } from 'node:fs';
import { readTranslationFiles } from '../../../../config/index.ts';
import { checkOverlay, runWorkshop, type GroupReport, type WorkshopOptions, type WorkshopReport } from '../tools/index.ts';

const files = readTranslationFiles();
const REPORT = readFileSync('test/fixtures/formats/cn-manifest/MT3101-2.xml', 'utf8');
const NOTE = readFileSync('test/fixtures/formats/osjd-smgs/note-kk-ru.edi');
const MODE = 'Manifest/Declaration/BorderTransportMeans/TypeCode';

/** Three samples of one text, told apart by the journey. */
const samplesOf = (text: string) =>
  ['1', '2', '3'].map((n) => ({ name: `${n}.xml`, bytes: Buffer.from(text.replace('LB2603E', `LB260${n}E`)) }));
const run = (text: string, options: Partial<WorkshopOptions> = {}): WorkshopReport =>
  runWorkshop(files, samplesOf(text), { partner: 'port-x', ...options });
const only = ({ groups }: WorkshopReport): GroupReport => {
  expect(groups).toHaveLength(1);
  return groups[0] as GroupReport;
};
const proposed = ({ proposals }: GroupReport): string[] => proposals.map(({ standing, id }) => `${standing} ${id}`);

describe('the format workshop', () => {
  it('has nothing to propose where the standard mapping reads the samples', () => {
    const report = run(REPORT);
    expect(report.samples[0]).toMatchObject({
      base: 'cn-manifest/MT3101',
      told: 'detected',
      type: 'MT3101',
      functionCode: '2',
      encoding: 'UTF-8',
      valid: true,
    });
    expect(only(report)).toMatchObject({ proposals: [], validBefore: 3, validAfter: 3, checks: [] });
    expect(only(report).overlay).toBeUndefined();
  });

  it('makes the samples of a dialect pass: elements by other names, in Chinese too, and what is in them', () => {
    const group = only(
      run(
        REPORT.replaceAll('SenderID>', 'Sender>')
          .replaceAll('DeclarationOfficeID>', '申报地海关代码>')
          .replaceAll('UnloadingLocation>', 'DischargeLocation>')
          .replaceAll('ArrivalDate>', 'ArrivalDay>'),
      ),
    );
    expect(proposed(group)).toEqual(
      expect.arrayContaining([
        'applied rename:Manifest/Head/SenderID=Sender',
        'applied rename:Manifest/Declaration/DeclarationOfficeID=申报地海关代码',
        'applied rename:Manifest/Declaration/UnloadingLocation=DischargeLocation',
        'applied rename:Manifest/Declaration/DischargeLocation/ArrivalDate=ArrivalDay',
      ]),
    );
    expect(group).toMatchObject({ validBefore: 0, validAfter: 3, unmapped: [] });
    expect(group.overlay?.text).toContain("'Manifest/Declaration/UnloadingLocation/ArrivalDate': 'ArrivalDay'");
    // The same values as an undisguised sample has, at the partner's own places.
    expect(group.checks[0]?.differences).toContainEqual(
      expect.objectContaining({
        kind: 'added',
        path: 'arrivalDateTime',
        after: { pointer: '/Manifest/Declaration/DischargeLocation/ArrivalDay', value: '2026-03-14' },
      }),
    );
  });

  it('never guesses a code: the list it makes holds what a person has to say', () => {
    const dialect = REPORT.replace('<TypeCode>1<', '<TypeCode>Ж7<');
    const group = only(run(dialect));
    expect(group.codeGaps).toEqual([{ path: MODE, list: 'CN012', codes: [{ code: 'Ж7', count: 3 }] }]);
    expect(proposed(group)).toEqual([`todo code:${MODE}`]);
    const [list] = group.overlay?.codelists ?? [];
    expect(list).toMatchObject({ path: 'PORT-X-CN012', text: expect.stringContaining('# TODO 3 times') as string });
    expect(group.left).toContainEqual(expect.objectContaining({ code: 'CODE_UNKNOWN', count: 3 }));
    // A person fills it in: rail.
    const filled = { path: 'PORT-X-CN012', text: (list?.text ?? '').replace("# 'Ж7': { is: '' }", "'Ж7': { is: '2' }") };
    const overlay = { id: 'port-x/MT3101', text: group.overlay?.text ?? '', codelists: [filled] };
    const [check] = checkOverlay(files, overlay, samplesOf(dialect), { base: 'cn-manifest/MT3101' });
    expect(check?.issues.map(({ code }) => code)).not.toContain('CODE_UNKNOWN');
    expect(check?.differences).toContainEqual(
      expect.objectContaining({ kind: 'changed', after: expect.objectContaining({ value: '2' }) as object }),
    );
    // What the standard list knows is still known.
    const [plain] = checkOverlay(files, overlay, samplesOf(REPORT), { base: 'cn-manifest/MT3101' });
    expect(plain).toMatchObject({ valid: true, differences: [] });
  });

  it('asks before an element is left out, a mandatory one is missed or a constant means another', () => {
    const dialect = REPORT.replace(/\s*<ReceiverID>.*<\/ReceiverID>/, '').replace(
      '<JourneyID>',
      '<Қосымша көзі="连云港"><Жазба>иә</Жазба></Қосымша><JourneyID>',
    );
    const before = only(run(dialect));
    expect(proposed(before)).toEqual([
      'decision relax:Manifest/Head/ReceiverID',
      'decision ignore:Manifest/Declaration/BorderTransportMeans/Қосымша',
    ]);
    expect(before).toMatchObject({ validBefore: 0, validAfter: 0 });
    expect(before.overlay?.text).toContain('# - relax:Manifest/Head/ReceiverID');
    const after = only(run(dialect, { agreed: new Set(before.proposals.map(({ id }) => id)) }));
    expect(after).toMatchObject({ validAfter: 3, unmapped: [] });
    expect(after.left.map(({ code }) => code)).not.toContain('FIELD_UNMAPPED');
    expect(after.left.map(({ code }) => code)).not.toContain('FIELD_ORDER');
  });

  it('does not take one unknown text for a missing one of another name', () => {
    const group = only(run(REPORT.replace(/<SenderID>(.*)<\/SenderID>/, '<Remark>$1</Remark>')));
    expect(proposed(group)).toEqual([
      'decision rename:Manifest/Head/SenderID=Remark',
      'decision relax:Manifest/Head/SenderID',
      'decision ignore:Manifest/Head/Remark',
    ]);
    expect(group.validAfter).toBe(0);
  });

  it('finds the nearest mapping of a document that names none, and takes its root and namespace', () => {
    const report = run(
      REPORT.replaceAll('Manifest', 'ArrivalNotice').replace('urn:Declaration:datamodel:standard:CN:MT3101:1', 'urn:port-x'),
    );
    expect(report.samples[0]).toMatchObject({ told: 'nearest', base: 'cn-manifest/MT3101' });
    const group = only(report);
    expect(proposed(group)).toEqual(['applied root:Manifest', 'applied namespace:Manifest']);
    expect(group.validAfter).toBe(3);
    expect(group.overlay?.text).toContain("detect: { namespace: 'urn:port-x' }");
  });

  it('gives a field the room its values need, and no other form', () => {
    const note = NOTE.toString('utf8');
    expect(runWorkshop(files, [{ name: 'note.edi', bytes: Buffer.from(note) }], { partner: 'keg' }).groups[0]).toMatchObject({
      validBefore: 1,
    });
    const list = readFileSync('test/fixtures/formats/eaeu/preliminary-information-result.xml', 'utf8');
    const long = list.replace(/(<(?:\w+:)?DocumentID[^>]*>)[^<]*/, `$1${'Қ'.repeat(40)}`);
    const group = only(runWorkshop(files, [{ name: 'a.xml', bytes: Buffer.from(long) }], { partner: 'keg' }));
    expect(group.proposals).toContainEqual(
      expect.objectContaining({ kind: 'widen', standing: 'applied', facts: { from: 'text 36', to: 'text 40', longest: 40 } }),
    );
    expect(group).toMatchObject({ validBefore: 0, validAfter: 1 });
  });

  it('says what cannot be read, and reads nothing by a guess', () => {
    const bytes = Buffer.from([0x3c, 0x61, 0x3e, 0xc1, 0xac, 0xd4, 0xc6, 0xb8, 0xdb, 0x3c, 0x2f, 0x61, 0x3e]);
    const { samples, groups } = runWorkshop(
      files,
      [
        { name: 'x', bytes },
        { name: 'empty', bytes: Buffer.alloc(0) },
      ],
      { partner: 'port-x' },
    );
    expect(samples[0]).toMatchObject({ encoding: null, encodingHint: 'gb18030', told: 'unknown', base: null, valid: false });
    expect(samples[1]).toMatchObject({ told: 'unknown', valid: false });
    expect(groups).toEqual([]);
  });
});
