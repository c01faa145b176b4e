import { readFile, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Secret, TOTP } from 'otpauth';
import { AccessWorld, type Browser } from '../support/access-world.ts';

/** With headers that fetch sets by itself. */
const rawCall = (url: string, method: string, path: string, headers: Record<string, string>, body = ''): Promise<{ status: number }> =>
  new Promise((resolve, reject) => {
    const asked = request(url + path, { method, headers }, (response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0 });
    });
    asked.on('error', reject);
    asked.end(body);
  });

const PASSWORD = 'жылқы-батарея-скоба';

describe('signing in', () => {
  let world: AccessWorld;
  beforeEach(async () => {
    world = await AccessWorld.open();
  });
  afterEach(() => world.close());

  const codeOf = (secret: string): string =>
    TOTP.generate({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30, timestamp: world.clock.at.getTime() });

  /** First sign-in of somebody with a one-time secret: another password, then the second factor. */
  async function setUp(browser: Browser, name: string, oneTime: string): Promise<{ secret: string; recoveryCodes: string[] }> {
    expect((await browser.signIn(name, oneTime)).body).toMatchObject({ stage: 'setup' });
    expect((await browser.call('POST', '/api/session/password', { current: oneTime, next: PASSWORD })).status).toBe(200);
    const { secret } = (await browser.call('POST', '/api/session/factor', { password: PASSWORD })).body as { secret: string };
    const { status, body } = await browser.call('POST', '/api/session/factor/confirm', { code: codeOf(secret) });
    expect([status, body.stage]).toEqual([200, 'full']);
    world.clock.pass(60); // the step of the enrolment is used up
    return { secret, recoveryCodes: body.recoveryCodes as string[] };
  }

  async function administrator(): Promise<{ browser: Browser; secret: string; recoveryCodes: string[] }> {
    const [name, oneTime] = (await readFile(join(world.folder, 'first-administrator.txt'), 'utf8')).trim().split('\n') as [string, string];
    const browser = world.browser();
    return { browser, ...(await setUp(browser, name, oneTime)) };
  }

  const create = async (browser: Browser, account: object) => browser.call('POST', '/api/accounts', { reason: 'new shift', ...account });

  it('begins with one administrator, whose secret is kept for its owner alone and stands in no log', async () => {
    const file = join(world.folder, 'first-administrator.txt');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await stat(join(world.folder, 'local.token'))).mode & 0o777).toBe(0o600);
    const secret = (await readFile(file, 'utf8')).split('\n')[1]!;
    expect(secret).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
    // What is told goes to a log here: where the secret is, and not the secret.
    expect(world.told.join()).toContain(file);
    expect(world.told.join()).not.toContain(secret);
    const accounts = await world.access.store.accounts();
    expect(accounts.map(({ name, roles }) => [name, roles])).toEqual([
      ['administrator', ['platform-administrator']],
      ['local', ['viewer']],
    ]);
  });

  it('lets somebody with a one-time secret do nothing but set up, and gives the session a new id at each step', async () => {
    const browser = world.browser();
    const secret = (await readFile(join(world.folder, 'first-administrator.txt'), 'utf8')).split('\n')[1]!;
    await browser.signIn('administrator', secret);
    const first = browser.cookie!;
    expect(browser.setCookie).toMatch(/^landbridge-loopback=lbs_[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect((await browser.call('GET', '/api/accounts')).status).toBe(403);
    expect((await browser.call('POST', '/api/session/password', { current: secret, next: 'administrator1234' })).status).toBe(400);
    expect((await browser.call('GET', '/api/session')).body.setup).toEqual({ password: true, factor: true });
    expect((await browser.call('POST', '/api/session/password', { current: secret, next: PASSWORD })).body).toMatchObject({
      stage: 'setup',
      setup: { password: false, factor: true },
    });
    // Whoever comes back between the steps goes on where they were.
    expect((await browser.call('GET', '/api/session')).body.setup).toEqual({ password: false, factor: true });
    const second = browser.cookie!;
    expect((await browser.call('GET', '/api/accounts')).status).toBe(403);
    const { secret: factor } = (await browser.call('POST', '/api/session/factor', { password: PASSWORD })).body as { secret: string };
    await browser.call('POST', '/api/session/factor/confirm', { code: codeOf(factor) });
    expect(new Set([first, second, browser.cookie]).size).toBe(3);
    expect((await browser.call('GET', '/api/accounts')).status).toBe(200);
    for (const old of [first, second]) expect((await browser.call('GET', '/api/session', undefined, { cookie: old })).status).toBe(401);
    // The one-time secret and the password without its factor are worth nothing now.
    world.clock.pass(60);
    for (const password of [secret, PASSWORD]) expect((await world.browser().signIn('administrator', password)).status).toBe(401);
  });

  it('does not take a one-time secret after its time; the next start makes a new one', async () => {
    const secret = (await readFile(join(world.folder, 'first-administrator.txt'), 'utf8')).split('\n')[1]!;
    const start = () => world.startAgain();
    await start();
    expect(world.told).toHaveLength(1);
    world.clock.pass(73 * 3600);
    expect((await world.browser().signIn('administrator', secret)).status).toBe(401);
    await Promise.all([start(), start()]);
    const next = (await readFile(join(world.folder, 'first-administrator.txt'), 'utf8')).split('\n')[1]!;
    expect(next).not.toBe(secret);
    expect((await world.browser().signIn('administrator', next)).body).toMatchObject({ stage: 'setup' });
    // Once somebody uses the account, a start makes nothing.
    const told = world.told.length;
    await world.access.store.setPassword((await world.access.store.accountByName('administrator'))!.id, 'x', '', world.clock.at);
    await start();
    expect(world.told).toHaveLength(told);
  });

  it('keeps the token of this machine over starts, and revoked once it is', async () => {
    const token = (await readFile(join(world.folder, 'local.token'), 'utf8')).trim();
    await Promise.all([world.startAgain(), world.startAgain()]);
    expect((await world.call(token, 'GET', '/api/links')).status).toBe(200);
    const local = (await world.access.store.accountByName('local'))!;
    const [kept, ...more] = await world.access.store.tokens(local.id);
    expect(more).toEqual([]);
    await world.access.store.revokeToken(local.id, kept!.id, world.clock.at);
    await world.startAgain();
    expect((await world.call(token, 'GET', '/api/links')).status).toBe(401);
  });

  it('takes each code of the second factor once, and none from before it', async () => {
    const { secret } = await administrator();
    const [earlier, code] = [codeOf(secret), (world.clock.pass(30), codeOf(secret))];
    expect((await world.browser().signIn('administrator', PASSWORD, code)).status).toBe(200);
    expect((await world.browser().signIn('administrator', PASSWORD, code)).status).toBe(401);
    expect((await world.browser().signIn('administrator', PASSWORD, earlier)).status).toBe(401);
    world.clock.pass(60);
    const both = await Promise.all([1, 2].map(() => world.browser().signIn('administrator', PASSWORD, codeOf(secret))));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  });

  it('takes a recovery code once', async () => {
    const { recoveryCodes } = await administrator();
    expect(recoveryCodes).toHaveLength(10);
    expect((await world.browser().signIn('administrator', PASSWORD, recoveryCodes[3])).status).toBe(200);
    expect((await world.browser().signIn('administrator', PASSWORD, recoveryCodes[3])).status).toBe(401);
  });

  it('takes writes from its own pages only', async () => {
    const { browser } = await administrator();
    const body = { name: 'somebody', roles: [], partners: [], reason: 'a test' };
    const token = browser.headers['x-csrf-token']!;
    const forged: Record<string, string>[] = [
      { 'x-csrf-token': '' },
      { 'x-csrf-token': token.replace(/^./, (sign) => (sign === 'A' ? 'B' : 'A')) },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of forged)
      expect([headers, (await browser.call('POST', '/api/accounts', body, headers)).status]).toEqual([headers, 403]);
    expect((await world.access.store.accounts()).map(({ name }) => name)).not.toContain('somebody');
    expect((await browser.call('POST', '/api/accounts', body, { origin: world.url, 'sec-fetch-site': 'same-origin' })).status).toBe(201);
    const stranger = await world.browser().call('POST', '/api/session', { name: 'a b', password: 'x' }, { origin: 'https://evil.example' });
    expect(stranger.status).toBe(403);
    // Nor is the cookie's value worth anything as a bearer token, or a token as a cookie.
    const bearer = await world.as(['platform-administrator']);
    expect((await world.call(browser.cookie!.split('=')[1], 'GET', '/api/accounts')).status).toBe(401);
    expect((await world.browser().call('GET', '/api/accounts', undefined, { cookie: `landbridge-loopback=${bearer}` })).status).toBe(401);
    expect((await world.call(bearer, 'GET', '/api/accounts')).status).toBe(200);
  });

  it('reads nothing from what a form or an image of another page could send', async () => {
    const { browser } = await administrator();
    const text = JSON.stringify({ name: 'planted', roles: [], partners: [], reason: 'a test' });
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain; charset=application/json',
    ]) {
      const { status } = await browser.call('POST', '/api/accounts', text, { 'content-type': type });
      expect([type, status]).toEqual([type, 400]);
    }
    expect((await browser.call('GET', '/api/accounts/x/reset')).status).toBe(404);
    const overridden = await browser.call('GET', '/api/session', undefined, { 'x-http-method-override': 'DELETE' });
    expect([overridden.status, (await browser.call('GET', '/api/session')).status]).toEqual([200, 200]);
    expect((await world.access.store.accounts()).map(({ name }) => name)).not.toContain('planted');
  });

  it('answers no page whose name was made to lead to this machine', async () => {
    const evil = `evil.example:${new URL(world.url).port}`;
    const token = await world.as(['viewer']);
    const proof = JSON.stringify({ name: 'administrator', password: PASSWORD });
    const rebound = { host: evil, origin: `http://${evil}`, 'content-type': 'application/json' };
    expect((await rawCall(world.url, 'POST', '/api/session', rebound, proof)).status).toBe(403);
    expect((await rawCall(world.url, 'GET', '/api/links', { host: evil, authorization: `Bearer ${token}` })).status).toBe(403);
    for (const host of ['localhost', '127.0.0.1:8080', '[::1]:8080'])
      expect([host, (await rawCall(world.url, 'GET', '/api/links', { host, authorization: `Bearer ${token}` })).status]).toEqual([
        host,
        200,
      ]);
  });

  it('lets who knows the password, from wherever, not find the code by trying', async () => {
    const { secret, browser } = await administrator();
    const wrong = () => (codeOf(secret) === '000000' ? '111111' : '000000');
    const from = (address: string, code: string) =>
      world.access.signIn.open({ name: 'administrator', password: PASSWORD, code }, 'token', address);
    for (let address = 1; address <= 10; address += 1)
      await expect(from(`192.0.2.${address}`, wrong())).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    // The answer does not tell that the code was right, nor that the password was.
    await expect(from('198.51.100.7', codeOf(secret))).rejects.toMatchObject({ code: 'SIGN_IN_REFUSED' });
    expect((await browser.call('GET', '/api/session')).status).toBe(200);
    expect(world.audit.records.filter(({ action }) => action === 'session.refuse')).toHaveLength(11);
    world.clock.pass(601);
    await expect(from('198.51.100.7', codeOf(secret))).resolves.toMatchObject({ session: { stage: 'full' } });
  });

  it('lets who has a session not find its password or a code by trying, and puts the tries on record', async () => {
    const { browser } = await administrator();
    const tries: number[] = [];
    for (let nth = 0; nth < 12; nth += 1)
      tries.push((await browser.call('POST', '/api/session/factor', { password: 'not the password' })).status);
    expect(tries.filter((status) => status === 401).length).toBeLessThan(11);
    expect(tries.at(-1)).toBe(429);
    expect(world.audit.records.filter(({ action }) => action === 'password.refuse').length).toBe(
      tries.filter((status) => status === 401).length,
    );
    expect((await browser.call('DELETE', '/api/session')).status).toBe(204);
    expect(world.audit.records.at(-1)).toMatchObject({ action: 'session.close', actor: expect.stringMatching(/:administrator$/) });
    expect((await browser.call('GET', '/api/session')).status).toBe(401);
  });

  it('goes on in no session that was planted', async () => {
    const { browser, secret } = await administrator();
    const planted = world.browser();
    planted.cookie = browser.cookie;
    await planted.signIn('administrator', PASSWORD, codeOf(secret));
    expect(planted.cookie).not.toBe(browser.cookie);
    expect((await browser.call('GET', '/api/session')).status).toBe(401);
  });

  it('slows guessing down, for names that exist and names that do not alike', async () => {
    const { secret } = await administrator();
    for (const name of ['administrator', 'nobody at all']) {
      for (let attempt = 0; attempt < 5; attempt += 1) {
        const { status, body } = await world.browser().signIn(name, 'wrong password');
        expect([status, body.code]).toEqual([401, 'SIGN_IN_REFUSED']);
      }
      const refused = await world.browser().signIn(name, PASSWORD, codeOf(secret));
      expect([name, refused.status, refused.headers.get('retry-after')]).toEqual([name, 429, '60']);
    }
    world.clock.pass(61);
    expect((await world.browser().signIn('administrator', PASSWORD, codeOf(secret))).status).toBe(200);
  });

  it('lets parallel guesses not slip through', async () => {
    const tries = await Promise.all(Array.from({ length: 12 }, () => world.browser().signIn('administrator', 'wrong password')));
    expect(tries.filter(({ status }) => status === 401)).toHaveLength(5);
  });

  it('shuts a disabled account out of its session and its tokens with the next request', async () => {
    const { browser } = await administrator();
    const made = await create(browser, { name: '张伟', roles: ['operator'], partners: 'all' });
    const zhang = world.browser();
    await setUp(zhang, '张伟', made.body.oneTimeSecret as string);
    expect((await zhang.call('GET', '/api/messages')).status).toBe(200);
    const { id } = (await create(browser, { name: 'monitoring', kind: 'service', roles: ['viewer'], partners: [] })).body.account as {
      id: string;
    };
    const issued = await browser.call('POST', `/api/accounts/${id}/tokens`, { label: 'dashboard', reason: 'dashboard' });
    const { token, id: tokenId } = issued.body as { token: string; id: string };
    expect((await world.call(token, 'GET', '/api/links')).status).toBe(200);

    const change = (who: string, body: object) => browser.call('PATCH', `/api/accounts/${who}`, { ...body, reason: 'left' });
    expect((await change(made.body.account.id as string, { disabled: true })).status).toBe(200);
    expect((await zhang.call('GET', '/api/messages')).status).toBe(401);
    expect((await browser.call('POST', `/api/accounts/${id}/tokens/${tokenId}/revoke`, { reason: 'leaked' })).status).toBe(204);
    expect((await world.call(token, 'GET', '/api/links')).status).toBe(401);
    expect(JSON.stringify((await browser.call('GET', `/api/accounts/${id}/tokens`)).body)).not.toContain(token);
  });

  it('ends sessions when roles change, when idle, and at the end of their life; pages that poll do not prolong one', async () => {
    const operator = await world.as(['operator']);
    const background = { 'x-background': '1' };
    const poll = (token: string) =>
      world.browser().call('GET', '/api/links', undefined, { ...background, authorization: `Bearer ${token}` });
    world.clock.pass(14 * 60);
    expect((await poll(operator)).status).toBe(200);
    world.clock.pass(2 * 60);
    expect((await poll(operator)).status).toBe(401);

    const busy = await world.as(['operator']);
    for (let minutes = 0; minutes < 12 * 60; minutes += 14) {
      expect((await world.call(busy, 'GET', '/api/links')).status).toBe(200);
      world.clock.pass(14 * 60);
    }
    expect((await world.call(busy, 'GET', '/api/links')).status).toBe(401);

    const { browser } = await administrator();
    const demoted = await world.as(['operator']);
    const { account } = (await world.call(demoted, 'GET', '/api/session')).body as { account: { id: string } };
    await browser.call('PATCH', `/api/accounts/${account.id}`, { roles: ['viewer'], reason: 'moved' });
    expect((await world.call(demoted, 'GET', '/api/session')).status).toBe(401);
  });

  it('knows people by their names in their own script, however typed', async () => {
    const { browser } = await administrator();
    const made = await create(browser, { name: 'Айгүл Сәтбаева', roles: ['viewer'], partners: ['KEG'] });
    expect(made.status).toBe(201);
    const aigul = world.browser();
    await setUp(aigul, 'АЙГҮЛ СӘТБАЕВА'.normalize('NFD'), made.body.oneTimeSecret as string);
    expect((await aigul.call('GET', '/api/session')).body).toMatchObject({ account: { name: 'Айгүл Сәтбаева' }, partners: ['KEG'] });
    expect((await create(browser, { name: 'айгүл сәтбаева', roles: [], partners: [] })).status).toBe(409);
    for (const name of ['Аdmin', 'a\u200bb', ' ab', 'x', 'a\u0000b', '‮нимда'])
      expect([name, (await create(browser, { name, roles: [], partners: [] })).status]).toEqual([name, 400]);
  });

  it('gives nobody what they may not have', async () => {
    const { browser } = await administrator();
    const own = ((await browser.call('GET', '/api/session')).body as { account: { id: string } }).account.id;
    expect((await browser.call('PATCH', `/api/accounts/${own}`, { roles: ['operator'], reason: 'me too' })).status).toBe(403);
    const refused: object[] = [
      { name: 'one', roles: ['operator', 'approver'], partners: [] },
      { name: 'two', roles: ['root'], partners: [] },
      { name: 'three', roles: ['constructor'], partners: [] },
      { name: 'four', kind: 'service', roles: ['approver'], partners: [] },
      { name: 'five', roles: [], partners: ['NOBODY'] },
      { name: 'six', roles: [], partners: [], disabled: false },
      { name: 'seven', roles: [], partners: [], password: 'known to me 123' },
      { name: 'eight', roles: [], partners: [], reason: '' },
    ];
    for (const account of refused) expect([account, (await create(browser, account)).status]).toEqual([account, 400]);
    const polluted = await browser.call(
      'POST',
      '/api/accounts',
      '{"name":"nine","roles":[],"partners":[],"reason":"a test","__proto__":{"kind":"x"}}',
    );
    expect(polluted.status).toBe(400);
    expect((await browser.call('POST', '/api/accounts', { name: 'x'.repeat(70_000) })).status).toBe(413);
  });

  it('audits every change with its reason and every sign-in, and never a secret', async () => {
    const { browser } = await administrator();
    const made = await create(browser, { name: '张伟', roles: ['operator'], partners: 'all', reason: '新班次' });
    await browser.call('POST', `/api/accounts/${made.body.account.id}/reset`, { reason: 'lost telephone' });
    await world.browser().signIn('张伟', 'hunter2hunter2');
    const said = world.audit.records.map(({ action, reason }) => [action, reason]);
    expect(said).toEqual(
      expect.arrayContaining([
        ['account.create', 'nobody could manage accounts'],
        ['session.open', undefined],
        ['password.change', undefined],
        ['factor.enrol', undefined],
        ['account.create', '新班次'],
        ['account.reset', 'lost telephone'],
        ['session.refuse', undefined],
      ]),
    );
    expect(JSON.stringify(world.audit.records)).not.toMatch(new RegExp(`${PASSWORD}|hunter2|lbs_|${made.body.oneTimeSecret as string}`));
  });

  it('shows the trail to auditors of all partners, and to nobody who sees some of them', async () => {
    await world.as(['viewer']);
    const auditor = await world.call(await world.as(['security-auditor']), 'GET', '/api/audit?limit=1');
    expect([auditor.status, auditor.body.entries]).toEqual([200, [expect.objectContaining({ action: 'account.create' })]]);
    expect((await world.call(await world.as(['security-auditor'], ['KEG']), 'GET', '/api/audit')).status).toBe(403);
  });

  it('keeps nothing in the database that opens anything', async () => {
    const { browser, secret } = await administrator();
    const rows = await world.database.dataSource.query(
      `SELECT (SELECT json_agg(a)::text FROM account a) || (SELECT json_agg(s)::text FROM session s) || (SELECT json_agg(t)::text FROM access_token t) AS all`,
    );
    const local = (await readFile(join(world.folder, 'local.token'), 'utf8')).trim();
    for (const credential of [secret, PASSWORD, browser.cookie!.split('=')[1]!, local])
      expect(JSON.stringify(rows)).not.toContain(credential);
  });
});

describe('behind TLS', () => {
  it('gives cookies only TLS carries and says so to browsers', async () => {
    const world = await AccessWorld.open({ PUBLIC_URL: 'https://gateway.example' });
    try {
      const secret = (await readFile(join(world.folder, 'first-administrator.txt'), 'utf8')).split('\n')[1]!;
      const browser = world.browser();
      const { headers } = await browser.call(
        'POST',
        '/api/session',
        { name: 'administrator', password: secret },
        { origin: 'https://gateway.example' },
      );
      expect(browser.setCookie).toMatch(/^__Host-landbridge=lbs_[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
      expect(headers.get('strict-transport-security')).toContain('max-age=31536000');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('cache-control')).toBe('no-store');
      expect((await browser.call('GET', '/api/session')).status).toBe(200);
    } finally {
      await world.close();
    }
  });

  it('without it, answers nobody who came through a proxy', async () => {
    const world = await AccessWorld.open();
    try {
      const token = await world.as(['viewer']);
      const headers = { 'x-forwarded-for': '203.0.113.7', authorization: `Bearer ${token}` };
      expect((await world.browser().call('GET', '/api/links', undefined, headers)).status).toBe(403);
      expect((await world.browser().call('POST', '/api/session', { name: 'ab', password: 'x' }, headers)).status).toBe(403);
    } finally {
      await world.close();
    }
  });
});
