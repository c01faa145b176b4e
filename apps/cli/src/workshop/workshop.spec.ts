import { mkdtempSync, readFileSync, writeFileSync, rmSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingTerminal } from '../testing.ts';
import { EXIT } from '../exit-codes.ts';
import { workshop, type WorkshopCommandOptions } from './workshop.ts';

const DIALECT = readFileSync('test/fixtures/formats/cn-manifest/MT3101-2.xml', 'utf8')
  .replaceAll('SenderID>', 'Sender>')
  .replace(/\s*<ReceiverID>.*<\/ReceiverID>/, '');

describe('landbridge workshop', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'workshop-'));
    mkdirSync(join(home, '样本'));
    for (const name of ['один.xml', '二.xml']) writeFileSync(join(home, '样本', name), DIALECT);
    writeFileSync(join(home, '样本', '.hidden'), 'no sample');
  });
  afterAll(() => rmSync(home, { recursive: true }));

  const run = async (options: Partial<WorkshopCommandOptions>) => {
    const { terminal, out } = recordingTerminal();
    const code = await workshop(terminal, [join(home, '样本')], { for: 'keg', ...options });
    return { code, out };
  };

  it('goes from samples to an overlay a person decides on, edits and checks', async () => {
    const first = await run({});
    expect(first.code).toBe(EXIT.INVALID);
    expect(first.out()).toContain('relax:Manifest/Head/ReceiverID\tdecision');
    const out = join(home, 'draft');
    const second = await run({ agree: ['relax:Manifest/Head/ReceiverID'], out, json: true });
    expect(second.code).toBe(EXIT.OK);
    const file = join(out, 'mappings', 'keg', 'MT3101.yaml');
    expect(JSON.parse(second.out())).toMatchObject({
      samples: [{ valid: false }, { valid: false }],
      groups: [{ validAfter: 2 }],
      written: [file],
    });
    await expect(run({ out })).rejects.toMatchObject({ code: 'USAGE' });
    expect((await run({ check: out })).code).toBe(EXIT.OK);
    // An edit that takes the agreement back shows at once.
    writeFileSync(file, readFileSync(file, 'utf8').replace("card: '0..1 1'", "card: '1'"));
    const edited = await run({ check: file });
    expect(edited.code).toBe(EXIT.INVALID);
    expect(edited.out()).toContain('FIELD_MISSING at /Manifest/Head/ReceiverID');
    writeFileSync(file, 'mapping: [');
    await expect(run({ check: file })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('takes no decision about what was not proposed', async () => {
    await expect(run({ agree: ['relax:Manifest/Head/MessageID'] })).rejects.toMatchObject({ code: 'USAGE' });
  });
});
