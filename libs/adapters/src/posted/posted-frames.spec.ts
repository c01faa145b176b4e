import { Admission, Clock, type ReceiveBatch } from '#exchange';
import { Link } from '#model';
import type { Response } from 'express';
import { PostedFrames } from './posted-frames.ts';
import { sayWhatIsLeft } from './rate-limit-headers.ts';

const NOW = new Date('2026-12-01T23:00:00Z');
class FixedClock extends Clock {
  override now = () => NOW;
}
const frame = () => Buffer.from('LBMF 清关放行');
const accept: ReceiveBatch = async (deliveries) => deliveries.map(() => ({ verdict: 'accepted' }));

function posted(limits: object, receive = accept) {
  const link = Link.parse({ id: 'keg', partner: 'KEG', transport: 'mailbox', limits });
  const admission = new Admission({
    limitsOf: () => link.limits,
    usage: { usage: async () => [] },
    clock: new FixedClock(),
    report: () => undefined,
  });
  const frames = new PostedFrames({ admission, batchMs: 0 });
  frames.start(link, receive);
  return frames;
}

it('refuses the frame above the limits before anything looks into it, and says what is left', async () => {
  const seen: number[] = [];
  const frames = posted({ dayMessages: 1 }, (deliveries) => {
    seen.push(deliveries.length);
    return accept(deliveries);
  });
  expect(await frames.take('keg', frame(), false)).toEqual({ verdict: 'accepted' });
  await expect(frames.take('keg', frame(), false)).rejects.toMatchObject({ code: 'QUOTA_USED', retryAfterSeconds: 3_600 });
  expect(seen).toEqual([1]);
  const headers: Record<string, string> = {};
  const response = { setHeader: (name: string, value: string) => (headers[name] = value) };
  sayWhatIsLeft(response as unknown as Response, frames.standing('keg')!, NOW);
  expect(headers).toEqual({ RateLimit: '"open";r=200, "day-messages";r=0;t=3600' });
});

it('gives the place back when nothing was committed', async () => {
  const frames = posted({ prefetch: 1, dayMessages: 5 }, () => Promise.reject(new Error('no database')));
  const taken = frames.take('keg', frame(), false);
  await expect(frames.take('keg', frame(), false)).rejects.toMatchObject({ code: 'TOO_MANY_OPEN' });
  const closed = frames.close(50);
  await expect(taken).rejects.toMatchObject({ code: 'OVERLOADED' });
  await closed;
  expect(frames.standing('keg')).toMatchObject({ open: 0, leftMessages: 5 });
});
