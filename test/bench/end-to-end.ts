import amqplib, { type Channel, type ChannelModel } from 'amqplib';
import { amqpNames } from '#adapters';
import { MEDIA_TYPES, newMessageId, sealMessage } from '#trust';
import { manifest } from './documents.ts';
import { percentile } from './statistics.ts';
import { usage, type GatewayProcess, type Stage } from './stage.ts';

export interface Throughput {
  readonly messages: number;
  readonly perSecond: number;
  readonly gatewayCpuMicroseconds: number;
  readonly postgresCpuMicroseconds: number;
  readonly brokerCpuMicroseconds: number;
  readonly peakMemoryMb: number;
}
export interface Latency {
  readonly offeredPerSecond: number;
  readonly messages: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** A partner that seals, sends and counts; one instance a run, so that its chain of manifests stays whole. */
export class Sender {
  #sequence = 0;
  #previous: string | undefined;
  readonly #stage: Stage;
  readonly #consignments: number;

  constructor(stage: Stage, consignments: number) {
    this.#stage = stage;
    this.#consignments = consignments;
  }

  next(): { id: string; frame: Buffer; document: Buffer; jws: Buffer } {
    const now = new Date();
    const id = newMessageId(now);
    this.#sequence += 1;
    const document = manifest(this.#sequence, this.#consignments);
    const sealed = sealMessage(
      {
        messageId: id,
        conversationId: id,
        from: { party: 'SRC' },
        to: { party: 'LBG' },
        messageType: { type: 'cn-manifest/MT1101', version: '1.0.0' },
        created: now.toISOString(),
        notAfter: new Date(now.getTime() + 86_400_000).toISOString(),
        priority: 'B',
        test: false,
        link: this.#previous === undefined ? { sequence: 1 } : { sequence: this.#sequence, previous: this.#previous },
        businessKeys: [],
      },
      [{ name: 'document', mediaType: 'application/xml', charset: 'utf-8', bytes: document }],
      this.#stage.signers.SRC,
      now,
    );
    this.#previous = sealed.manifestDigest;
    return { id, frame: sealed.frame, document, jws: sealed.jws };
  }
}

const publish = (channel: Channel, frame: Buffer, messageId: string) =>
  channel.publish(amqpNames('src').inExchange, amqpNames('src').inQueue, frame, {
    persistent: true,
    mandatory: true,
    messageId,
    type: 'cn-manifest/MT1101',
    contentType: MEDIA_TYPES.message,
  });

/** Counts what comes out for one partner. */
async function listen(url: string, link: string, seen: (correlationId: string) => void): Promise<ChannelModel> {
  const connection = await amqplib.connect(url, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(1_000);
  let unacknowledged = 0;
  await channel.consume(amqpNames(link).outQueue, (message) => {
    if (!message) return;
    unacknowledged += 1;
    if (unacknowledged % 50 === 0) channel.ack(message, true);
    seen(String(message.properties.correlationId));
  });
  return connection;
}

/**
 * Fills the sender's queue, starts the gateway, and times from the first to the last message that comes out on the receiver's
 * queue, with every receipt delivered to the sender's. The sender does not run meanwhile, so only gateway, broker and database share the machine.
 */
export async function throughput(stage: Stage, consignments: number, messages: number, tell: (done: number) => void): Promise<Throughput> {
  const sender = new Sender(stage, consignments);
  const connection = await amqplib.connect(stage.urlOf('SRC'), { noDelay: true });
  const channel = await connection.createConfirmChannel();
  for (let i = 0; i < messages; i += 1) {
    const { id, frame } = sender.next();
    publish(channel, frame, id);
    if (i % 200 === 199) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();

  const postgresBefore = await family(stage.postgres.pid);
  const brokerBefore = await family(stage.broker.pid);
  let delivered = 0;
  let receipts = 0;
  let first = 0n;
  let atReady = { cpuSeconds: 0, delivered: 0 };
  let last = 0n;
  const gateway = await new Promise<{ process: GatewayProcess; connections: ChannelModel[] }>((resolve, reject) => {
    const connections: ChannelModel[] = [];
    let started: GatewayProcess | undefined;
    const done = () => {
      if (delivered >= messages && receipts >= messages && started) resolve({ process: started, connections });
    };
    const count = () => {
      last = process.hrtime.bigint();
      if (first === 0n) first = last;
      tell(delivered);
      done();
    };
    (async () => {
      connections.push(
        await listen(stage.urlOf('DST'), 'dst', () => {
          delivered += 1;
          count();
        }),
      );
      connections.push(
        await listen(stage.urlOf('SRC'), 'src', () => {
          receipts += 1;
          count();
        }),
      );
      started = await stage.startGateway();
      // Starting is not paid for by each message.
      atReady = { ...(await usage(started.pid)), delivered };
      done();
    })().catch(reject);
  });
  const seconds = Number(last - first) / 1e9;
  const { cpuSeconds, peakMb } = await usage(gateway.process.pid);
  const postgresAfter = await family(stage.postgres.pid);
  const brokerAfter = await family(stage.broker.pid);
  await gateway.process.stop();
  for (const one of [...gateway.connections, connection]) await one.close();
  const each = (total: number) => Math.round((total * 1e6) / messages);
  return {
    messages,
    perSecond: Math.round(messages / seconds),
    gatewayCpuMicroseconds: Math.round(((cpuSeconds - atReady.cpuSeconds) * 1e6) / Math.max(1, messages - atReady.delivered)),
    postgresCpuMicroseconds: each(postgresAfter - postgresBefore),
    brokerCpuMicroseconds: each(brokerAfter - brokerBefore),
    peakMemoryMb: peakMb,
  };
}

/** Sends at a steady rate for some seconds and times each message from its publishing to its arrival at the receiver. */
export async function latency(stage: Stage, consignments: number, perSecond: number, seconds: number): Promise<Latency> {
  const sender = new Sender(stage, consignments);
  const gateway = await stage.startGateway();
  const connection = await amqplib.connect(stage.urlOf('SRC'), { noDelay: true });
  const channel = await connection.createConfirmChannel();
  const sentAt = new Map<string, bigint>();
  const samples: number[] = [];
  const receiver = await listen(stage.urlOf('DST'), 'dst', (conversation) => {
    const start = sentAt.get(conversation);
    if (start !== undefined) samples.push(Number(process.hrtime.bigint() - start) / 1e6);
  });
  const receipts = await listen(stage.urlOf('SRC'), 'src', () => undefined);
  const total = Math.round(perSecond * seconds);
  const prepared = Array.from({ length: total }, () => sender.next());
  const begin = process.hrtime.bigint();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor((Number(process.hrtime.bigint() - begin) / 1e9) * perSecond) + 1);
    for (; sent < due; sent += 1) {
      const { id, frame } = prepared[sent]!;
      sentAt.set(id, process.hrtime.bigint());
      publish(channel, frame, id);
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let i = 0; i < 3_000 && samples.length < total; i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  await gateway.stop();
  for (const one of [connection, receiver, receipts]) await one.close();
  // The first second warms the code up.
  const settled = samples.slice(Math.min(perSecond, Math.floor(samples.length / 4)));
  return { offeredPerSecond: perSecond, messages: samples.length, p50Ms: percentile(settled, 0.5), p99Ms: percentile(settled, 0.99) };
}

/** CPU seconds of a server and all its children. */
async function family(pid: number): Promise<number> {
  const { readdir, readFile } = await import('node:fs/promises');
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc').catch(() => [] as string[])) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.replace(/^.*\) /, '').split(' ')[1]));
  }
  const below = (one: number): boolean => one === pid || (parents.has(one) && parents.get(one)! > 1 && below(parents.get(one)!));
  const used = await Promise.all([...parents.keys()].filter(below).map((one) => usage(one)));
  return used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0);
}
