import type { LookupAddress } from 'node:dns';
import { OutboundGuard } from './outbound-guard.ts';

const answering =
  (...addresses: string[]) =>
  (_: string, __: unknown, done: (error: null, found: LookupAddress[]) => void) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
const guard = (allow: string[], ...addresses: string[]) =>
  new OutboundGuard(allow, 'ALERT_OUTBOUND_ALLOW', answering(...addresses) as never);
const looked = (one: OutboundGuard, all = false) =>
  new Promise((resolve, reject) => one.lookup('duty.example', { all }, (error, found) => (error ? reject(error) : resolve(found))));

describe('the guard of outbound calls', () => {
  it.each([
    'https://other.example/x',
    'https://127.0.0.1/',
    'https://8.8.8.8/',
    'https://duty.example.evil.example/',
    'https://2130706433/',
    'https://[::1]/',
  ])('refuses %s, which nobody named', (url) => {
    expect(() => guard(['duty.example']).require(new URL(url))).toThrow(expect.objectContaining({ code: 'OUTBOUND_REFUSED' }));
  });

  it('lets through what is named: a host whatever its case, an address, a network', () => {
    for (const [allow, url] of [
      ['Duty.Example', 'https://DUTY.example:8443/x'],
      ['10.1.0.0/16', 'https://10.1.2.3/'],
      ['127.0.0.1', 'http://127.0.0.1:9/'],
      ['127.0.0.1', 'http://2130706433/'],
      ['fd00::/8', 'https://[fd00::5]/'],
    ] as const)
      expect(() => guard([allow]).require(new URL(url))).not.toThrow();
  });

  it.each([
    '127.0.0.1',
    '10.0.0.1',
    '172.16.9.9',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fe80::1',
    'fd00::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '224.0.0.1',
  ])('refuses a named host that leads to %s', async (address) => {
    await expect(looked(guard(['duty.example'], address))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' });
    await expect(looked(guard(['duty.example'], '8.8.8.8', address), true)).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' });
  });

  it('lets a named host lead to the public Internet, and to a private network that is named as well', async () => {
    expect(await looked(guard(['duty.example'], '93.184.216.34'))).toBe('93.184.216.34');
    expect(await looked(guard(['duty.example', '10.0.0.0/8'], '10.0.0.1'), true)).toEqual([{ address: '10.0.0.1', family: 4 }]);
    await expect(looked(guard(['duty.example', '10.0.0.0/8'], '::ffff:192.168.0.1'))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' });
  });

  it('does not begin with a list that holds nonsense', () => {
    expect(() => guard(['https://duty.example/'])).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
    expect(() => guard(['*'])).toThrow(expect.objectContaining({ code: 'CONFIGURATION_INVALID' }));
  });
});
