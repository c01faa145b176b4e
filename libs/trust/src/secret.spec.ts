import { createSecretKey } from 'node:crypto';
import { openSecret, sealSecret } from './index.ts';

const master = createSecretKey(Buffer.alloc(32, 1));

describe('a sealed secret', () => {
  it('opens for its owner only, under its master key only, and not after a change', async () => {
    const sealed = await sealSecret('Құпия 机密', 'account-1', master);
    expect(sealed).not.toContain('Құпия');
    expect(await openSecret(sealed, 'account-1', master)).toBe('Құпия 机密');
    await expect(openSecret(sealed, 'account-2', master)).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    await expect(openSecret(sealed, 'account-1', createSecretKey(Buffer.alloc(32, 2)))).rejects.toMatchObject({ code: 'KEY_REFUSED' });
    const altered = sealed.slice(0, -2) + (sealed.endsWith('AA') ? 'BB' : 'AA');
    await expect(openSecret(altered, 'account-1', master)).rejects.toMatchObject({ code: 'KEY_REFUSED' });
  });

  it('is another text each time', async () => {
    expect(await sealSecret('x', 'a', master)).not.toBe(await sealSecret('x', 'a', master));
  });
});
