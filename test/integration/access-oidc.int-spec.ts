import { randomUUID } from 'node:crypto';
import { AccessWorld } from '../support/access-world.ts';
import { FakeIssuer, type Misconduct } from '../support/fake-issuer.ts';

const PUBLIC_URL = 'http://127.0.0.1:8080';

describe('signing in at an OpenID Connect issuer', () => {
  let issuer: FakeIssuer;
  let world: AccessWorld;
  beforeEach(async () => {
    issuer = await FakeIssuer.open();
    world = await AccessWorld.open({ PUBLIC_URL, OIDC_ISSUER: issuer.url, OIDC_CLIENT_ID: 'landbridge' });
    const oidc = { issuer: issuer.url, subject: 'subject-1' };
    const names = { name: 'Серік Ахметов', nameKey: 'серік ахметов' };
    await world.access.store.createAccount({
      id: randomUUID(),
      kind: 'person',
      ...names,
      roles: ['viewer'],
      partners: 'all',
      oidc,
      at: world.clock.at,
    });
  });
  afterEach(async () => {
    await world.close();
    issuer.close();
  });

  async function begin(): Promise<{ location: string; cookie: string }> {
    const { body, headers } = await world.browser().call('POST', '/api/session/oidc');
    const [cookie] = headers.getSetCookie();
    expect(cookie).toMatch(/^landbridge-loopback-oidc=[^;]+; Path=\/; HttpOnly; SameSite=Strict$/);
    return { location: (body as { location: string }).location, cookie: cookie!.split(';', 1)[0]! };
  }

  const finish = (url: URL, cookie: string) => world.browser().call('POST', '/api/session/oidc/return', { url: url.href }, { cookie });

  it('opens a session for an account of this identity, with state, nonce and PKCE', async () => {
    const { location, cookie } = await begin();
    const asked = new URL(location).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('redirect_uri')).toBe(`${PUBLIC_URL}/console/sign-in`);
    const { status, body } = await finish(issuer.approve(location), cookie);
    expect([status, body.stage, body.account.name]).toEqual([200, 'full', 'Серік Ахметов']);
  });

  it('ends each sign-in once, and only in the browser that began it', async () => {
    const { location, cookie } = await begin();
    const back = issuer.approve(location);
    const other = await begin();
    expect((await finish(back, other.cookie)).status).toBe(401);
    expect((await finish(back, '')).status).toBe(401);
    expect((await finish(back, cookie)).status).toBe(200);
    expect((await finish(back, cookie)).status).toBe(401);
    const late = await begin();
    const lateBack = issuer.approve(late.location);
    world.clock.pass(601);
    expect((await finish(lateBack, late.cookie)).status).toBe(401);
  });

  it.each<[string, Misconduct]>([
    ['of another nonce', { nonce: 'another' }],
    ['for another client', { audience: 'somebody-else' }],
    ['of another issuer', { issuer: 'https://evil.example' }],
    ['signed with a key the issuer does not publish', { foreignKey: true }],
    ['that has expired', { expired: true }],
  ])('refuses an ID token %s', async (_what, misconduct) => {
    const { location, cookie } = await begin();
    issuer.misconduct = misconduct;
    const { status, body } = await finish(issuer.approve(location), cookie);
    expect([status, body.code]).toEqual([401, 'SIGN_IN_REFUSED']);
  });

  it('lets nobody in because the issuer knows them, and nobody who is disabled', async () => {
    issuer.subject = 'subject-2';
    const stranger = await begin();
    expect((await finish(issuer.approve(stranger.location), stranger.cookie)).status).toBe(401);
    expect(world.audit.records.at(-1)).toMatchObject({ action: 'session.refuse', subject: 'identity:subject-2' });
    issuer.subject = 'subject-1';
    const account = (await world.access.store.accounts()).find(({ name }) => name === 'Серік Ахметов')!;
    await world.access.store.changeAccount(account.id, { disabled: true }, world.clock.at);
    const { location, cookie } = await begin();
    expect((await finish(issuer.approve(location), cookie)).status).toBe(401);
  });

  it('goes back to its own address only, and has no password to guess', async () => {
    const { location, cookie } = await begin();
    const back = new URL(issuer.approve(location).href.replace(PUBLIC_URL, 'https://evil.example'));
    expect((await finish(back, cookie)).status).toBe(401);
    expect((await world.browser().signIn('Серік Ахметов', '')).status).toBe(400);
    expect((await world.browser().signIn('Серік Ахметов', 'anything at all')).status).toBe(401);
  });

  it('says so when the issuer does not answer, and asks again later', async () => {
    issuer.close();
    const { status, body } = await world.browser().call('POST', '/api/session/oidc');
    expect([status, body.code]).toEqual([503, 'ISSUER_UNREACHABLE']);
  });
});
