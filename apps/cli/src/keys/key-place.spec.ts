/** Where the command line finds keys and what opens them: the same master key as the gateway's, a KMS or HSM included. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openKeys } from './key-place.ts';

const folder = mkdtempSync(join(tmpdir(), 'landbridge-cli-keys-'));
const before = { ...process.env };
afterEach(() => (process.env = { ...before }));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('MASTER_KEY_COMMAND wraps the key that keys generate makes, and no master.key is left beside the folder', async () => {
  const program = join(folder, 'kms');
  writeFileSync(program, `#!${process.execPath}\nprocess.stdin.pipe(process.stdout);\n`);
  chmodSync(program, 0o700);
  process.env['MASTER_KEY_COMMAND'] = program;
  const keys = await openKeys(join(folder, 'keys'));
  const { kid } = await keys.generate('LBG', 'ES256', new Date());
  const [header = ''] = readFileSync(join(folder, 'keys/private', `${kid}.key.jwe`), 'utf8').split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid, wrapped: expect.any(String) });
  expect(readdirSync(folder)).not.toContain('master.key');
  expect((await keys.signerOf(kid))?.kid).toBe(kid);
});
