import 'reflect-metadata';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Test } from '@nestjs/testing';
import { Webhook } from 'standardwebhooks';
import {
  OutboundGuard,
  PushController,
  PushGate,
  PushPartner,
  PushReceiver,
  PushTransport,
  signRequest,
  type PushTransportOptions,
} from '#adapters';
import { Clock, type InboundDelivery, type OutboundItem, type ReceiveBatch } from '#exchange';
import { Link } from '#model';
import { directoryKey, encodeFrame, generateKey, KeyDirectory, LocalSigner, MEDIA_TYPES, PROFILE } from '#trust';
import { transportContract } from '../contract/transport.contract.ts';
import { waitFor } from '../support/wait-for.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const [ours, theirs, stranger] = [
  new LocalSigner(generateKey('ES256')),
  new LocalSigner(generateKey('Ed25519')),
  new LocalSigner(generateKey('ES256')),
];
const directory = new KeyDirectory();
for (const [party, signer] of [
  ['LBG', ours],
  ['KEG', theirs],
  ['NSW', stranger],
] as const)
  directory.importTrusted({
    profile: PROFILE,
    party,
    version: 1,
    issued: new Date().toISOString(),
    keys: [directoryKey(signer.jwk, { from: new Date(0) })],
  });
class SystemClock extends Clock {
  override now(): Date {
    return new Date();
  }
}
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const it of open.splice(0).reverse()) await it.close();
});

/** HTTP on loopback in front of one gateway process at a time, as a load balancer would be. */
class Front {
  #handler: RequestListener = (_request, response) => void response.writeHead(503).end();
  #server: Server | undefined;
  port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async listen(): Promise<void> {
    this.#server = createServer((request, response) => this.#handler(request, response)).listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async show(transport: PushTransport): Promise<void> {
    const module = await Test.createTestingModule({
      controllers: [PushController],
      providers: [
        { provide: PushTransport, useValue: transport },
        { provide: PushGate, useValue: new PushGate(directory, undefined, new SystemClock()) },
      ],
    }).compile();
    const app = await module.createNestApplication({ logger: false, bodyParser: false }).init();
    open.push(app);
    this.#handler = app.getHttpAdapter().getInstance() as RequestListener;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((done) => this.#server?.close(done));
  }
}

const linkTo = (url: string, scheme: 'http-signature' | 'standard-webhooks' = 'http-signature'): Link =>
  Link.parse({
    id: 'keg',
    partner: 'KEG',
    transport: 'push',
    push: { url, scheme, timeoutSeconds: 5 },
    limits: { messageBytes: 6 * 1024 * 1024 },
  });
const transportOf = (options: Partial<PushTransportOptions> = {}): PushTransport =>
  new PushTransport({
    guard: new OutboundGuard(['127.0.0.1'], 'PUSH_OUTBOUND_ALLOW'),
    signers: { current: () => ours },
    secrets: new Map([['keg', [SECRET]]]),
    retryBaseMs: 5,
    unreachableMs: 10,
    unreachableCapMs: 50,
    ...options,
  });
let id = 0;
const itemOf = ({
  frame,
  kind = 'message',
  possibleDuplicate = false,
}: {
  frame: Buffer;
  kind?: OutboundItem['kind'];
  possibleDuplicate?: boolean;
}): OutboundItem => ({
  id: String((id += 1)),
  kind,
  messageId: randomUUID(),
  type: kind === 'message' ? 'IFTMIN' : kind,
  frame,
  possibleDuplicate,
  createdAt: new Date(),
});

describe('HTTPS push as a transport', () => {
  transportContract(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-push-'));
    const front = new Front();
    await front.listen();
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const url = new URL(`http://127.0.0.1:${(probe.address() as AddressInfo).port}/from-lbg`);
    await new Promise((done) => probe.close(done));
    const receiver = new PushReceiver({ url, folder, gateway: 'LBG', directory, now: () => new Date() });
    await receiver.listen();
    return {
      link: linkTo(url.href),
      transport: async (options) => {
        const transport = transportOf(options);
        await front.show(transport);
        return transport;
      },
      partner: async () =>
        new PushPartner({ gatewayUrl: front.url, link: 'keg', signer: () => theirs, folder, now: () => new Date(), lookMs: 5 }),
      item: async (parts) => itemOf(parts),
      interrupt: async () => {
        await Promise.all([front.close(), receiver.close()]);
        await front.listen();
        await receiver.listen();
      },
      close: async () => {
        await receiver.close();
        await front.close();
        await rm(folder, { recursive: true, force: true });
      },
    };
  });
});

describe('a push link', () => {
  const taken: InboundDelivery[] = [];
  const accept: ReceiveBatch = async (deliveries) => {
    taken.push(...deliveries);
    return deliveries.map(() => ({ verdict: 'accepted', receipt: Buffer.from('e30.e30.e30') }));
  };
  let asked: { request: IncomingMessage; body: Buffer }[];
  let answer: (response: ServerResponse) => void;
  let url: string;
  beforeEach(async () => {
    [asked, answer] = [[], (response) => void response.writeHead(204).end()];
    taken.length = 0;
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        asked.push({ request, body: Buffer.concat(chunks) });
        answer(response);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/in`;
    open.push({ close: () => (server.closeAllConnections(), new Promise((done) => server.close(done))) });
  });
  const started = async (link: Link, options: Partial<PushTransportOptions> = {}): Promise<PushTransport> => {
    const transport = transportOf(options);
    open.push(transport);
    await transport.start([link], accept);
    return transport;
  };
  const sent = (transport: PushTransport, ...items: OutboundItem[]) => transport.send(linkTo(url), items);
  const codes = async (transport: PushTransport, ...items: OutboundItem[]) =>
    (await sent(transport, ...items)).map((one) => (one.sent ? 'sent' : one.code));

  it('is called only where the operator said so, on whatever address its name leads to', async () => {
    await expect(started(linkTo('https://partner.example/in'))).rejects.toMatchObject({ code: 'OUTBOUND_REFUSED' });
    await expect(
      started(linkTo('http://partner.example/in'), { guard: new OutboundGuard(['partner.example'], 'X') }),
    ).rejects.toMatchObject({ code: 'CONFIGURATION_INVALID' });
    // The name was public when it was written down, and leads inside now.
    const inside = new OutboundGuard(['partner.example'], 'X', ((
      _host: string,
      _options: object,
      done: (error: null, found: object[]) => void,
    ) => done(null, [{ address: '10.1.2.3', family: 4 }])) as never);
    const transport = await started(linkTo('https://partner.example/in'), { guard: inside });
    expect(await codes(transport, itemOf({ frame: Buffer.from('LBMF') }))).toEqual(['OUTBOUND_REFUSED']);
    expect(asked).toEqual([]);
  });

  it('follows no redirect, waits where the receiver is full, and says what is in doubt', async () => {
    const transport = await started(linkTo(url));
    const frame = Buffer.from('LBMF 连云港 Қорғас');
    answer = (response) => void response.writeHead(307, { location: url }).end();
    expect(await codes(transport, itemOf({ frame }), itemOf({ frame }))).toEqual(['PUBLISH_RETURNED', 'LINK_UNREACHABLE']);
    expect(asked.length).toBe(1);
    answer = (response) => void response.writeHead(503, { 'retry-after': '1' }).end();
    expect(await codes(transport, itemOf({ frame }))).toEqual(['LINK_UNREACHABLE']);
    expect(transport.condition('keg')).toBe('down');
    await waitFor(() => transport.condition('keg') === 'up');
    answer = (response) => void response.destroy();
    expect(await codes(transport, itemOf({ frame }))).toEqual(['PUBLISH_UNCONFIRMED']);
    answer = (response) => void response.writeHead(200, { 'content-type': 'application/jose' }).end('e30.e30.e30');
    expect(await codes(transport, itemOf({ frame, possibleDuplicate: true }))).toEqual(['sent']);
    expect(asked.at(-1)?.request.headers['landbridge-possible-duplicate']).toBe('true');
    // A receipt in the answer came in like any other.
    await waitFor(() => taken.some((delivery) => delivery.frame.toString() === 'e30.e30.e30'));
  });

  it('reads to plain receivers as Standard Webhooks, by each secret, with the parts as they are', async () => {
    const old = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
    const transport = await started(linkTo(url, 'standard-webhooks'), { secrets: new Map([['keg', [SECRET, old]]]) });
    const bytes = Buffer.from('накладная Қорғас 霍尔果斯');
    const item = itemOf({ frame: encodeFrame({ jws: Buffer.from('e30.e30.e30'), parts: [{ name: 'document', bytes }] }) });
    expect(await codes(transport, item)).toEqual(['sent']);
    const { request, body } = asked[0]!;
    for (const secret of [SECRET, old]) {
      const told = new Webhook(secret).verify(body.toString(), request.headers as Record<string, string>) as {
        data: { messageId: string; parts: { base64: string }[] };
      };
      expect(told).toMatchObject({ type: 'landbridge.message', data: { messageId: item.messageId } });
      expect(Buffer.from(told.data.parts[0]!.base64, 'base64').equals(bytes)).toBe(true);
    }
    await expect(started(linkTo(url, 'standard-webhooks'), { secrets: new Map() })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
  });

  it('takes in what its partner signed for this address and these bytes, lately, and answers everything else alike', async () => {
    const front = new Front();
    await front.listen();
    open.push(front);
    await front.show(await started(linkTo(url)));
    const frame = Buffer.from('LBMF накладная');
    const to = `${front.url}/links/keg/push`;
    const labels = { 'content-type': MEDIA_TYPES.message, 'landbridge-message-id': '1', 'landbridge-possible-duplicate': 'false' };
    const signed = (over: { signer?: LocalSigner; now?: Date; url?: string } = {}) =>
      signRequest(
        { method: 'POST', url: over.url ?? to, headers: labels },
        { body: frame, signer: over.signer ?? theirs, now: over.now ?? new Date() },
      );
    const post = async (headers: Record<string, string>, body = frame, where = to) => {
      const response = await fetch(where, { method: 'POST', headers, body: new Uint8Array(body) });
      return { status: response.status, text: await response.text() };
    };
    const right = await signed();
    expect(await post(right)).toEqual({ status: 200, text: 'e30.e30.e30' });
    expect(taken.map((delivery) => delivery.frame.toString())).toEqual([frame.toString()]);
    const wrong = [
      await post(labels),
      await post(right, Buffer.from('LBMF other')),
      await post({ ...right, 'landbridge-possible-duplicate': 'true' }),
      await post(await signed({ signer: stranger })),
      await post(await signed({ now: new Date(Date.now() - 301_000) })),
      await post(await signed({ now: new Date(Date.now() + 301_000) })),
      await post(await signed({ url: `${front.url}/links/other/push` })),
      await post(right, frame, `${front.url}/links/other/push`),
      await post({ ...right, 'Signature-Input': right['Signature-Input']!.replace(' "content-digest"', '') }),
    ];
    expect(new Set(wrong.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(wrong[0]?.status).toBe(401);
    expect(taken.length).toBe(1);
  });
});
