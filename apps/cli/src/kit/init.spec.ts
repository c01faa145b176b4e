import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyFolder, loadMasterKey } from '#adapters';
import { readAgreements, readTranslationFiles } from '#config';
import { createTranslator } from '#formats';
import { LANGUAGES } from '#onboarding';
import { recordingTerminal } from '../testing.ts';
import { initKit } from './init.ts';

describe('landbridge kit init', () => {
  let home: string;
  beforeAll(async () => (home = await mkdtemp(join(tmpdir(), 'landbridge-kit-'))));
  afterAll(() => rm(home, { recursive: true, force: true }));

  it('makes a folder in which both sides know each other, and samples of which the verdict is true', async () => {
    const kit = join(home, 'kit');
    const { terminal } = recordingTerminal();
    expect(await initKit(terminal, kit, { party: 'KEG', alg: 'Ed25519', seed: 1, json: true })).toBe(0);
    expect(readAgreements(join(kit, 'gateway/agreements.json')).links).toMatchObject([{ partner: 'KEG', test: true }]);
    for (const [side, own] of [
      ['gateway', 'LBG'],
      ['partner', 'KEG'],
    ] as const) {
      const folder = await KeyFolder.open(join(kit, side, 'keys'), await loadMasterKey(undefined, join(kit, side, 'master.key')));
      expect((await folder.documents()).map(({ party }) => party)).toEqual(['KEG', 'LBG']);
      expect((await folder.signer(own, new Date())).kid).toBe((await folder.directory()).signingKey(own, new Date())?.kid);
    }
    const judge = await KeyFolder.open(join(kit, 'judge/keys'), await loadMasterKey(undefined, join(kit, 'judge/master.key')));
    // A system brings a document of its own, which none of ours may stand before.
    expect((await judge.documents()).map(({ party }) => party)).toEqual(['LBG']);
    const translator = createTranslator(readTranslationFiles(), { lazily: true });
    for (const side of ['good', 'bad']) {
      const names = (await readdir(join(kit, 'samples', side))).filter((name) => !/\.(expected|canonical)\.json$/.test(name));
      expect(names.length).toBeGreaterThan(5);
      for (const name of names) {
        const stem = join(kit, 'samples', side, name.replace(/\.[a-z]+$/, ''));
        const { issues, messages } = translator.decode(await readFile(join(kit, 'samples', side, name)));
        const found = [...issues, ...messages.flatMap((one) => [...one.issues, ...translator.check(one.message)])].filter(
          ({ severity }) => severity === 'error',
        );
        const expected = JSON.parse(await readFile(`${stem}.expected.json`, 'utf8')) as { status: string; errors: unknown[] };
        expect([name, expected.status, expected.errors.length]).toEqual([name, side === 'good' ? 'valid' : 'refused', found.length]);
      }
    }
    for (const language of LANGUAGES) expect(await readFile(join(kit, `README.${language}.md`), 'utf8')).toContain('--self KEG');
    expect(await readdir(join(kit, 'clients'))).toContain('python');
  }, 120_000);

  it('never writes into a folder that is there, nor for a party that is none', async () => {
    const { terminal } = recordingTerminal();
    await expect(initKit(terminal, home, { party: 'KEG', alg: 'ES256', seed: 1 })).rejects.toMatchObject({ code: 'USAGE' });
    for (const party of ['keg', 'LBG', '霍尔果斯'])
      await expect(initKit(terminal, join(home, party), { party, alg: 'ES256', seed: 1 })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
