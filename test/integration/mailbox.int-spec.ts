import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import {
  decodeMailbox,
  MailboxController,
  type MailboxCall,
  MailboxGate,
  MailboxPartner,
  MailboxTransport,
  SignedTokenGate,
} from '#adapters';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import type { InboundOutcome, LaterOutcome, OutboundItem, ReceiveBatch } from '#exchange';
import { ExchangeError, Link } from '#model';
import { MEDIA_TYPES, signMailboxToken } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore, InMemoryMailboxStore } from '../../libs/exchange/src/testing/in-memory-store.ts';
import { transportContract } from '../contract/transport.contract.ts';
import { MailboxServer } from '../support/mailbox-server.ts';
import { batch, outboxRow } from '../support/store-rows.ts';
import { NOW, trustWorld } from '../support/trust-world.ts';
import { waitFor } from '../support/wait-for.ts';

const LINK = Link.parse({ id: 'keg', partner: 'KEG', transport: 'mailbox', limits: { messageBytes: 6 * 1024 * 1024 } });
const TOKEN = 'a-token-the-test-gate-knows';

class TestGate extends MailboxGate {
  readonly calls: MailboxCall[] = [];
  admits(call: MailboxCall): boolean {
    this.calls.push(call);
    return call.token === TOKEN;
  }
}

/** A mailbox with its store in memory, served over real HTTP. */
async function world(gate: MailboxGate = new TestGate()) {
  const database = new InMemoryDatabase();
  const exchange = new InMemoryExchangeStore(database);
  const store = new InMemoryMailboxStore(database);
  const server = new MailboxServer(store, gate);
  await server.listen();
  const partner = (token: () => string = () => TOKEN) =>
    new MailboxPartner({ url: server.url, link: LINK.id, token, waitSeconds: 5, retryCapMs: 50 });
  const item = async ({ frame, kind = 'message' }: { frame: Buffer; kind?: OutboundItem['kind'] }): Promise<OutboundItem> => {
    const row = outboxRow({ link: LINK.id, frame, kind, type: kind === 'receipt' ? 'receipt' : 'IFTMIN' });
    const { outboxIds } = await exchange.commit(batch({ outbox: [row] }));
    const { messageId, type, createdAt } = row;
    return { id: outboxIds.get(messageId) as string, kind, messageId, type, frame, possibleDuplicate: false, createdAt };
  };
  return { database, exchange, store, server, partner, item };
}

describe('the HTTP mailbox as a transport', () => {
  transportContract(async () => {
    const { server, partner, item } = await world();
    return {
      link: LINK,
      transport: (options) => server.transport(options),
      partner: async () => partner(),
      item,
      interrupt: async () => {
        await server.hangUp();
        await server.listen();
      },
      close: () => server.close(),
    };
  });
});

describe('the HTTP mailbox', () => {
  let outcome: InboundOutcome | LaterOutcome | Error;
  let at: Awaited<ReturnType<typeof world>>;
  let transport: MailboxTransport;
  const received: Buffer[] = [];
  const receive: ReceiveBatch = async (deliveries) => {
    if (outcome instanceof Error) throw outcome;
    received.push(...deliveries.map(({ frame }) => frame));
    return deliveries.map(() => outcome as InboundOutcome | LaterOutcome);
  };

  beforeEach(async () => {
    received.length = 0;
    outcome = { verdict: 'accepted' };
    at = await world();
    transport = await at.server.transport({ answerMs: 200 });
    await transport.start([LINK], receive);
  });
  afterEach(async () => {
    await transport.close();
    await at.server.close();
  });

  const post = (body: Buffer | string = 'LBMF', headers: Record<string, string> = {}, link = LINK.id) =>
    fetch(`${at.server.url}/links/${link}/messages`, {
      method: 'POST',
      body: new Uint8Array(Buffer.from(body)),
      headers: { 'content-type': MEDIA_TYPES.message, ...headers },
    });
  const get = (query = '', token = TOKEN, link = LINK.id) =>
    fetch(`${at.server.url}/links/${link}/mailbox${query}`, { headers: { authorization: `Bearer ${token}` } });
  const acknowledge = (body: unknown, token = TOKEN) =>
    fetch(`${at.server.url}/links/${LINK.id}/mailbox/acknowledge`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    });
  const problem = async (response: Response) => {
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    return (await response.json()) as { code: string; status: number };
  };

  it.each([
    ['accepted', 200],
    ['duplicate', 200],
    ['parked', 202],
    ['refused', 422],
  ] as const)('answers %s with %i and our stored receipt', async (verdict, status) => {
    outcome = { verdict, messageId: randomUUID(), receipt: Buffer.from('e30.e30.c2ln') };
    const response = await post();
    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toBe('application/jose');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.text()).toBe('e30.e30.c2ln');
  });

  it('answers a stored receipt without content', async () => {
    outcome = { verdict: 'receipt', messageId: randomUUID() };
    const response = await post('e30.e30.e30', { 'content-type': MEDIA_TYPES.receipt });
    expect(response.status).toBe(204);
  });

  it('answers everything that is not authenticated alike: quarantined, unknown link, no token, wrong token', async () => {
    outcome = { verdict: 'quarantined' };
    const answers = await Promise.all([
      post(),
      post('LBMF', {}, 'nobody'),
      get('', 'wrong'),
      get('', ''),
      get('', TOKEN, 'nobody'),
      acknowledge({}, 'wrong'),
    ]);
    const told = await Promise.all(answers.map(async (answer) => ({ status: answer.status, body: await answer.text() })));
    expect(new Set(told.map(({ body }) => body)).size).toBe(1);
    expect(told.map(({ status }) => status)).toEqual(Array(6).fill(401));
  });

  it('tells an authenticated sender about a conflict', async () => {
    outcome = { verdict: 'quarantined', code: 'ID_CONFLICT' };
    const response = await post();
    expect(response.status).toBe(409);
    expect((await problem(response)).code).toBe('ID_CONFLICT');
  });

  it.each([
    ['STORE_UNAVAILABLE', new Error('the store is not reachable')],
    ['EVIDENCE_OVERDUE', new ExchangeError('EVIDENCE_OVERDUE')],
  ])('answers 503 %s with Retry-After while nothing can be committed, and takes the same bytes later', async (code, hindrance) => {
    outcome = hindrance;
    const refused = await post('LBMF same');
    expect([refused.status, (await problem(refused)).code]).toEqual([503, code]);
    expect(refused.headers.get('retry-after')).toBe('1');
    outcome = { verdict: 'accepted' };
    expect((await post('LBMF same')).status).toBe(200);
    expect(received.map(String)).toEqual(['LBMF same']);
  });

  it('says of a message that takes its time that it is still at work, and answers the same bytes once it is done', async () => {
    let finish: (done: InboundOutcome) => void = () => undefined;
    outcome = { later: new Promise((resolve) => (finish = resolve)) };
    const early = await post('LBMF large');
    expect([early.status, early.headers.get('retry-after'), (await problem(early)).code]).toEqual([503, '1', 'STILL_AT_WORK']);
    const again = post('LBMF large');
    await waitFor(() => received.length === 2);
    finish({ verdict: 'accepted' });
    expect((await again).status).toBe(200);
  });

  it('refuses a body that announces more than the limit before reading it', async () => {
    const status = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(`${at.server.url}/links/${LINK.id}/messages`, {
        method: 'POST',
        headers: { 'content-type': MEDIA_TYPES.message, 'content-length': 10 * 1024 * 1024 * 1024 },
      });
      request.once('response', (response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      request.once('error', reject);
      request.write('LBMF');
    });
    expect(status).toBe(413);
  });

  it('refuses a stream that grows beyond the limit', async () => {
    async function* endless() {
      for (let i = 0; i < 16; i++) yield new Uint8Array(1024 * 1024);
    }
    const init = { method: 'POST', body: endless(), duplex: 'half', headers: { 'content-type': MEDIA_TYPES.message } };
    const response = await fetch(`${at.server.url}/links/${LINK.id}/messages`, init as unknown as RequestInit);
    expect([response.status, (await problem(response)).code]).toEqual([413, 'TOO_LARGE']);
    expect(received).toEqual([]);
  });

  it.each([[{ 'content-type': 'text/xml' }], [{ 'content-encoding': 'gzip' }]])('refuses a body labelled %j', async (headers) => {
    const response = await post('LBMF', headers);
    expect([response.status, (await problem(response)).code]).toEqual([400, 'USAGE']);
  });

  it('survives a sender that hangs up in the middle of a body, and gives the memory back', async () => {
    // One link may have three quarters of it: one such body, and not two.
    const small = await at.server.transport({ memoryBytes: 150_000 });
    await small.start([LINK], receive);
    for (let i = 0; i < 5; i++) {
      await new Promise<void>((resolve) => {
        const request = httpRequest(`${at.server.url}/links/${LINK.id}/messages`, {
          method: 'POST',
          headers: { 'content-type': MEDIA_TYPES.message, 'content-length': 90_000 },
        });
        request.once('error', () => resolve());
        request.write(Buffer.alloc(80_000), () => request.destroy());
        request.once('close', resolve);
      });
    }
    await waitFor(async () => (await post(Buffer.alloc(90_000))).status === 200);
    const overloaded = await Promise.all([post(Buffer.alloc(90_000)), post(Buffer.alloc(90_000)), post(Buffer.alloc(90_000))]);
    expect(overloaded.map(({ status }) => status).filter((status) => status !== 200 && status !== 503)).toEqual([]);
    await small.close();
  });

  it('stops listening to an address that keeps failing, and only to failures', async () => {
    for (let i = 0; i < 200; i++) expect((await post()).status).toBe(200);
    let last: Response | undefined;
    for (let i = 0; i < 60 && last?.status !== 429; i++) last = await get('', 'wrong');
    expect(last?.status).toBe(429);
    expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await problem(last as Response)).code).toBe('RATE_LIMITED');
  });

  it('hands out what waits as multipart, from a position on, at most as many as asked', async () => {
    const items = await Promise.all(['第一', 'екінші', 'third'].map((text) => at.item({ frame: Buffer.from(`LBMF${text}`) })));
    await transport.send(LINK, items);
    const response = await get('?limit=2');
    const first = decodeMailbox(response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer()));
    expect(first.map(({ frame }) => frame.toString())).toEqual(['LBMF第一', 'LBMFекінші']);
    const rest = await get(`?after=${first[1]?.position}&wait=0`);
    expect(decodeMailbox(rest.headers.get('content-type') ?? '', Buffer.from(await rest.arrayBuffer()))).toHaveLength(1);
  });

  it('answers an empty mailbox 204 after the wait, and at once when the gateway closes', async () => {
    expect((await get()).status).toBe(204);
    const fetched = jest.spyOn(at.store, 'fetch');
    const waiting = get('?wait=60');
    await waitFor(() => fetched.mock.calls.length > 0);
    await transport.close();
    expect((await waiting).status).toBe(204);
  });

  it('takes receipts out of the mailbox when they are acknowledged', async () => {
    const receipt = await at.item({ frame: Buffer.from('e30.e30.e30'), kind: 'receipt' });
    await transport.send(LINK, [receipt]);
    const response = await acknowledge({ messageIds: [receipt.messageId] });
    expect(await response.json()).toEqual({ acknowledged: 1 });
    expect((await get()).status).toBe(204);
  });

  it.each([
    ['{'],
    ['{"messageIds":[]}'],
    ['{"messageIds":["a"],"messageIds":["b"]}'],
    ['{"messageIds":[1]}'],
    ['{"messageIds":["a"],"all":true}'],
  ])('refuses the acknowledgement %s', async (body) => {
    const response = await fetch(`${at.server.url}/links/${LINK.id}/mailbox/acknowledge`, {
      method: 'POST',
      body,
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    });
    expect([400, 422]).toContain(response.status);
  });

  it.each(['?wait=abc', '?wait=61', '?limit=0', '?after=-1', '?after=1&after=2', '?more=1'])('refuses the query %s', async (query) => {
    const response = await get(query);
    expect([response.status, (await problem(response)).code]).toEqual([400, 'USAGE']);
  });

  it('bounds how many requests wait on one mailbox', async () => {
    const gone = new AbortController();
    const url = `${at.server.url}/links/${LINK.id}/mailbox?wait=60`;
    const poll = () => fetch(url, { headers: { authorization: `Bearer ${TOKEN}` }, signal: gone.signal }).then(({ status }) => status);
    const statuses: number[] = [];
    const polls = Array.from({ length: 6 }, () =>
      poll().then(
        (status) => statuses.push(status),
        () => undefined,
      ),
    );
    await waitFor(() => statuses.length === 2);
    expect(statuses).toEqual([429, 429]);
    gone.abort();
    await Promise.all(polls);
    await waitFor(async () => (await get()).status === 204);
  });

  it('describes itself in OpenAPI', async () => {
    const module = await Test.createTestingModule({
      controllers: [MailboxController],
      providers: [
        { provide: MailboxTransport, useValue: transport },
        { provide: MailboxGate, useValue: new TestGate() },
      ],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    const { paths } = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    expect(Object.keys(paths)).toEqual(['/links/{link}/messages', '/links/{link}/mailbox', '/links/{link}/mailbox/acknowledge']);
    expect(Object.keys(paths['/links/{link}/messages']?.post?.responses ?? {}).sort()).toEqual([
      '200',
      '202',
      '204',
      '401',
      '409',
      '413',
      '422',
      '429',
      '503',
    ]);
    await app.close();
  });
});

describe('tokens at the mailbox', () => {
  it('admit the partner of the link, for the request they were signed for, once', async () => {
    const { directory, keg, lsw } = trustWorld();
    const clock = { now: () => NOW };
    const at = await world(new SignedTokenGate(directory, 'LSW', clock));
    const transport = await at.server.transport();
    await transport.start([LINK], async (deliveries) => deliveries.map(() => ({ verdict: 'accepted' })));
    const path = `/links/${LINK.id}/mailbox?wait=0`;
    const ask = (token: string, asked = path) =>
      fetch(at.server.url + asked, { headers: { authorization: `Bearer ${token}` } }).then(({ status }) => status);
    const sign = (signer = keg, party = 'KEG', gateway = 'LSW') => signMailboxToken({ gateway, method: 'GET', path }, party, signer, NOW);
    const token = sign();
    expect(await ask(token)).toBe(204);
    expect(await ask(token)).toBe(401);
    expect(await ask(sign(), `${path}&limit=1`)).toBe(401);
    expect(await ask(sign(lsw, 'LSW'))).toBe(401);
    expect(await ask(sign(keg, 'LSW'))).toBe(401);
    expect(await ask(sign(keg, 'KEG', 'HRG'))).toBe(401);
    await transport.close();
    await at.server.close();
  });
});
