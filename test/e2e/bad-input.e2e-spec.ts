/** A gateway that gets nothing but bad input: it judges as `landbridge validate` does, keeps each message to look at, and goes on. */
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Limits } from '#model';
import { newMessageId } from '#trust';
import { mftMessage } from '../../apps/cli/src/demo/data/sea-manifest.ts';
import { Stage } from '../../apps/cli/src/demo/stage/stage.ts';
import { BAD_INPUT } from '../support/bad-input.ts';

jest.setTimeout(180_000);

describe('a gateway under bad input', () => {
  let folder: string;
  let stage: Stage;
  let token: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-bad-input-'));
    stage = await Stage.prepare({ folder: join(folder, 'stage'), transport: 'mailbox', broker: {}, keep: false });
    await Promise.all([stage.gateway.start(), stage.party('LSW').start()]);
    token = (await readFile(join(folder, 'stage', 'gateway', 'local.token'), 'utf8')).trim();
  });
  afterAll(async () => {
    await stage.close();
    await rm(folder, { recursive: true, force: true });
  });

  const get = (path: string) => fetch(`${stage.gateway.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const found = (issues: readonly { code: string; pointer: string }[]) => issues.map(({ code, pointer }) => `${code} ${pointer}`);

  async function send(bytes: Buffer): Promise<string> {
    const messageId = newMessageId(new Date());
    const file = join(folder, messageId);
    await writeFile(file, bytes);
    stage.party('LSW').tell({ do: 'send', messageId, file });
    return messageId;
  }

  it('answers each message with every fault found and its place, and keeps it', async () => {
    const sent = await Promise.all(BAD_INPUT.map(async (input) => ({ ...input, content: input.bytes(), id: await send(input.bytes()) })));
    for (const { name, id, finds, refused, content } of sent) {
      const { status, issues } = await stage.party('LSW').receipt(id, 'R2');
      expect([name, status, found(issues)]).toEqual([name, refused ? 'refused' : 'valid', expect.arrayContaining([...finds])]);
      const [message] = (await stage.gateway.detail(id)).filter(({ direction }) => direction === 'in');
      expect([name, found(message?.issues ?? [])]).toEqual([name, expect.arrayContaining([...finds])]);
      const looked = await get(`/api/messages/${id}/content`);
      expect([name, looked.status, await looked.json()]).toMatchObject([name, 200, { bytes: content.length }]);
    }
  });

  it('does not take in what is longer than the limit, and says so', async () => {
    const messageId = newMessageId(new Date());
    const file = join(folder, messageId);
    await writeFile(file, '');
    await truncate(file, Limits.parse({}).messageBytes + 1024 * 1024);
    const local = stage.party('LSW');
    local.tell({ do: 'send', messageId, file });
    const rejected = () => local.lines.find((line) => line.event === 'rejected' && line.messageId === messageId);
    await local.until(() => rejected() !== undefined, 'the gateway refuses it');
    expect(rejected()).toMatchObject({ code: 'TOO_LARGE' });
  });

  it('is up after all that, and takes in a sound message', async () => {
    const id = await send(
      mftMessage({ messageId: '2300LYG000001_20260314091500123', bill: 'LBG26039999', containers: 1, now: new Date() }),
    );
    await stage.party('LSW').receipt(id, 'R2', 'valid');
    expect([stage.gateway.running, (await fetch(`${stage.gateway.url}/health/ready`)).status]).toEqual([true, 200]);
  });
});
