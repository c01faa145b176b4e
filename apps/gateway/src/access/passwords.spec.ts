import { Passwords, requireGoodPassword } from './passwords.ts';

const quick = { ln: 4, r: 8, p: 1 };

describe('passwords', () => {
  const passwords = new Passwords(quick);

  it('are kept as PHC strings that say how, each with a salt of its own', async () => {
    const [one, other] = [await passwords.hash('жылқы-батарея'), await passwords.hash('жылқы-батарея')];
    expect(one).toMatch(/^\$scrypt\$ln=4,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(one).not.toBe(other);
    expect(await passwords.verify('жылқы-батарея', one)).toBe(true);
    expect(await passwords.verify('жылкы-батарея', one)).toBe(false);
  });

  it('are the same however an input method composes them', async () => {
    expect(await passwords.verify('й'.normalize('NFD').repeat(6), await passwords.hash('й'.normalize('NFC').repeat(6)))).toBe(true);
  });

  it('of an older cost still open; nothing opens where nothing is kept', async () => {
    const older = await new Passwords({ ln: 5, r: 4, p: 2 }).hash('correct horse');
    expect(await passwords.verify('correct horse', older)).toBe(true);
    for (const kept of [undefined, '', 'correct horse', '$scrypt$ln=4,r=8,p=1$short$short'])
      expect(await passwords.verify('correct horse', kept)).toBe(false);
  });

  it('are hashed a few at a time; who is too many is told to come back', async () => {
    const tries = await Promise.allSettled(Array.from({ length: 60 }, () => passwords.verify('x', undefined)));
    const refused = tries.filter((one) => one.status === 'rejected');
    expect(refused).toHaveLength(60 - 2 - 32);
    expect((refused[0] as PromiseRejectedResult).reason).toMatchObject({ code: 'OVERLOADED' });
    expect(await passwords.verify('x', await passwords.hash('x'))).toBe(true);
  });

  it.each([
    ['short', false],
    ['aaaaaaaaaaaaaaaa', false],
    ['my name is Zhang', false],
    ['四个字太短了吧十二个字', false],
    ['四个字太短了吧十二个字多', true],
    ['correct horse battery', true],
  ])('judges %p', (password, good) => {
    const judge = () => requireGoodPassword(password, 'zhang');
    if (good) expect(judge).not.toThrow();
    else expect(judge).toThrow('12 to 128');
  });
});
