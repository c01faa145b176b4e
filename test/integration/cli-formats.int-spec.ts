/** The commands about formats as people run them: one process each. What they decide in detail is tested beside their sources. */
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonOf, runCli } from '../support/cli.ts';

const MANIFEST = 'test/fixtures/formats/cn-manifest/MT1101-9.xml';

// Every process loads the program anew; on a busy machine that takes seconds.
jest.setTimeout(60_000);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'landbridge-formats-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('formats list says what is confirmed and what is not', async () => {
  const run = await runCli(['formats', 'list', '--status', 'provisional', '--json']);
  const { formats } = jsonOf<{ formats: { id: string; status: string }[] }>(run);
  expect([run.code, new Set(formats.map(({ status }) => status))]).toEqual([0, new Set(['provisional'])]);
  const ids = formats.map(({ id }) => id);
  expect([ids.includes('un-d95b/CUSCAR'), ids.includes('cn-manifest/MT1101')]).toEqual([true, false]);
});

it('diff names one difference by the key of its bill, with its place in both documents', async () => {
  const changed = join(folder, 'changed.xml');
  await writeFile(changed, (await readFile(MANIFEST, 'utf8')).replace('>21000</TotalGross', '>21001</TotalGross'));
  const run = await runCli(['diff', MANIFEST, changed, '--json']);
  const pointer = '/Manifest/Declaration/Consignment[2]/TotalGrossMassMeasure';
  expect([run.code, jsonOf(run)]).toMatchObject([
    2,
    {
      same: false,
      differences: [{ kind: 'changed', path: 'consignment[LBG26030002]/grossWeight/value', before: { pointer }, after: { pointer } }],
    },
  ]);
});

it('anonymise leaves the structure and nobody in it', async () => {
  const run = await runCli(['anonymise', MANIFEST, '--seed', 'a long secret that nobody else knows']);
  expect([run.code, run.stderr.includes('error')]).toEqual([0, false]);
  const sample = run.stdout.toString();
  expect(sample).toContain('<MessageType>MT1101</MessageType>');
  for (const secret of ['示例贸易', 'EXAMPLE ELECTRONICS', 'LBG26030001', 'LBGU1000018', '+77270000000', 'S0018'])
    expect(sample).not.toContain(secret);
});

it('codelists list names each list with its version', async () => {
  const run = await runCli(['codelists', 'list', '--json']);
  const { codelists } = jsonOf<{ codelists: { id: string; codes: number; version: string }[] }>(run);
  expect(run.code).toBe(0);
  expect(codelists.find(({ id }) => id === 'UN-1225')).toMatchObject({
    version: expect.any(String) as string,
    codes: expect.any(Number) as number,
  });
});

it('codelists import reads a table in GB 18030, and a rehearsal writes nothing', async () => {
  const table = join(folder, 'ports.csv');
  // code,zh: CNLYG,连云港
  await writeFile(table, Buffer.concat([Buffer.from('code,zh\nCNLYG,'), Buffer.from('c1acd4c6b8db', 'hex'), Buffer.from('\n')]));
  const about = ['--list', 'Test-Port', '--version', '2026', '--title', 'zh=测试港口', '--source', 'this test'];
  const run = await runCli(['codelists', 'import', table, ...about, '--dry-run', '--json']);
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(jsonOf(run)).toMatchObject({ list: 'Test-Port', present: null, added: ['CNLYG'], removed: [], written: false, issues: [] });
  await expect(access('config/codelists/Test-Port.yaml')).rejects.toMatchObject({ code: 'ENOENT' });
});

it('mapping test makes documents of a type and loses nothing of them', async () => {
  const run = await runCli(['mapping', 'test', 'cn-rail/MT1301', '--runs', '5', '--seed', '7', '--json']);
  expect([run.code, jsonOf(run)]).toMatchObject([0, { seed: 7, runs: 5, mappings: [{ mapping: 'cn-rail/MT1301', findings: [] }] }]);
});

it('mapping docs finds the pages of this repository current', async () => {
  const run = await runCli(['mapping', 'docs', '--check', '--json']);
  expect([run.code, jsonOf(run)]).toMatchObject([0, { changed: [] }]);
});

it('mapping new shows an overlay that compiles, and writes nothing when only asked to show it', async () => {
  const run = await runCli(['mapping', 'new', 'test-port/MT1101', '--from', 'MT1101', '--dry-run', '--json']);
  expect([run.code, run.stderr]).toEqual([0, '']);
  const { text, file } = jsonOf<{ text: string; file: string }>(run);
  expect(text).toMatch(/^extends: cn-manifest\/MT1101$/m);
  await expect(access(file)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('docs writes the contracts, and names what an earlier version promised and this one does not keep', async () => {
  const out = join(folder, 'contracts');
  const written = await runCli(['docs', '-o', out, '--json']);
  expect([written.code, written.stderr, jsonOf(written)]).toMatchObject([0, '', { breaks: [] }]);
  expect(await readFile(join(out, 'errors.zh-CN.html'), 'utf8')).toContain('错误目录');
  const errors = JSON.parse(await readFile(join(out, 'errors.json'), 'utf8')) as object;
  await writeFile(join(out, 'errors.json'), JSON.stringify({ ...errors, ONCE_PROMISED: { status: 400 } }));
  const compared = await runCli(['docs', '--since', out]);
  expect([compared.code, compared.stdout.toString()]).toEqual([2, expect.stringContaining('error ONCE_PROMISED: the code was removed')]);
});
