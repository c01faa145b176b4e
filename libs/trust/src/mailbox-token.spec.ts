import { later, NOW, trustWorld } from '../../../test/support/trust-world.ts';
import { signJws, signMailboxToken, TYPES, verifyMailboxToken } from './index.ts';

const { directory, keg } = trustWorld();

describe('mailbox token', () => {
  const request = { gateway: 'LSW', method: 'GET' as const, path: '/mailbox/KEG?after=7' };
  const token = signMailboxToken(request, 'KEG', keg, NOW);
  const verify = (overrides: object = {}, text = token) => verifyMailboxToken(text, directory, { ...request, now: NOW, ...overrides });
  it('shows who asks, once', () => {
    const first = verify();
    const second = verify({}, signMailboxToken(request, 'KEG', keg, NOW));
    expect(first).toMatchObject({ ok: true, party: 'KEG', kid: keg.kid, expires: later(90) });
    expect(first.ok && second.ok && first.jti !== second.jti).toBe(true);
  });
  it.each([
    ['another path', { path: '/mailbox/KEG?after=8' }],
    ['another method', { method: 'POST' }],
    ['another gateway', { gateway: 'NSW' }],
  ])('is refused for %s', (_name, overrides) =>
    expect(verify(overrides)).toMatchObject({ code: 'SIGNATURE_INVALID', reason: 'TOKEN_OTHER_REQUEST' }),
  );
  it('is refused after a minute and the tolerance, and before its time', () => {
    expect(verify({ now: later(89) }).ok).toBe(true);
    expect(verify({ now: later(90) })).toMatchObject({ reason: 'TOKEN_EXPIRED' });
    expect(verify({ now: later(-31) })).toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });
  it('is refused when it wants to live longer than a minute', () => {
    expect(verify({}, signMailboxToken(request, 'KEG', keg, NOW, 61))).toMatchObject({ reason: 'TOKEN_EXPIRED' });
  });
  it('is refused in the name of another party', () => {
    expect(verify({}, signMailboxToken(request, 'HRG', keg, NOW))).toMatchObject({ reason: 'KEY_NOT_OF_PARTY' });
  });
  it('is refused when it is another artefact', () => {
    expect(verify({}, signJws(Buffer.from('{}'), TYPES.receipt, keg, NOW).toString())).toMatchObject({ reason: 'TYPE_WRONG' });
    expect(verify({}, signJws(Buffer.from('{}'), TYPES.mailbox, keg, NOW).toString())).toMatchObject({ reason: 'PAYLOAD_MALFORMED' });
  });
});
