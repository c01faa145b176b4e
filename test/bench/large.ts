import { monitorEventLoopDelay } from 'node:perf_hooks';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAgreements } from '#config';
import { WorkerAside } from '../../apps/gateway/src/aside.ts';
import { loadTranslation } from '../../apps/gateway/src/translation.ts';
import { understand } from '#exchange';
import { manifest } from './documents.ts';
import { measureSameLink, type SameLink } from './same-link.ts';
import { percentile } from './statistics.ts';

export interface Large {
  readonly consignments: number;
  readonly bytes: number;
  readonly onwardBytes: number;
  /** From handing it to the worker to the finished onward document; the first includes the worker's start. */
  readonly firstSeconds: number;
  readonly seconds: number;
  /** Peak of the whole process, main thread and worker. */
  readonly peakMb: number;
  readonly small: {
    readonly messages: number;
    /** How long a small message, due every 20 ms, took from being due to being understood, while the large one was under way. */
    readonly p50Ms: number;
    readonly maxMs: number;
  };
  readonly eventLoopMaxMs: number;
  readonly sameLink: SameLink;
}

const AGREEMENTS = `gateway: LBG
parties:
  - { key: LBG, country: CN, name: { en: Gateway under test } }
  - { key: SRC, country: CN, name: { en: Sender } }
  - { key: DST, country: CN, name: { en: Receiver } }
links:
  - { id: src, partner: SRC, transport: mailbox }
  - { id: dst, partner: DST, transport: mailbox, formats: { Manifest: { mapping: cn-manifest/MT1101 } } }
routes:
  - { from: SRC, messageType: Manifest, to: DST }
`;

/** A manifest at the schema's limit goes the gateway's own way for large documents, while small ones are understood beside it. */
export async function measureLarge(consignments = 9_999): Promise<Large> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'));
  const path = join(folder, 'agreements.yaml');
  await writeFile(path, AGREEMENTS);
  const options = loadTranslation(path);
  const [from] = readAgreements(path).links;
  const aside = new WorkerAside(
    options.book,
    (error) => process.stderr.write(`${String(error)}\n`),
    () => [],
  );
  try {
    const large = manifest(1, consignments);
    const small = manifest(2, 2);
    for (let i = 0; i < 300; i += 1) understand(small, from!, options);
    const first = await timed(() => aside.understand(large, 'src', []));
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const waits: number[] = [];
    let due = performance.now() + 20;
    const timer = setInterval(() => {
      for (; due <= performance.now(); due += 20) {
        understand(small, from!, options);
        waits.push(performance.now() - due);
      }
    }, 2);
    const second = await timed(() => aside.understand(large, 'src', []));
    clearInterval(timer);
    delay.disable();
    if (second.result.state !== 'routed') throw new Error('The bench document is refused.');
    return {
      consignments,
      bytes: large.length,
      onwardBytes: second.result.onward.reduce((sum, { payload }) => sum + payload.length, 0),
      firstSeconds: first.seconds,
      seconds: second.seconds,
      peakMb: Math.round(process.resourceUsage().maxRSS / 1024),
      small: { messages: waits.length, p50Ms: percentile(waits, 0.5), maxMs: Math.max(...waits) },
      eventLoopMaxMs: delay.max / 1e6,
      sameLink: await measureSameLink(path, options, aside, manifest(3, consignments)),
    };
  } finally {
    await aside.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

export const reportLarge = (large: Large): string =>
  [
    `manifest of ${large.consignments} bills (${(large.bytes / 1e6).toFixed(1)} MB)`,
    `  decoded, checked and encoded in the worker   ${large.seconds.toFixed(1)} s (first, with the worker's start: ${large.firstSeconds.toFixed(1)} s)`,
    `  peak memory of the process                   ${large.peakMb} MB`,
    `  small messages meanwhile                     ${large.small.messages}, p50 ${large.small.p50Ms.toFixed(1)} ms, max ${large.small.maxMs.toFixed(1)} ms`,
    `  small messages behind it on its own link     ${large.sameLink.messages}, p50 ${large.sameLink.p50Ms.toFixed(1)} ms, max ${large.sameLink.maxMs.toFixed(1)} ms${besides(large.sameLink)}`,
    `  event loop, longest stop                     ${large.eventLoopMaxMs.toFixed(1)} ms`,
  ].join('\n');

/** What a busy machine did to it. */
const besides = ({ maxServedMs, othersBusy }: SameLink): string =>
  maxServedMs === undefined
    ? ''
    : `, without waiting for a processor ${maxServedMs.toFixed(1)} ms (other programs kept ${othersBusy} processors busy)`;
