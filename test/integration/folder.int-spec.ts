import { randomUUID } from 'node:crypto';
import { link as hardLink, mkdtemp, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { boxOf, fileName, FolderPartner, FolderTransport, labelOf, type FrameLabel } from '#adapters';
import type { InboundOutcome } from '#exchange';
import { Link } from '#model';
import { transportContract } from '../contract/transport.contract.ts';
import { waitFor } from '../support/wait-for.ts';

const LINK = Link.parse({ id: 'keg', partner: 'KEG', transport: 'folder', limits: { messageBytes: 6 * 1024 * 1024 } });
const label: FrameLabel = { order: '7', kind: 'message', messageId: 'накладная/1', type: '运单@1', again: false };

describe('folders as a transport', () => {
  transportContract(async () => {
    const root = await mkdtemp(join(tmpdir(), 'landbridge-folder-'));
    const folder = join(root, LINK.id);
    let id = 0n;
    return {
      link: LINK,
      transport: async (options) => new FolderTransport({ root, lookMs: 5, retryBaseMs: 5, retryCapMs: 50, ...options }),
      partner: async () => new FolderPartner({ folder, lookMs: 5 }),
      item: async ({ frame, kind = 'message' }) => ({
        id: String((id += 1n)),
        kind,
        messageId: randomUUID(),
        type: kind === 'message' ? 'IFTMIN' : kind,
        frame,
        possibleDuplicate: false,
        createdAt: new Date(),
      }),
      // A share that is away for a moment.
      interrupt: async () => {
        await rename(folder, `${folder}.away`);
        await sleep(100);
        await rename(`${folder}.away`, folder);
      },
      close: () => rm(root, { recursive: true, force: true }),
    };
  });
});

describe('a folder link', () => {
  let root: string;
  let transport: FolderTransport;
  let outcome: InboundOutcome;
  let mayTake: boolean;
  const received: string[] = [];
  const at = (box: 'OutBox' | 'SentBox' | 'InBox' | 'FailBox', name = '') => join(boxOf(join(root, LINK.id), box), name);
  const names = (box: Parameters<typeof at>[0]) => readdir(at(box)).then((all) => all.sort());

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'landbridge-folder-'));
    [outcome, mayTake] = [{ verdict: 'accepted' }, true];
    received.length = 0;
    transport = new FolderTransport({ root, lookMs: 5, mayTake: () => mayTake });
    await transport.start([LINK], async (deliveries) => {
      received.push(...deliveries.map(({ frame }) => frame.toString()));
      return deliveries.map(() => outcome);
    });
  });
  afterEach(async () => {
    await transport.close();
    await rm(root, { recursive: true, force: true });
  });

  it('names a frame so that the name says what it is, in any script, and nothing else is taken for one', () => {
    expect(labelOf(fileName(label))).toEqual({ ...label, order: '00000000000000000007' });
    expect(labelOf(fileName({ ...label, again: true }))?.again).toBe(true);
    const foreign = ['', 'manifest.xml', '7@message@a.lbm', '7@virus@a@b.lbm', '7@message@%E0@b.lbm', `.${fileName(label)}.part`];
    expect(foreign.map(labelOf)).toEqual(foreign.map(() => undefined));
  });

  it('moves what was taken in to SentBox and what nobody signed to FailBox, and leaves alone what is being written', async () => {
    await writeFile(at('OutBox', `.${fileName(label)}.part`), 'half a fra');
    await writeFile(at('OutBox', fileName(label)), 'frame');
    await waitFor(async () => (await names('SentBox')).length === 1);
    outcome = { verdict: 'quarantined' };
    await writeFile(at('OutBox', fileName({ ...label, order: '8' })), 'forged');
    await waitFor(async () => (await names('FailBox')).length === 1);
    expect(received).toEqual(['frame', 'forged']);
    expect(await names('OutBox')).toEqual([`.${fileName(label)}.part`]);
  });

  it('reads neither more than was agreed nor anything outside of its box', async () => {
    const secret = join(root, 'master.key');
    await writeFile(secret, 'secret');
    await symlink(secret, at('OutBox', fileName(label)));
    await hardLink(secret, at('OutBox', fileName({ ...label, order: '8' })));
    const large = at('OutBox', fileName({ ...label, order: '9' }));
    await writeFile(large, '');
    await truncate(large, LINK.limits.messageBytes + 1);
    await waitFor(async () => (await names('FailBox')).length === 3);
    expect(received).toEqual([]);
  });

  it('leaves the box to the process that relays the link', async () => {
    mayTake = false;
    await writeFile(at('OutBox', fileName(label)), 'frame');
    await transport.close();
    expect(received).toEqual([]);
    expect(await names('OutBox')).toEqual([fileName(label)]);
  });
});
