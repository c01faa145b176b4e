import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { jsonOf, runCli, type CliRun } from '../support/cli.ts';
import { AccessWorld } from '../support/access-world.ts';
import { digestOf } from '../../apps/gateway/src/access/credentials.ts';
import { Passwords } from '../../apps/gateway/src/access/passwords.ts';

jest.setTimeout(90_000);

const PASSWORD = '北京时间 қазақ 2026';

describe('landbridge login and accounts', () => {
  let world: AccessWorld;
  let environment: Record<string, string>;
  beforeAll(async () => {
    world = await AccessWorld.open();
    environment = { HOME: world.folder, LANDBRIDGE_DATA: world.folder, HTTP_PORT: new URL(world.url).port };
    const { store } = world.access;
    const id = randomUUID();
    await store.createAccount({
      id,
      kind: 'person',
      name: '张伟',
      nameKey: '张伟',
      roles: ['platform-administrator'],
      partners: [],
      at: world.clock.at,
    });
    await store.setPassword(id, await new Passwords({ ln: 4, r: 8, p: 1 }).hash(PASSWORD), '', world.clock.at);
    await store.setPendingFactor(id, 'sealed');
    await store.enrolFactor(id, 'sealed', 1, [digestOf('recovery-1')]);
  });
  afterAll(() => world.close());

  const cli = (args: string[], stdin = ''): Promise<CliRun> => runCli(args, { environment, stdin });

  it('signs in, makes an account, issues and revokes a token, disables it, signs out', async () => {
    const before = await cli(['accounts', 'list', '--json']);
    expect(before.code).toBe(77); // the token of this machine is a viewer's

    const wrong = await cli(['login', '--name', '张伟', '--json'], 'wrong password\nrecovery-1\n');
    expect([wrong.code, wrong.stderr.includes('SIGN_IN_REFUSED')]).toEqual([77, true]);
    const signedIn = await cli(['login', '--name', '张伟', '--json'], `${PASSWORD}\nrecovery-1\n`);
    expect([signedIn.stderr, signedIn.code]).toEqual(['', 0]);
    expect(signedIn.stdout.toString()).not.toContain('lbs_');
    expect((await stat(join(world.folder, '.config', 'landbridge', 'sessions.json'))).mode & 0o777).toBe(0o600);

    const made = await cli([
      'accounts',
      'create',
      'Айгүл Сәтбаева',
      '--role',
      'operator',
      '--partner',
      'KEG',
      '--reason',
      '新班次',
      '--json',
    ]);
    expect(jsonOf(made)).toMatchObject({
      account: { name: 'Айгүл Сәтбаева', partners: ['KEG'] },
      oneTimeSecret: expect.stringMatching(/^[a-z2-9-]{23}$/) as string,
    });
    await cli(['accounts', 'create', 'monitoring', '--kind', 'service', '--role', 'viewer', '--all-partners', '--reason', 'dashboard']);
    const issued = jsonOf<{ token: string; id: string }>(
      await cli(['accounts', 'token', 'monitoring', '--label', 'dashboard', '--reason', 'dashboard', '--json']),
    );
    const asMonitoring = ['messages', 'list', '--json', '--token', issued.token];
    expect((await cli(asMonitoring)).code).toBe(0);
    await cli(['accounts', 'token', 'monitoring', '--revoke', issued.id, '--reason', 'leaked']);
    expect((await cli(asMonitoring)).code).toBe(77);

    const disabled = await cli(['accounts', 'disable', 'Айгүл Сәтбаева', '--reason', 'left', '--json']);
    expect(jsonOf(disabled)).toMatchObject({ account: { disabled: true } });
    expect((await cli(['accounts', 'roles'])).stdout.toString()).toContain('security-auditor');
    expect((await cli(['accounts', 'create', 'x y', '--partner', 'KEG', '--all-partners', '--reason', 'both'])).code).toBe(64);

    expect((await cli(['logout'])).code).toBe(0);
    expect((await cli(['accounts', 'list'])).code).toBe(77);
  });
});
