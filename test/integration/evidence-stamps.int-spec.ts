/** A pack whose log root was stamped by an authority, judged at the command line by somebody who trusts that authority, or another one. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Rfc3161TimeStamper } from '#adapters';
import { writeEvidence, type EvidencePack } from '#trust';
import { jsonOf, runCli, type CliRun } from '../support/cli.ts';
import { evidenceWorld } from '../support/evidence-world.ts';
import { FakeTsa } from '../support/fake-tsa.ts';

// Every process loads the program anew; on a busy machine that takes seconds.
jest.setTimeout(60_000);

describe('landbridge verify --tsa-ca', () => {
  const world = evidenceWorld();
  let folder: string;
  let authority: FakeTsa;
  let other: FakeTsa;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-stamps-'));
    [authority, other] = await Promise.all([FakeTsa.start(), FakeTsa.start()]);
    await Promise.all([
      writeFile(join(folder, 'authority.pem'), authority.authority),
      writeFile(join(folder, 'other.pem'), other.authority),
      writeFile(join(folder, 'parties.json'), JSON.stringify(world.anchors)),
    ]);
  });
  afterAll(async () => {
    await Promise.all([authority.close(), other.close(), rm(folder, { recursive: true, force: true })]);
  });

  /** The pack with a token over its first root, or over other octets. */
  async function stamped(name: string, octets?: Buffer): Promise<string> {
    const pack = world.pack();
    const [first, ...rest] = pack.messages;
    const stamper = new Rfc3161TimeStamper({ url: authority.url, trusted: authority.authority });
    const timestamp = await stamper.stamp(octets ?? first!.proof!.root);
    const messages = [{ ...first!, proof: { ...first!.proof!, timestamp } }, ...rest];
    const file = join(folder, name);
    await writeFile(file, writeEvidence({ ...pack, messages } as EvidencePack));
    return file;
  }
  const verify = (file: string, ...more: string[]): Promise<CliRun> =>
    runCli(['verify', file, '--trust', join(folder, 'parties.json'), '--json', ...more]);
  const verdicts = (run: CliRun) => jsonOf<{ timestamps: { verdict: string; time?: string }[] }>(run).timestamps;

  it('believes the token of an authority one trusts, and says so where nobody was named', async () => {
    const file = await stamped('case.zip');
    const [trusted, unnamed] = await Promise.all([verify(file, '--tsa-ca', join(folder, 'authority.pem')), verify(file)]);
    expect([trusted.code, unnamed.code]).toEqual([0, 0]);
    expect(verdicts(trusted)).toMatchObject([{ verdict: 'verified' }]);
    expect(Date.parse(verdicts(trusted)[0]!.time!)).not.toBeNaN();
    expect(verdicts(unnamed)).toMatchObject([{ verdict: 'unjudged' }]);
  });

  it('refuses a token of another authority, and one over other octets', async () => {
    const [file, moved] = await Promise.all([stamped('case.zip'), stamped('moved.zip', Buffer.from('another root'))]);
    const [foreign, wrong] = await Promise.all([
      verify(file, '--tsa-ca', join(folder, 'other.pem')),
      verify(moved, '--tsa-ca', join(folder, 'authority.pem')),
    ]);
    expect([foreign.code, wrong.code]).toEqual([20, 20]);
    expect([foreign, wrong].map(verdicts)).toMatchObject([[{ verdict: 'refused' }], [{ verdict: 'refused' }]]);
  });
});
