import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settle } from '../../apps/cli/src/demo/acts/close.ts';
import { arrived, madeFrom } from '../../apps/cli/src/demo/acts/day.ts';
import { mftMessage } from '../../apps/cli/src/demo/data/sea-manifest.ts';
import { drawLedger } from '../../apps/cli/src/demo/ledger.ts';
import type { JournalLine } from '../../apps/cli/src/demo/stage/journal-line.ts';
import { Stage } from '../../apps/cli/src/demo/stage/stage.ts';
import { verifyFolder } from '../../apps/cli/src/demo/verify/verify-folder.ts';
import { CRASH_POINTS } from '#exchange';
import { newMessageId } from '#trust';
import { testBroker } from '../support/rabbitmq.ts';

/**
 * One gateway after the other dies at the next named point of the storage protocol, each with a new message under way and
 * with what the ones before left undone. Over RabbitMQ, where every point is passed.
 */
describe('a gateway that is killed at every step', () => {
  let folder: string;
  let stage: Stage;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landbridge-crash-'));
    stage = await Stage.prepare({ folder, transport: 'amqp', broker: await testBroker(), keep: false });
    await Promise.all([stage.party('LSW').start(), stage.party('NSW').start()]);
  }, 120_000);

  afterAll(async () => {
    await stage?.close();
    await rm(folder, { recursive: true, force: true });
  }, 60_000);

  test('loses nothing and does nothing twice', async () => {
    const [local, national] = [stage.party('LSW'), stage.party('NSW')];
    const sent: string[] = [];
    for (const [index, point] of CRASH_POINTS.entries()) {
      const gateway = stage.gateway.launch(`${point}:1`);
      const messageId = newMessageId(new Date());
      const file = join(folder, `${index}.xml`);
      await writeFile(file, mftMessage({ messageId: `2300LYG000001_${index}`, bill: `CRASH${index}`, containers: 2, now: new Date() }));
      local.tell({ do: 'send', messageId, file });
      sent.push(messageId);
      // Says at which point the gateway lived on, should it.
      expect({ point, ended: await gateway.ended }).toEqual({ point, ended: { code: null, signal: 'SIGKILL' } });
    }
    await stage.gateway.start();
    // Each manifest is answered by its envelope, accepted and released: three messages of the national window.
    await national.until(() => new Set(offered(national.lines)).size === 3 * sent.length, 'NSW answers everything');
    await settle(stage);

    for (const messageId of sent) expect(national.delivered(madeFrom('LSW', messageId))).toHaveLength(1);
    expect(national.delivered()).toHaveLength(sent.length);
    expect(await arrived(local, 'Acknowledgement')).toHaveLength(sent.length);
    expect(await arrived(local, 'ManifestResponse')).toHaveLength(2 * sent.length);
    // A status of the bill and one of the whole message for each answer.
    expect(await arrived(local, 'ClearanceStatus')).toHaveLength(4 * sent.length);
    const ledger = await drawLedger(stage);
    expect(ledger.map(({ lost, quarantined, refused }) => lost + quarantined + refused)).toEqual(ledger.map(() => 0));
    expect((await verifyFolder(folder, ['LSW', 'NSW'], 'LBG')).faults).toEqual([]);
    // One start of the gateway a point: the limit is for a busy machine.
  }, 480_000);
});

const offered = (lines: readonly JournalLine[]): string[] =>
  lines.flatMap((line) => (line.event === 'offered' && line.kind === 'message' ? [line.messageId] : []));
