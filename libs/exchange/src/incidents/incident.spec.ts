import fc from 'fast-check';
import { issue } from '#model';
import { sealReceipt } from '#trust';
import { World } from '../testing/world.ts';
import { fingerprintOf, normalisedPath, type Cause } from './fingerprint.ts';
import { absorb, failuresOf, type FailedMessage, type Failure } from './incident.ts';
import { anyCharacter } from '../../../model/src/testing/text.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 2, 1, hour));
const failed = (parts: Partial<FailedMessage> = {}): FailedMessage => ({
  subject: 'in:NSW/m1',
  to: 'refused',
  at: at(8),
  link: 'nsw',
  type: 'cn-manifest/MT1101',
  keys: ['bill:LYG1'],
  mapping: { id: 'cn-mt1101', version: '13' },
  issues: [issue('FIELD_MISSING', '/Manifest/Consignment[3]/ID')],
  ...parts,
});
const one = (parts: Partial<FailedMessage>): Failure => failuresOf(failed(parts))[0]!;

describe('a path of an element', () => {
  it.each([
    ['/Manifest/Consignment[3]/ID', '/Manifest/Consignment/ID'],
    ['/m:Manifest/ns2:Consignment[12]/@m:code', '/Manifest/Consignment/@code'],
    ["/Manifest/Party[@id='ТОО «Жібек»']/Name", '/Manifest/Party/Name'],
    ['/consignment/2/grossWeight/value', '/consignment/grossWeight/value'],
    ['/IFTMIN[B]/SG2[4]/NAD/4.1', '/IFTMIN/SG2/NAD/4.1'],
    ['/UNH/NAD/4', '/UNH/NAD/4'],
    ['/舱单/с:提单[2]/货物名称', '/舱单/提单/货物名称'],
    ['/Накладная[1]/Отправитель', '/Накладная/Отправитель'],
    ['/жүкқұжат/0/жөнелтуші', '/жүкқұжат/жөнелтуші'],
    ['/open[never closed', '/open'],
    ['', ''],
  ])('%s is %s', (pointer, path) => expect(normalisedPath(pointer)).toBe(path));

  it('is the same for composed and decomposed letters, and never too long', () => {
    expect(normalisedPath('/й'.normalize('NFD'))).toBe(normalisedPath('/й'.normalize('NFC')));
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 400 }), (text) => {
        const path = normalisedPath(text);
        expect([...path].length).toBeLessThanOrEqual(250);
        expect(path).not.toMatch(/\[/);
      }),
    );
  });
});

describe('a fingerprint', () => {
  it('is one for the same fault in other messages, versions and words', () => {
    const other = failed({
      subject: 'in:NSW/m2',
      at: at(9),
      keys: ['bill:LYG2'],
      mapping: { id: 'cn-mt1101', version: '14' },
      issues: [issue('FIELD_MISSING', '/m:Manifest/m:Consignment[77]/m:ID', 'Said in other words.')],
    });
    expect(failuresOf(other)[0]!.fingerprint).toBe(one({}).fingerprint);
    expect([one({}).mapping, failuresOf(other)[0]!.mapping]).toEqual(['cn-mt1101@13', 'cn-mt1101@14']);
  });

  it('differs in each of its parts, and no part reaches into the next', () => {
    const base: Cause = { stage: 'check', link: 'nsw', type: 'T', code: 'CHECK_DIGIT', path: '/a', rule: 'R1', reason: 'X1' };
    const changed: Partial<Cause>[] = [
      { stage: 'translate' },
      { link: 'keg' },
      { type: 'U' },
      { code: 'LOOKALIKE' },
      { path: '/b' },
      { rule: 'R2' },
      { reason: 'X2' },
    ];
    const all = [base, ...changed.map((part) => ({ ...base, ...part })), { ...base, code: 'CHECK_DIGIT/', path: 'a' }];
    expect(new Set(all.map(fingerprintOf)).size).toBe(all.length);
  });
});

describe('causes of a failed message', () => {
  it('are its distinct errors, not its warnings, and no more than twenty', () => {
    const issues = [issue('FIELD_MISSING', '/a[1]'), issue('FIELD_MISSING', '/a[2]'), issue('LOOKALIKE', '/b'), issue('CHECK_DIGIT', '/c')];
    const errors = issues.filter(({ severity }) => severity === 'error');
    const found = failuresOf(failed({ issues }));
    expect(found.map(({ code, path }) => [code, path])).toEqual([
      ...new Map(errors.map(({ code, pointer }) => [code, [code, normalisedPath(pointer)]])).values(),
    ]);
    const many = Array.from({ length: 100 }, (_, n) => issue('FIELD_MISSING', `/名${String.fromCodePoint(0x4e00 + n)}`));
    expect(failuresOf(failed({ issues: many }))).toHaveLength(20);
  });

  it('tell where it failed: not believed, refused, parked, not delivered', () => {
    expect(one({ to: 'parked', issues: [issue('ROUTE_MISSING', '')] })).toMatchObject({ stage: 'translate', code: 'ROUTE_MISSING' });
    expect(one({ to: 'quarantined', code: 'SIGNATURE_INVALID', reason: 'SIGNATURE_WRONG' })).toMatchObject({
      stage: 'authenticate',
      code: 'SIGNATURE_INVALID',
      reason: 'SIGNATURE_WRONG',
    });
    expect(one({ to: 'quarantined', code: 'SIGNATURE_INVALID', reason: 'some text' })).not.toHaveProperty('reason');
    for (const to of ['expired', 'dead', 'missing'])
      expect(one({ to, code: 'NOT_HELD' })).toMatchObject({ stage: 'deliver', code: 'NOT_HELD' });
  });

  it('are the codes of the partner that refused it, read from its receipt', () => {
    const world = new World();
    const sealed = world.seal('LSW', { note: 'N', text: '货' });
    const issues = [issue('FIELD_MISSING', '/note[2]/code', 'Words of the partner.'), issue('LOOKALIKE', '/note')];
    const fields = { levels: ['R1', 'R2'] as const, status: 'refused' as const, issues, issuedAt: at(9) };
    const receipt = sealReceipt(sealed, fields, world.signers['LBG']!).jws;
    const found = failuresOf(failed({ subject: 'out:m1', receipt }));
    expect(found[0]).toMatchObject({ stage: 'answer', code: 'REFUSED_BY_PARTNER', reason: 'FIELD_MISSING', path: '/note/code' });
    expect(failuresOf(failed({ receipt: Buffer.from('no receipt') }))).toMatchObject([{ code: 'REFUSED_BY_PARTNER', path: '' }]);
  });
});

describe('an incident', () => {
  it('counts failures and messages, and keeps bounded keys and mappings', () => {
    let incident = absorb(undefined, one({}), false);
    incident = absorb(incident, one({ at: at(10) }), true);
    incident = absorb(
      incident,
      one({
        subject: 'in:NSW/m0',
        at: at(7),
        keys: Array.from({ length: 80 }, (_, n) => `bill:B${n}`),
        mapping: { id: 'cn-mt1101', version: '14' },
      }),
      false,
    );
    expect(incident).toMatchObject({ state: 'open', count: 3, messages: 2, firstAt: at(7), lastAt: at(10), openedAt: at(8) });
    expect(incident.keys).toHaveLength(50);
    expect(incident.mappings).toEqual(['cn-mt1101@13', 'cn-mt1101@14']);
  });

  it('comes back when it fails after it was taken as mended, and only then', () => {
    const open = absorb(undefined, one({}), false);
    const resolved = { ...open, state: 'resolved' as const, changedAt: at(12), repairedAt: at(12) };
    expect(absorb(resolved, one({ at: at(11) }), false)).toMatchObject({ state: 'resolved', cameBack: 0, count: 2 });
    const back = absorb(resolved, one({ at: at(13) }), false);
    expect(back).toMatchObject({ state: 'open', cameBack: 1, cameBackAt: at(13), openedAt: at(13), firstAt: at(8) });
    expect(back).not.toHaveProperty('repairedAt');
    expect(absorb({ ...resolved, state: 'monitored' }, one({ at: at(13) }), false).state).toBe('open');
    for (const state of ['acknowledged', 'fixing', 'ignored'] as const)
      expect(absorb({ ...open, state, changedAt: at(9) }, one({ at: at(13) }), false)).toMatchObject({ state, cameBack: 0 });
  });
});
