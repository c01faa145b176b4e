import { generateKey, LocalSigner, directoryKey, nextKeyDocument, onlyAddsPending, type KeyChange, type KeyDocument } from './index.ts';
import { NOW, later } from '../../../test/support/trust-world.ts';

const key = (status: 'active' | 'pending') => directoryKey(new LocalSigner(generateKey('ES256')).jwk, { from: NOW, status });
const first = key('active');
const second = key('pending');

/** The document after a list of changes, each a second later. */
const after = (...changes: KeyChange[]): KeyDocument =>
  changes.reduce<KeyDocument | undefined>((known, change, i) => nextKeyDocument('LSW', known, change, later(i)), undefined)!;
const statuses = (document: KeyDocument) => document.keys.map(({ status }) => status);
const added: KeyChange[] = [
  { change: 'add', key: first },
  { change: 'add', key: second },
];
const { kid } = second;

describe('the life of a key', () => {
  it('goes forward only, one version a step, and hands over without a moment in which nothing signs', () => {
    expect(statuses(after(...added))).toEqual(['active', 'pending']);
    expect(statuses(after(...added, { change: 'publish', kid }))).toEqual(['active', 'published']);
    const handedOver = after(...added, { change: 'publish', kid }, { change: 'activate', kid });
    expect(statuses(handedOver)).toEqual(['retiring', 'active']);
    expect(handedOver.version).toBe(4);
    const done = nextKeyDocument('LSW', handedOver, { change: 'retire', kid: first.kid }, later(9));
    expect(statuses(done)).toEqual(['retired', 'active']);
  });

  it.each<[string, KeyChange[], KeyChange]>([
    ['activated before anybody could know it', added, { change: 'activate', kid }],
    ['published twice', [...added, { change: 'publish', kid }], { change: 'publish', kid }],
    ['retired while it signs', added, { change: 'retire', kid: first.kid }],
    ['listed twice', added, { change: 'add', key: second }],
  ])('is never %s', (_what, before, change) => {
    expect(() => nextKeyDocument('LSW', after(...before), change, NOW)).toThrow(expect.objectContaining({ code: 'KEY_STEP' }));
  });

  it('ends with compromise from anywhere, and from there nowhere', () => {
    const lost = nextKeyDocument('LSW', after(...added), { change: 'compromise', kid: first.kid, since: later(-60) }, NOW);
    expect(lost.keys[0]).toMatchObject({ status: 'compromised', compromisedSince: later(-60).toISOString() });
    for (const change of ['publish', 'activate', 'retire'] as const)
      expect(() => nextKeyDocument('LSW', lost, { change, kid: first.kid }, NOW)).toThrow(expect.objectContaining({ code: 'KEY_STEP' }));
  });

  it('knows no key of a name nobody listed', () => {
    expect(() => nextKeyDocument('LSW', after(...added), { change: 'publish', kid: 'x'.repeat(43) }, NOW)).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });

  it('tells a document that only adds keys not in use from one that changes who signs', () => {
    const known = after(added[0]!);
    expect(onlyAddsPending(known, after(...added))).toBe(true);
    expect(onlyAddsPending(known, after(...added, { change: 'publish', kid }))).toBe(false);
    expect(onlyAddsPending(after(...added), after(added[0]!))).toBe(false);
  });
});
