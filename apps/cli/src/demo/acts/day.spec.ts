import { MODEL_VERSION } from '#model';
import { encodeFrame } from '#trust';
import type { Delivered } from '../stage/journal-line.ts';
import type { PartyProcess } from '../stage/party-process.ts';
import { awaitArrived } from './day.ts';

const document = Buffer.from(JSON.stringify({ model: MODEL_VERSION, type: 'ClearanceStatus' }));
const file = encodeFrame({ jws: Buffer.from('a.b.c'), parts: [{ name: 'document', bytes: document }] });
const line = (messageId: string): Delivered => ({ messageId, type: 'canonical/json' }) as Delivered;

test('a message that arrives while the others are being read is not waited for in vain', async () => {
  const lines = [line('1')];
  const window = {
    party: 'LSW',
    delivered: () => [...lines],
    read: () => {
      if (lines.length === 1) lines.push(line('2'));
      return Promise.resolve(file);
    },
    // Nothing arrives any more: who still waits would wait for ever.
    until: (look: () => boolean, what: string) => (look() ? Promise.resolve() : Promise.reject(new Error(what))),
  };
  expect(await awaitArrived(window as unknown as PartyProcess, 'ClearanceStatus', 2)).toHaveLength(2);
});
