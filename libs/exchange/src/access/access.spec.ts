import { requireSecondPerson, Scope, type Actor } from './index.ts';

const links = { linkTo: (partner: string) => (partner === 'KEG' ? { id: 'keg' } : undefined) };
const actor = (id: string, kind: 'person' | 'service' = 'person'): Actor => ({
  account: { id, name: '张伟', kind },
  roles: [],
  rights: new Set(),
  scope: Scope.everything,
});

describe('a scope', () => {
  it('of some partners covers their links and no other', () => {
    const scope = Scope.of(['KEG', 'GONE'], links);
    expect([scope.links, scope.coversLink('keg'), scope.coversLink('nsw'), scope.coversPartner('NSW')]).toEqual([
      ['keg'],
      true,
      false,
      false,
    ]);
  });

  it('of no partner covers nothing, of all everything', () => {
    expect([Scope.of([], links).links, Scope.of([], links).coversLink('keg')]).toEqual([[], false]);
    expect([Scope.of('all', links).links, Scope.of('all', links).coversLink('any')]).toEqual([undefined, true]);
  });
});

describe('four eyes', () => {
  it('are two people: neither the submitter again nor a program', () => {
    expect(() => requireSecondPerson(actor('b'), 'a')).not.toThrow();
    expect(() => requireSecondPerson(actor('a'), 'a')).toThrow('Another person');
    expect(() => requireSecondPerson(actor('b', 'service'), 'a')).toThrow('Another person');
  });
});
