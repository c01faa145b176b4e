import { parentPort, workerData } from 'node:worker_threads';
import { PostingPartner } from './posting-partner.ts';

/** The loud partner, on a thread of its own: what it does to its own event loop is not what the others wait for. */
const { key, url, frames, perSecond, seconds } = workerData as {
  key: string;
  url: string;
  frames: readonly Uint8Array[];
  perSecond: number;
  seconds: number;
};
const partner = new PostingPartner(key, 0, undefined, 100);
const outcome = await partner.flood(
  url,
  frames.map((frame) => Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength)),
  perSecond,
  seconds,
);
partner.close();
parentPort?.postMessage(outcome);
