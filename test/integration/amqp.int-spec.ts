import 'reflect-metadata';
import { Controller, type INestApplication } from '@nestjs/common';
import { MessagePattern, Payload } from '@nestjs/microservices';
import { Test } from '@nestjs/testing';
import amqp, { type ConsumeMessage } from 'amqplib';
import { randomUUID } from 'node:crypto';
import {
  amqpNames,
  type AmqpEvent,
  AmqpPartner,
  AmqpTransport,
  type AmqpTransportOptions,
  applyTopology,
  INBOUND_PATTERN,
  type PrivateBroker,
  startPrivateBroker,
  topologyOf,
} from '#adapters';
import type { InboundDelivery, InboundOutcome, OutboundItem, ReceiveBatch } from '#exchange';
import { Link } from '#model';
import { transportContract } from '../contract/transport.contract.ts';
import { layTopology, type TestTopology } from '../support/rabbitmq.ts';
import { freeze } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';

const accept: ReceiveBatch = async (deliveries) => deliveries.map(() => ({ verdict: 'accepted' }));
let serial = 0;
/** A link nobody used before, so that tests do not share queues. */
const freshLink = (partner = 'HRG', limits = {}): Link =>
  Link.parse({ id: `t${++serial}-${partner.toLowerCase()}`, partner, transport: 'amqp', limits });
const outbound = (parts: Partial<OutboundItem> = {}): OutboundItem => {
  const messageId = randomUUID();
  const frame = Buffer.from(`LBMF ${messageId}`);
  return {
    id: messageId,
    kind: 'message',
    messageId,
    type: 'test/message',
    frame,
    possibleDuplicate: false,
    createdAt: new Date(),
    ...parts,
  };
};
const inbound = (text: string) => ({ kind: 'message' as const, frame: Buffer.from(text), messageId: randomUUID(), type: 'test/message' });

/** Ours alone, to be killed. */
let node: PrivateBroker;
beforeAll(async () => {
  node = await startPrivateBroker();
}, 120_000);
afterAll(() => node.stop(), 60_000);

const QUICK = { retryBaseMs: 5, reconnectCapMs: 500, confirmMs: 5_000 };

describe('RabbitMQ as a transport', () => {
  transportContract(async () => {
    const link = freshLink('KEG', { prefetch: 50, window: 40 });
    const topology = await layTopology(node, [link]);
    return {
      link,
      transport: async (options) => new AmqpTransport({ url: topology.gatewayUrl, ...QUICK, ...options }),
      partner: () => AmqpPartner.connect({ url: topology.partnerUrl('KEG'), link: link.id, reconnectCapMs: 500 }),
      item: async (parts) => outbound(parts),
      interrupt: async () => {
        await node.kill9();
        await node.restart();
      },
      close: async () => undefined,
    };
  });
});

describe('the AMQP transport', () => {
  let link: Link;
  let topology: TestTopology;
  const open: { close(): Promise<unknown> }[] = [];
  const events: AmqpEvent[] = [];

  beforeEach(async () => {
    events.length = 0;
    link = freshLink();
    topology = await layTopology(node, [link]);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((it) => it.close()));
  });

  const transportOf = async (options: Partial<AmqpTransportOptions> = {}, receive = accept): Promise<AmqpTransport> => {
    const transport = new AmqpTransport({ url: topology.gatewayUrl, ...QUICK, ...options, onEvent: (event) => void events.push(event) });
    open.push(transport);
    await transport.start([link], receive);
    await waitFor(() => transport.condition(link.id) === 'up');
    return transport;
  };
  const partnerOf = async (): Promise<AmqpPartner> => {
    const partner = await AmqpPartner.connect({ url: topology.partnerUrl(link.partner), link: link.id, reconnectCapMs: 200 });
    open.push(partner);
    return partner;
  };
  /** Messages in the inbound queue that nobody holds; unacknowledged ones are back in it once their channel is closed. */
  const ready = async (): Promise<number> => {
    const connection = await amqp.connect(node.url, { noDelay: true });
    const { messageCount } = await (await connection.createChannel()).checkQueue(amqpNames(link.id).inQueue);
    await connection.close();
    return messageCount;
  };
  const delivered = () => {
    const frames: string[] = [];
    const receive: ReceiveBatch = async (deliveries) => {
      frames.push(...deliveries.map(({ frame }) => frame.toString()));
      return accept(deliveries);
    };
    return { frames, receive };
  };

  it('publishes persistent, with the labels of the protocol and the bytes as body', async () => {
    const transport = await transportOf();
    const item = outbound({ correlationId: randomUUID(), possibleDuplicate: true, createdAt: new Date(1_772_000_000_000) });
    await transport.send(link, [item]);
    const connection = await amqp.connect(topology.partnerUrl(link.partner), { noDelay: true });
    open.push(connection);
    const channel = await connection.createChannel();
    const got = await new Promise<ConsumeMessage | null>((resolve) => void channel.consume(amqpNames(link.id).outQueue, resolve));
    expect(got?.content.equals(item.frame)).toBe(true);
    expect(got?.properties).toMatchObject({
      messageId: item.messageId,
      type: item.type,
      correlationId: item.correlationId,
      timestamp: 1_772_000_000,
      contentType: 'application/vnd.landbridge.message',
      deliveryMode: 2,
      headers: { 'x-possible-duplicate': true },
    });
  });

  it('reports a message without a queue as returned, starts no later window of that call, and goes on when the queue is back', async () => {
    const transport = await transportOf();
    await topology.management.delete('queues', '/', amqpNames(link.id).outQueue);
    const items = Array.from({ length: 250 }, () => outbound());
    const outcomes = await transport.send(link, items);
    expect(outcomes).toEqual(items.map(({ id }) => ({ id, sent: false, code: 'PUBLISH_RETURNED' })));
    expect(events.filter(({ kind }) => kind === 'returned').length).toBeLessThanOrEqual(link.limits.window);
    await applyTopology(topologyOf([link]), topology.management, { onPassword: () => undefined });
    expect(await transport.send(link, items.slice(0, 1))).toEqual([{ id: items[0]?.id, sent: true }]);
  });

  it('survives a missing exchange and says that an operator has to act', async () => {
    const transport = await transportOf();
    await transport.send(link, [outbound()]);
    await topology.management.delete('exchanges', '/', amqpNames(link.id).outExchange);
    expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: false, code: 'PUBLISH_RETURNED' }]);
    await applyTopology(topologyOf([link]), topology.management, { onPassword: () => undefined });
    await waitFor(async () => (await transport.send(link, [outbound()]))[0]?.sent === true);
  });

  it('survives a missing permission and says that an operator has to act', async () => {
    // Before the first channel: the broker remembers for the life of a channel what it allowed.
    await topology.management.put(['permissions', '/', 'lb-gateway'], { configure: '^$', write: '^$', read: '^$' });
    const transport = await transportOf();
    expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: false, code: 'PUBLISH_RETURNED' }]);
    await waitFor(() => events.some((event) => event.kind === 'consumer-lost' && event.reason.includes('ACCESS_REFUSED')));
    await applyTopology(topologyOf([link]), topology.management, { onPassword: () => undefined });
    await waitFor(async () => (await transport.send(link, [outbound()]))[0]?.sent === true);
    await waitFor(() => transport.consuming(link.id), 20_000);
  });

  it('consumes again after its queue was deleted and declared anew', async () => {
    const pipeline = delivered();
    const transport = await transportOf({}, pipeline.receive);
    const partner = await partnerOf();
    await waitFor(() => transport.consuming(link.id));
    await topology.management.delete('queues', '/', amqpNames(link.id).inQueue);
    await waitFor(() => !transport.consuming(link.id));
    expect(await partner.send(inbound('nowhere'))).toEqual({ sent: false, refused: false, code: 'PUBLISH_RETURNED' });
    await applyTopology(topologyOf([link]), topology.management, { onPassword: () => undefined });
    await waitFor(() => transport.consuming(link.id), 20_000);
    expect(await partner.send(inbound('back'))).toEqual({ sent: true });
    await waitFor(() => pipeline.frames.length === 1);
  });

  it('lets one process consume at a time; the next goes on where it ended', async () => {
    const [first, second] = [delivered(), delivered()];
    const active = await transportOf({}, first.receive);
    await waitFor(() => active.consuming(link.id));
    const standby = await transportOf({}, second.receive);
    await waitFor(() => standby.consuming(link.id));
    const partner = await partnerOf();
    for (let i = 0; i < 20; i++) await partner.send(inbound(`no ${i}`));
    await waitFor(() => first.frames.length === 20);
    expect(second.frames).toEqual([]);
    await active.close();
    for (let i = 20; i < 40; i++) await partner.send(inbound(`no ${i}`));
    await waitFor(() => second.frames.length === 20);
    expect([...first.frames, ...second.frames]).toEqual(Array.from({ length: 40 }, (_, i) => `no ${i}`));
  });

  it('collects a batch while another is being handled, and acknowledges each as a whole', async () => {
    const sizes: number[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const transport = await transportOf({ batch: 50 }, async (deliveries) => {
      sizes.push(deliveries.length);
      if (sizes.length === 1) await held;
      return accept(deliveries);
    });
    const partner = await partnerOf();
    await partner.send(inbound('first'));
    await waitFor(() => sizes.length === 1);
    await Promise.all(Array.from({ length: 99 }, (_, i) => partner.send(inbound(`no ${i}`))));
    await waitFor(async () => (await ready()) === 0);
    release();
    await waitFor(() => sizes.reduce((sum, size) => sum + size, 0) === 100);
    await transport.close();
    expect(await ready()).toBe(0);
    expect(sizes).toEqual([1, 50, 49]);
  });

  it('notices a broker that hangs, by its own deadline, and goes on when it wakes', async () => {
    const transport = await transportOf({ confirmMs: 300, heartbeatSeconds: 2 });
    expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: true }]);
    await freeze(node.pid);
    try {
      expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: false, code: 'PUBLISH_UNCONFIRMED' }]);
      await waitFor(() => transport.condition(link.id) === 'down');
    } finally {
      process.kill(node.pid, 'SIGCONT');
    }
    await waitFor(async () => (await transport.send(link, [outbound()]))[0]?.sent === true, 30_000);
  }, 60_000);

  it('stops publishing while the broker has an alarm, and still takes in and acknowledges what waits', async () => {
    const pipeline = delivered();
    const partner = await partnerOf();
    await partner.send(inbound('waiting'));
    const transport = new AmqpTransport({
      url: topology.gatewayUrl,
      ...QUICK,
      confirmMs: 1_000,
      onEvent: (event) => void events.push(event),
    });
    open.push(transport);
    await node.control('set_vm_memory_high_watermark', '0');
    try {
      await transport.start([link], pipeline.receive);
      await waitFor(async () => (await transport.send(link, [outbound()]))[0]?.sent === false && transport.blocked !== undefined, 20_000);
      expect(transport.condition(link.id)).toBe('down');
      expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: false, code: 'LINK_UNREACHABLE' }]);
      await waitFor(() => pipeline.frames.length === 1);
    } finally {
      await node.control('set_vm_memory_high_watermark', '0.4');
    }
    await waitFor(() => transport.condition(link.id) === 'up', 20_000);
    expect(await transport.send(link, [outbound()])).toMatchObject([{ sent: true }]);
    expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['blocked', 'unblocked']));
    await transport.close();
    expect(await ready()).toBe(0);
  }, 90_000);

  it('starts while the broker cannot be reached, and works once it can', async () => {
    const pipeline = delivered();
    await node.kill9();
    const transport = new AmqpTransport({ url: topology.gatewayUrl, ...QUICK, onEvent: (event) => void events.push(event) });
    open.push(transport);
    await transport.start([link], pipeline.receive);
    expect(transport.condition(link.id)).toBe('down');
    await node.restart();
    await waitFor(() => transport.condition(link.id) === 'up' && transport.consuming(link.id), 30_000);
    const partner = await partnerOf();
    expect(await partner.send(inbound('hello'))).toEqual({ sent: true });
    await waitFor(() => pipeline.frames.length === 1);
    expect(JSON.stringify(events)).not.toContain(new URL(topology.gatewayUrl).password);
  }, 90_000);

  it('serves a controller of Nest, whose rejections also mean: offer again', async () => {
    const seen: string[][] = [];
    @Controller()
    class Inbound {
      @MessagePattern(INBOUND_PATTERN)
      async receive(@Payload() deliveries: readonly InboundDelivery[]): Promise<InboundOutcome[]> {
        seen.push(deliveries.map(({ frame }) => frame.toString()));
        if (seen.length === 1) throw new TypeError('not this time');
        return deliveries.map(() => ({ verdict: 'accepted' }));
      }
    }
    const transport = new AmqpTransport({ url: topology.gatewayUrl, ...QUICK });
    open.push(transport);
    const module = await Test.createTestingModule({ controllers: [Inbound] }).compile();
    const app: INestApplication = module.createNestApplication({ logger: false });
    app.connectMicroservice({ strategy: transport.strategy });
    await app.startAllMicroservices();
    const unused = delivered();
    await transport.start([link], unused.receive);
    const partner = await partnerOf();
    await partner.send(inbound('through Nest'));
    await waitFor(() => seen.length === 2);
    expect(seen).toEqual([['through Nest'], ['through Nest']]);
    expect(unused.frames).toEqual([]);
    await app.close();
  });
});
