import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { JournalFile } from '#adapters';
import { judge } from '../chaos/oracle.ts';
import type { ChaosLine, Delivered } from '../chaos/journal-lines.ts';
import { planFaults } from '../chaos/nemesis.ts';
import { Random } from '../chaos/random.ts';

/** The built harness as a process: servers, gateway and parties are its own. */
function chaos(...parameters: readonly string[]): Promise<{ exit: number; summary: Record<string, unknown>; progress: string }> {
  return new Promise((done, fail) => {
    execFile(
      process.execPath,
      [resolve('dist/test/chaos/main.js'), '--json', ...parameters],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, progress) => {
        const exit = error ? Number(error.code) : 0;
        if (stdout.trim() === '') return fail(new Error(`no summary:\n${progress}`));
        done({ exit, summary: JSON.parse(stdout) as Record<string, unknown>, progress });
      },
    );
  });
}

describe('chaos', () => {
  // A plan with every kind of fault: gateway killed, frozen, at a point, broker, database. Side by side: each run has servers of its own, and waits more than it works.
  let product: ReturnType<typeof chaos>;
  let bug: ReturnType<typeof chaos>;
  beforeAll(() => {
    product = chaos('--cycles', '5', '--seed', '1342');
    bug = chaos('--bug', 'ack-before-commit', '--seed', '4');
    for (const run of [product, bug]) run.catch(() => undefined);
  });

  it('finds nothing lost, doubled, disordered or receipted in vain after kills of gateway, broker and database', async () => {
    const { exit, summary, progress } = await product;
    const nothing = { lost: 0, duplicateEffects: 0, outOfOrder: 0, receiptsWithoutCommit: 0, stuck: 0, invented: 0, altered: 0 };
    if (exit !== 0) throw new Error(`${progress}\n${JSON.stringify(summary)}`);
    expect(summary).toMatchObject({ cycles: 5, ...nothing, unflaggedDuplicates: 0, gatewayDeaths: 0, ok: true });
    expect(Number(summary.sent)).toBeGreaterThan(20);
    expect(summary.delivered).toBe(summary.sent);
  }, 240_000);

  it('goes red when the gateway acknowledges before it commits', async () => {
    const { exit, summary } = await bug;
    // Kept for whoever planted the bug by hand; here it was wanted.
    await rm(String(summary.folder), { recursive: true, force: true });
    expect(summary).toMatchObject({ ok: false, bug: 'ack-before-commit' });
    expect(Number(summary.lost)).toBeGreaterThan(0);
    expect(exit).toBe(1);
  }, 180_000);
});

describe('the oracle', () => {
  const at = '2026-11-23T00:00:00.000Z';
  const offered = (messageId: string, revision: number): ChaosLine => ({
    at,
    party: 'SRA',
    event: 'offered',
    messageId,
    key: 'K',
    revision,
    expected: { DSA: `document ${messageId}` },
  });
  const accepted = (messageId: string): ChaosLine => ({ at, party: 'SRA', event: 'accepted', messageId, attempt: 1 });
  const receipted = (messageId: string): ChaosLine => ({
    at,
    party: 'SRA',
    event: 'receipted',
    messageId,
    levels: ['R1', 'R2'],
    status: 'valid',
  });
  const delivered = (messageId: string, changes: Partial<Delivered> = {}): Delivered => ({
    at,
    party: 'DSA',
    event: 'delivered',
    messageId: `out ${messageId}`,
    source: { sender: 'SRA', messageId },
    sequence: 1,
    manifestDigest: `manifest ${messageId}`,
    documentDigest: `document ${messageId}`,
    possibleDuplicate: false,
    repeated: false,
    ...changes,
  });
  const source = [offered('1', 1), accepted('1'), receipted('1'), offered('2', 2), accepted('2'), receipted('2')];
  const again = { possibleDuplicate: true, repeated: true };

  it('finds nothing in a clean run, flagged repetitions included', () => {
    expect(judge([source, [delivered('1'), delivered('1', again), delivered('2')]])).toMatchObject({
      sent: 2,
      delivered: 2,
      lost: 0,
      duplicateEffects: 0,
      outOfOrder: 0,
      receiptsWithoutCommit: 0,
      invented: 0,
      altered: 0,
      unflaggedDuplicates: 0,
      jepsen: { attempts: 2, acknowledged: 2, ok: 2, lost: 0, recovered: 0, duplicated: 1, unexpected: 0 },
    });
  });

  it.each<[string, ChaosLine[], object]>([
    ['a message that was taken and receipted and never came', [delivered('1')], { lost: 1, receiptsWithoutCommit: 1 }],
    ['a second effect under another id', [delivered('1'), delivered('2'), delivered('1', { messageId: 'other' })], { duplicateEffects: 1 }],
    ['an older revision after a newer', [delivered('2'), delivered('1')], { outOfOrder: 1 }],
    ['a repetition without the mark', [delivered('1'), delivered('1', { repeated: true }), delivered('2')], { unflaggedDuplicates: 1 }],
    ['another document than the translation', [delivered('1', { documentDigest: 'other' }), delivered('2')], { altered: 1 }],
    [
      'other bytes under a known id',
      [delivered('1'), delivered('1', { ...again, manifestDigest: 'other' }), delivered('2')],
      { altered: 1 },
    ],
    ['a message nobody offered', [delivered('1'), delivered('2'), delivered('3')], { invented: 1 }],
    ['a message for somebody else', [delivered('1'), delivered('2'), delivered('1', { party: 'DSB' })], { invented: 1 }],
  ])('goes red on %s', (_what, arrivals, expected) => {
    const byParty = [...new Set(arrivals.map(({ party }) => party))].map((party) => arrivals.filter((line) => line.party === party));
    expect(judge([source, ...byParty])).toMatchObject(expected);
  });

  it('does not call lost what was never taken', () => {
    expect(judge([[offered('1', 1)], []])).toMatchObject({ sent: 0, lost: 0, unsent: 1 });
  });
});

describe('the plan of faults', () => {
  it('is the same for the same seed and reaches every named crash point before any comes again', () => {
    expect(planFaults(50, new Random(3))).toEqual(planFaults(50, new Random(3)));
    const points = planFaults(14, new Random(3), { point: 1 }).map(({ point }) => point);
    expect(new Set(points).size).toBe(14);
  });
});

describe('a journal', () => {
  it('goes on with whole lines after a crash tore the last one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-journal-'));
    try {
      const path = join(folder, 'journal.jsonl');
      const first = (await JournalFile.open<{ n: number }>(path)).journal;
      await Promise.all([first.append({ n: 1 }), first.append({ n: 2 })]);
      await first.close();
      await appendFile(path, '{"n":3');
      expect(await JournalFile.read(path)).toEqual([{ n: 1 }, { n: 2 }]);
      const { journal, lines } = await JournalFile.open<{ n: number }>(path);
      expect(lines).toEqual([{ n: 1 }, { n: 2 }]);
      await journal.append({ n: 4 });
      await journal.close();
      expect(await JournalFile.read(path)).toEqual([{ n: 1 }, { n: 2 }, { n: 4 }]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
