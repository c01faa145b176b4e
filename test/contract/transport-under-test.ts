import { randomUUID } from 'node:crypto';
import type { PartnerEndpoint, PartnerMessage } from '#adapters';
import type { InboundDelivery, OutboundItem, ReceiveBatch, Transport } from '#exchange';
import type { Link } from '#model';

/** One link with both ends, over a real broker or real HTTP. Everything made here ends with `close`. */
export interface TransportUnderTest {
  readonly link: Link;
  /** A gateway's transport of this link, not started; several are several processes. */
  transport(options?: { closeMs?: number }): Promise<Transport>;
  partner(): Promise<PartnerEndpoint>;
  /** An item the transport can send: stored where its store must know it. */
  item(parts: { frame: Buffer; kind?: OutboundItem['kind'] }): Promise<OutboundItem>;
  /** Kills what stands between both ends without warning, and brings it back. */
  interrupt(): Promise<void>;
  close(): Promise<void>;
}

export const accept: ReceiveBatch = async (deliveries) => deliveries.map(() => ({ verdict: 'accepted' }));
/** A pipeline for tests: keeps what it gets, in order. */
export function recorder(handle: ReceiveBatch = accept) {
  const deliveries: InboundDelivery[] = [];
  const batches: InboundDelivery[][] = [];
  let running = 0;
  let atOnce = 0;
  const receive: ReceiveBatch = async (batch) => {
    batches.push([...batch]);
    running += 1;
    atOnce = Math.max(atOnce, running);
    try {
      const outcomes = await handle(batch);
      deliveries.push(...batch);
      return outcomes;
    } finally {
      running -= 1;
    }
  };
  return { receive, deliveries, batches, atOnce: () => atOnce, frames: () => deliveries.map(({ frame }) => frame.toString()) };
}

export function gate() {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}

export const message = (text: string | Buffer, parts: Partial<PartnerMessage> = {}): PartnerMessage => ({
  kind: 'message',
  frame: Buffer.from(text),
  messageId: randomUUID(),
  type: 'test/message',
  ...parts,
});

/** What a partner does: the same bytes again until the gateway has them. */
export async function sendUntilTaken(partner: PartnerEndpoint, it: PartnerMessage): Promise<void> {
  for (let possibleDuplicate = it.possibleDuplicate ?? false; ; possibleDuplicate = true) {
    if ((await partner.send({ ...it, possibleDuplicate })).sent) return;
    await new Promise((done) => setTimeout(done, 20));
  }
}

export async function sendAll(transport: Transport, link: Link, items: readonly OutboundItem[]): Promise<void> {
  let left = items;
  while (left.length > 0) {
    const outcomes = await transport.send(link, left);
    const failed = new Set(outcomes.filter(({ sent }) => !sent).map(({ id }) => id));
    left = left.filter(({ id }) => failed.has(id)).map((it) => ({ ...it, possibleDuplicate: true }));
    if (left.length > 0) await new Promise((done) => setTimeout(done, 20));
  }
}

export const firsts = (texts: readonly string[]): string[] => [...new Set(texts)];
/** Starts like a framed message, as the transports tell messages from receipts by that alone. */
export const framed = (text: string | Buffer): Buffer => Buffer.concat([Buffer.from('LBMF'), Buffer.from(text)]);
export const numbered = (count: number, name = 'no'): string[] => Array.from({ length: count }, (_, i) => `${name} ${i}`);
