import { exclusiveRoles, rightsOf, RoleBook } from './access.ts';

const book: RoleBook = RoleBook.parse({
  roles: {
    operator: { text: 'o', rights: ['replays.plan', 'messages.read'] },
    approver: { text: 'a', rights: ['approvals.decide', 'messages.read'] },
  },
  exclusive: [['operator', 'approver']],
});

describe('roles', () => {
  it('add up their rights; a role nobody knows gives none, whatever it is called', () => {
    expect([...rightsOf(book, ['operator'])]).toEqual(['replays.plan', 'messages.read']);
    expect(rightsOf(book, ['operator', 'approver']).size).toBe(3);
    expect(rightsOf(book, ['gone', 'constructor', '__proto__']).size).toBe(0);
  });

  it('that are not held together are named', () => {
    expect(exclusiveRoles(book, ['operator', 'approver'])).toEqual(['operator', 'approver']);
    expect(exclusiveRoles(book, ['operator'])).toBeUndefined();
  });

  it('name rights there are and groups of roles there are', () => {
    const faults = RoleBook.safeParse({ roles: { x: { text: 'x', rights: ['everything'] } }, exclusive: [['x', 'y']] }).error?.issues;
    expect(faults?.map(({ path }) => path.join('/'))).toContain('roles/x/rights/0');
    expect(RoleBook.safeParse({ roles: { x: { text: 'x', rights: [] } }, exclusive: [['x', 'y']] }).error?.issues[0]?.message).toBe(
      'Unknown role y',
    );
  });
});
