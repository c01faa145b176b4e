import { FROM, later, NOW, trustWorld } from '../../../test/support/trust-world.ts';
import {
  directoryKey,
  generateKey,
  KeyDirectory,
  LocalSigner,
  PROFILE,
  resignMessage,
  signKeyDocument,
  verifyMessage,
  type DirectoryKey,
  type KeyDocument,
  type KeyStatus,
} from './index.ts';
import { PARTS } from '../../../test/support/trust-world.ts';

const next = new LocalSigner(generateKey('ES256'));
const document = (party: string, version: number, keys: readonly DirectoryKey[]): KeyDocument => ({
  profile: PROFILE,
  party,
  version,
  issued: NOW.toISOString(),
  keys: [...keys],
});
const entry = (signer: LocalSigner, status: KeyStatus = 'active', life: object = {}) =>
  directoryKey(signer.jwk, { from: FROM, status, ...life });
const reasonOf = (result: { ok: boolean; reason?: string }) => (result.ok ? 'accepted' : result.reason);

describe('key directory', () => {
  it.each<[KeyStatus, string, string]>([
    ['pending', 'KEY_PENDING', 'KEY_PENDING'],
    ['published', 'accepted', 'accepted'],
    ['active', 'accepted', 'accepted'],
    ['retiring', 'accepted', 'accepted'],
    ['retired', 'KEY_RETIRED', 'accepted'],
  ])('resolves a %s key: live %s, evidence %s', (status, live, evidence) => {
    const { directory, lsw, publish } = trustWorld();
    publish('LSW', 2, [entry(lsw, status)]);
    expect(reasonOf(directory.resolve(lsw.kid, { at: NOW, purpose: 'verify' }))).toBe(live);
    expect(reasonOf(directory.resolve(lsw.kid, { at: NOW, purpose: 'evidence' }))).toBe(evidence);
  });

  it('lets a compromised key prove only what was proven before, and never live', () => {
    const { directory, lsw, publish } = trustWorld();
    publish('LSW', 2, [{ ...entry(lsw, 'active'), status: 'compromised', compromisedSince: NOW.toISOString() }]);
    expect(reasonOf(directory.resolve(lsw.kid, { at: later(-1), purpose: 'evidence' }))).toBe('accepted');
    expect(reasonOf(directory.resolve(lsw.kid, { at: NOW, purpose: 'evidence' }))).toBe('KEY_COMPROMISED');
    expect(reasonOf(directory.resolve(lsw.kid, { at: later(-1), purpose: 'verify' }))).toBe('KEY_COMPROMISED');
  });

  it('keeps to the time of a key', () => {
    const { directory, lsw, publish } = trustWorld();
    publish('LSW', 2, [entry(lsw, 'active', { from: NOW, until: later(10) })]);
    const at = (seconds: number) => reasonOf(directory.resolve(lsw.kid, { at: later(seconds), purpose: 'evidence' }));
    expect([at(-1), at(0), at(9), at(10)]).toEqual(['KEY_NOT_YET_VALID', 'accepted', 'accepted', 'KEY_EXPIRED']);
  });

  it('overlaps: messages of the old and the new key verify, the newest active one signs', () => {
    const { directory, expected, lsw, publish, seal } = trustWorld();
    publish('LSW', 2, [entry(lsw), entry(next, 'active', { from: later(-60) })]);
    const sealed = seal();
    const again = resignMessage(sealed, PARTS, next, NOW);
    for (const { frame } of [sealed, again])
      expect(verifyMessage(frame, directory, expected)).toMatchObject({ ok: true, manifestDigest: sealed.manifestDigest });
    expect(directory.signingKey('LSW', NOW)?.kid).toBe(next.kid);
    publish('LSW', 3, [entry(lsw), entry(next, 'published')]);
    expect(directory.signingKey('LSW', NOW)?.kid).toBe(lsw.kid);
    expect(directory.signingKey('HRG', NOW)).toBeUndefined();
  });

  it('takes a document the operator vouches for, or refuses it whole with every finding', () => {
    const { directory, lsw } = trustWorld();
    const weak = { ...entry(next), x: 'A'.repeat(43) };
    const misnamed = { ...entry(next), kid: lsw.kid };
    const issues = (value: unknown) => {
      try {
        return directory.importTrusted(value) && [];
      } catch (error) {
        return (error as { issues: { pointer: string; message: string }[] }).issues.map(
          ({ pointer, message }) => `${pointer} ${message.split(' ').at(-1)}`,
        );
      }
    };
    expect(issues(document('HRG', 1, [weak, misnamed]))).toEqual([
      '/keys/0 KEY_POINT',
      '/keys/1 KEY_MISMATCH',
      '/keys DIRECTORY_KEY_REUSED',
    ]);
    expect(issues(document('LSW', 1, [entry(lsw)]))).toEqual(['/keys DIRECTORY_STALE']);
    expect(issues({ ...document('HRG', 1, []), party: 'hrg' })).toEqual(['/party invalid_format']);
    expect(issues(document('HRG', 1, [{ ...entry(next), status: 'compromised' }]))).toHaveLength(1);
    expect(directory.records('HRG')).toEqual([]);
    expect(issues(document('HRG', 1, [entry(next)]))).toEqual([]);
  });

  it('does not list a key twice or under two parties', () => {
    const { directory, lsw } = trustWorld();
    expect(() => directory.importTrusted(document('HRG', 1, [entry(lsw)]))).toThrow('The key is not acceptable.');
    expect(() => directory.importTrusted(document('HRG', 1, [entry(next), entry(next)]))).toThrow('The key is not acceptable.');
  });
});

describe('signed directory update', () => {
  const world = () => {
    const made = trustWorld();
    const importing = (version: number, keys: readonly DirectoryKey[], signer = made.lsw, party = 'LSW', issuedAt = NOW) =>
      made.directory.importSigned(signKeyDocument(document(party, version, keys), signer, issuedAt), NOW);
    return { ...made, importing };
  };

  it('takes effect at once when a good key of the party signed it', () => {
    const { directory, importing, lsw } = world();
    expect(reasonOf(importing(2, [entry(lsw, 'retiring'), entry(next)]))).toBe('accepted');
    expect(directory.document('LSW')?.version).toBe(2);
    expect(directory.signingKey('LSW', NOW)?.kid).toBe(next.kid);
    expect(reasonOf(importing(3, [entry(lsw, 'retired'), entry(next)], next))).toBe('accepted');
    expect(reasonOf(importing(4, [entry(lsw, 'retired'), entry(next)], lsw))).toBe('KEY_RETIRED');
  });

  it('is refused from another party, unless that is the authority', () => {
    const { importing, keg, lsw, directory } = world();
    expect(reasonOf(importing(2, [entry(lsw), entry(next)], keg))).toBe('KEY_NOT_OF_PARTY');
    const governed = new KeyDirectory({ authority: 'KEG' });
    for (const party of ['LSW', 'KEG']) governed.importTrusted(directory.document(party));
    expect(reasonOf(governed.importSigned(signKeyDocument(document('LSW', 2, [entry(lsw), entry(next)]), keg, NOW), NOW))).toBe('accepted');
  });

  it('is refused when old, when it loses a key or takes one back, or steals one', () => {
    const { importing, keg, lsw } = world();
    expect(reasonOf(importing(1, [entry(lsw)]))).toBe('DIRECTORY_STALE');
    expect(reasonOf(importing(2, [entry(next)]))).toBe('DIRECTORY_KEY_LOST');
    expect(reasonOf(importing(2, [entry(lsw, 'published'), entry(next)]))).toBe('DIRECTORY_KEY_LOST');
    expect(reasonOf(importing(2, [entry(lsw), entry(keg)]))).toBe('DIRECTORY_KEY_REUSED');
    expect(reasonOf(importing(2, [entry(lsw), { ...entry(next), x: 'A'.repeat(43) }]))).toBe('KEY_UNUSABLE');
    expect(reasonOf(importing(2, [entry(lsw)], lsw, 'LSW', later(301)))).toBe('ISSUED_IN_FUTURE');
  });

  it('is refused when it is no key document', () => {
    const { directory, seal } = world();
    expect(reasonOf(directory.importSigned(seal().jws, NOW))).toBe('TYPE_WRONG');
  });
});
