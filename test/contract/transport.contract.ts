import { randomBytes } from 'node:crypto';
import type { PartnerEndpoint, PartnerFrameInfo } from '#adapters';
import type { InboundOutcome, OutboundItem, ReceiveBatch, Transport } from '#exchange';
import type { Link } from '#model';
import { waitFor } from '../support/wait-for.ts';

import {
  accept,
  firsts,
  framed,
  gate,
  message,
  numbered,
  recorder,
  sendAll,
  sendUntilTaken,
  type TransportUnderTest,
} from './transport-under-test.ts';
import { transportFollows } from './transport-follow.contract.ts';

export type { TransportUnderTest };

/** What every transport promises (libs/exchange/src/ports/transport.port.ts). */
export function transportContract(make: () => Promise<TransportUnderTest>): void {
  transportFollows(make);
  let under: TransportUnderTest;
  let link: Link;
  const open: { close(): Promise<void> }[] = [];

  beforeEach(async () => {
    under = await make();
    ({ link } = under);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((it) => it.close()));
    await under.close();
  });

  const partnerOf = async (): Promise<PartnerEndpoint> => {
    const partner = await under.partner();
    open.push(partner);
    return partner;
  };
  const started = async (receive: ReceiveBatch, options?: { closeMs?: number }): Promise<Transport> => {
    const transport = await under.transport(options);
    open.push(transport);
    await transport.start([link], receive);
    await waitFor(() => transport.condition(link.id) === 'up');
    return transport;
  };
  const takingIn = (partner: PartnerEndpoint) => {
    const frames: Buffer[] = [];
    const infos: PartnerFrameInfo[] = [];
    partner.onFrame(async (frame, info) => {
      frames.push(frame);
      infos.push(info);
    });
    return { frames, infos, texts: () => frames.map((frame) => frame.subarray(4).toString()) };
  };

  describe('inbound', () => {
    it('offers deliveries in arrival order, one batch at a time', async () => {
      const pipeline = recorder(async (batch) => {
        await new Promise((done) => setImmediate(done));
        return accept(batch);
      });
      await started(pipeline.receive);
      const partner = await partnerOf();
      for (const text of numbered(150)) await sendUntilTaken(partner, message(text));
      await waitFor(() => pipeline.deliveries.length === 150);
      expect(pipeline.frames()).toEqual(numbered(150));
      expect(pipeline.atOnce()).toBe(1);
      expect(pipeline.deliveries.every((delivery) => delivery.link === link.id && !delivery.redelivered)).toBe(true);
    });

    it('does not acknowledge before receive resolved: another process gets what the first did not finish', async () => {
      const { opened, open: release } = gate();
      const first = recorder(async (batch) => {
        await opened;
        return accept(batch);
      });
      const dying = await started(first.receive, { closeMs: 1 });
      const partner = await partnerOf();
      const sending = sendUntilTaken(partner, message('unfinished'));
      await waitFor(() => first.batches.length > 0);
      await dying.close();
      const second = recorder();
      await started(second.receive);
      await waitFor(() => second.deliveries.length > 0);
      expect(second.frames()[0]).toBe('unfinished');
      await sending;
      release();
    });

    it('acknowledges after receive resolved: nothing is offered again', async () => {
      const first = recorder();
      const done = await started(first.receive);
      const partner = await partnerOf();
      await sendUntilTaken(partner, message('finished'));
      await waitFor(() => first.deliveries.length === 1);
      await done.close();
      const second = recorder();
      await started(second.receive);
      await sendUntilTaken(partner, message('next'));
      await waitFor(() => second.deliveries.length > 0);
      expect(second.frames()).toEqual(['next']);
    });

    it('offers the same deliveries again after receive rejected, before any later one', async () => {
      let failures = 0;
      const pipeline = recorder(async (batch) => {
        failures += 1;
        if (failures <= 3) throw new Error('the store is not reachable');
        return accept(batch);
      });
      await started(pipeline.receive);
      const partner = await partnerOf();
      const sending = [sendUntilTaken(partner, message('first'))];
      await waitFor(() => failures > 0);
      sending.push(sendUntilTaken(partner, message('later')));
      await waitFor(() => pipeline.deliveries.length === 2);
      await Promise.all(sending);
      const offered = pipeline.batches.map((batch) => batch.map(({ frame }) => frame.toString()));
      expect(offered.slice(0, 4)).toEqual([['first'], ['first'], ['first'], ['first']]);
      expect(pipeline.frames()).toEqual(['first', 'later']);
    });

    it('acknowledges what comes later by itself: what came after it is not offered again, it is', async () => {
      const { opened, open: release } = gate();
      const first = recorder(async (batch) =>
        batch.map(({ frame }) =>
          frame.toString() === 'large' ? { later: opened.then(() => ({ verdict: 'accepted' })) } : { verdict: 'accepted' },
        ),
      );
      const dying = await started(first.receive, { closeMs: 200 });
      const partner = await partnerOf();
      const large = sendUntilTaken(partner, message('large'));
      await waitFor(() => first.deliveries.length === 1);
      for (const text of numbered(5)) await sendUntilTaken(partner, message(text));
      await waitFor(() => first.deliveries.length === 6);
      await dying.close();
      const second = recorder();
      const next = await started(second.receive);
      await waitFor(() => second.deliveries.length > 0);
      expect(second.frames()).toEqual(['large']);
      await large;
      await next.close();
      release();
      const third = recorder();
      await started(third.receive);
      await sendUntilTaken(partner, message('next'));
      await waitFor(() => third.deliveries.length > 0);
      expect(third.frames()).toEqual(['next']);
    });

    it('waits at its end for what comes later, and acknowledges it', async () => {
      const { opened, open: release } = gate();
      const first = recorder(async (batch) => batch.map(() => ({ later: opened.then(() => ({ verdict: 'accepted' as const })) })));
      const ending = await started(first.receive);
      const partner = await partnerOf();
      const sending = sendUntilTaken(partner, message('large'));
      await waitFor(() => first.deliveries.length === 1);
      const closing = ending.close();
      release();
      await Promise.all([closing, sending]);
      const second = recorder();
      await started(second.receive);
      await sendUntilTaken(partner, message('next'));
      await waitFor(() => second.deliveries.length > 0);
      expect(second.frames()).toEqual(['next']);
    });

    it('keeps bytes identical, of any kind and size', async () => {
      const pipeline = recorder();
      await started(pipeline.receive);
      const partner = await partnerOf();
      const frames = [Buffer.from('连云港 → Қорғас → Алтынкөл'), Buffer.from([0, 255, 13, 10, 0, 206]), randomBytes(5 * 1024 * 1024)];
      for (const frame of frames) await sendUntilTaken(partner, message(frame));
      await waitFor(() => pipeline.deliveries.length === 3);
      frames.forEach((frame, i) => expect(pipeline.deliveries[i]?.frame.equals(frame)).toBe(true));
    });

    it('passes on that the partner may have sent it before', async () => {
      const pipeline = recorder();
      await started(pipeline.receive);
      const partner = await partnerOf();
      await sendUntilTaken(partner, message('again', { possibleDuplicate: true }));
      await waitFor(() => pipeline.deliveries.length === 1);
      expect(pipeline.deliveries[0]?.redelivered).toBe(true);
    });

    it('lets the running batch finish and be acknowledged when it closes', async () => {
      const { opened, open: release } = gate();
      const pipeline = recorder(async (batch) => {
        await opened;
        return accept(batch);
      });
      const transport = await started(pipeline.receive);
      const partner = await partnerOf();
      const sending = sendUntilTaken(partner, message('running'));
      await waitFor(() => pipeline.batches.length === 1);
      let closed = false;
      const closing = transport.close().then(() => (closed = true));
      expect(closed).toBe(false);
      release();
      await closing;
      expect(pipeline.frames()).toEqual(['running']);
      await sending;
      const second = recorder();
      await started(second.receive);
      await sendUntilTaken(partner, message('next'));
      await waitFor(() => second.deliveries.length > 0);
      expect(second.frames()).toEqual(['next']);
    });
  });

  describe('outbound', () => {
    const items = (texts: readonly string[]) => Promise.all(texts.map((text) => under.item({ frame: framed(text) })));

    it('delivers items in the order given and answers one outcome each', async () => {
      const transport = await started(accept);
      const sent = await items(numbered(250));
      const outcomes = await transport.send(link, sent);
      expect(outcomes).toEqual(sent.map(({ id }) => ({ id, sent: true })));
      const inbox = takingIn(await partnerOf());
      await waitFor(() => inbox.frames.length === 250);
      expect(inbox.texts()).toEqual(numbered(250));
      expect(inbox.infos[0]).toMatchObject({
        kind: 'message',
        messageId: sent[0]?.messageId,
        type: sent[0]?.type,
        possibleDuplicate: false,
      });
    });

    it('keeps bytes identical, of any kind and size, and tells receipts from messages', async () => {
      const transport = await started(accept);
      const frames = [
        framed('边境 шекара'),
        framed(Buffer.from([0, 255, 13, 10, 45, 45])),
        framed(randomBytes(5 * 1024 * 1024)),
        Buffer.from('e30.e30.e30'),
      ];
      const sent = await Promise.all(frames.map((frame, i) => under.item({ frame, kind: i === 3 ? 'receipt' : 'message' })));
      const inbox = takingIn(await partnerOf());
      await sendAll(transport, link, sent);
      await waitFor(() => inbox.frames.length === 4);
      frames.forEach((frame, i) => expect(inbox.frames[i]?.equals(frame)).toBe(true));
      expect(inbox.infos.map(({ kind }) => kind)).toEqual(['message', 'message', 'message', 'receipt']);
    });

    it('carries receipts, questions and answers as what they are, and each once it was taken', async () => {
      const jwsOf = (typ: string): Buffer =>
        Buffer.from(`${Buffer.from(JSON.stringify({ alg: 'ES256', typ })).toString('base64url')}.e30.e30`);
      const sent = await Promise.all(
        (['receipt', 'query', 'answer'] as const).map((kind) => under.item({ frame: jwsOf(`lb-${kind}+jws`), kind })),
      );
      const transport = await started(accept);
      const partner = await partnerOf();
      const inbox = takingIn(partner);
      await sendAll(transport, link, sent);
      await waitFor(() => inbox.frames.length === 3);
      expect(inbox.infos.map(({ kind }) => kind)).toEqual(['receipt', 'query', 'answer']);
      await partner.close();
      const later = takingIn(await partnerOf());
      await sendAll(transport, link, await items(['next']));
      await waitFor(() => later.frames.length > 0);
      expect(later.texts()).toEqual(['next']);
    });

    it('takes receipts, questions and answers of the partner', async () => {
      const pipeline = recorder();
      await started(pipeline.receive);
      const partner = await partnerOf();
      for (const kind of ['receipt', 'query', 'answer'] as const) await sendUntilTaken(partner, message(`${kind} bytes`, { kind }));
      await waitFor(() => pipeline.deliveries.length === 3);
      expect(pipeline.frames()).toEqual(['receipt bytes', 'query bytes', 'answer bytes']);
    });

    it('offers again, flagged, what the partner did not take in', async () => {
      const transport = await started(accept);
      await sendAll(transport, link, await items(['hard to take']));
      const failing = await partnerOf();
      let tries = 0;
      failing.onFrame(async () => {
        tries += 1;
        throw new Error('the partner is out of order');
      });
      await waitFor(() => tries > 0);
      await failing.close();
      const inbox = takingIn(await partnerOf());
      await waitFor(() => inbox.frames.length > 0);
      expect(inbox.texts()[0]).toBe('hard to take');
      expect(inbox.infos[0]?.possibleDuplicate).toBe(true);
    });

    it('wakes a waiting partner', async () => {
      const transport = await started(accept);
      const inbox = takingIn(await partnerOf());
      for (const text of numbered(3)) {
        await sendAll(transport, link, await items([text]));
        await waitFor(() => inbox.texts().includes(text));
      }
      expect(inbox.texts()).toEqual(numbered(3));
    });

    it('answers instead of rejecting when it cannot send', async () => {
      const transport = await under.transport();
      const [item] = await items(['nowhere to go']);
      const before = await transport.send(link, [item as OutboundItem]);
      await transport.start([link], accept);
      await transport.close();
      const after = await transport.send(link, [item as OutboundItem]);
      expect([before, after]).toEqual(Array(2).fill([{ id: item?.id, sent: false, code: 'LINK_UNREACHABLE' }]));
      expect(transport.condition(link.id)).toBe('down');
    });
  });

  it('loses nothing and keeps the order when the way between is cut', async () => {
    const pipeline = recorder();
    const transport = await started(pipeline.receive);
    const partner = await partnerOf();
    const inbox = takingIn(partner);
    const toGateway = numbered(60, 'to the gateway');
    const toPartner = numbered(60, 'to the partner');
    let cut: Promise<void> | undefined;
    const partnerSends = (async () => {
      for (const [i, text] of toGateway.entries()) {
        await sendUntilTaken(partner, message(text));
        if (i === 20) cut = under.interrupt();
      }
    })();
    const gatewaySends = (async () => {
      for (const text of toPartner) await sendAll(transport, link, [await under.item({ frame: framed(text) })]);
    })();
    await Promise.all([partnerSends, gatewaySends]);
    await cut;
    await waitFor(() => firsts(pipeline.frames()).length === 60 && firsts(inbox.texts()).length === 60, 60_000);
    expect(firsts(pipeline.frames())).toEqual(toGateway);
    expect(firsts(inbox.texts())).toEqual(toPartner);
  }, 120_000);

  it('calls back when the link is up', async () => {
    const transport = await under.transport();
    open.push(transport);
    const up: string[] = [];
    transport.onUp((id) => up.push(id));
    await transport.start([link], async (): Promise<InboundOutcome[]> => []);
    await waitFor(() => up.length > 0);
    expect(up).toContain(link.id);
  });
}
