import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock, MailboxItem } from '#exchange';
import { ERRORS, ExchangeError, Link, type ErrorCode } from '#model';
import { EndpointUnderTest, type TransportAnswer } from '#onboarding';
import { bodyKind, MAX_FRAME, MEDIA_TYPES, newMessageId, type BodyKind, type KeyDirectory } from '#trust';
import { SignedTokenGate } from '../mailbox/mailbox-gate.ts';
import { MemoryBudget } from '../posted/memory-budget.ts';
import { encodeMailbox } from '../mailbox/multipart.ts';
import { readBody } from '../posted/read-body.ts';

export interface HostedMailboxOptions {
  readonly link: string;
  /** The party we play, and the partner whose system connects to us. */
  readonly gateway: string;
  readonly partner: string;
  readonly directory: KeyDirectory;
  readonly clock: Clock;
  readonly host?: string;
  readonly port?: number;
}

const MAX_POSTED = MAX_FRAME + 1024 * 1024;
const MAX_WAIT_SECONDS = 60;
/** Bytes of one answer to a poll. */
const MAX_ANSWER = 16 * 1024 * 1024;

/**
 * The mailbox of LB-PROTO-2 §3 for one link, in memory, for testing the system of a partner that connects to a gateway: the suite
 * stands where the gateway would. Never for traffic: what waits is gone when the process ends.
 */
export class HostedMailbox extends EndpointUnderTest {
  readonly tellsAtOnce = false;
  readonly url: string;
  readonly #options: HostedMailboxOptions;
  readonly #server: Server;
  readonly #gate: SignedTokenGate;
  readonly #link: Link;
  readonly #memory = new MemoryBudget(512 * 1024 * 1024);
  readonly #waiting: (MailboxItem & { readonly about?: string })[] = [];
  #pollers: (() => void)[] = [];
  #seen: (() => void)[] = [];
  #connected = false;
  #position = 0;
  #listener: ((body: Buffer) => Promise<void>) | undefined;
  /** Posted bodies are taken in one after the other; what we send meanwhile in answer goes back in the response. */
  #turn: Promise<unknown> = Promise.resolve();
  #inline: { kind: BodyKind; body?: Buffer } | undefined;
  /** Told when the next answer to a poll was broken off in the middle. */
  #breakOff: (() => void) | undefined;

  private constructor(options: HostedMailboxOptions, server: Server) {
    super();
    this.#options = options;
    this.#server = server;
    this.#gate = new SignedTokenGate(options.directory, options.gateway, options.clock);
    this.#link = Link.parse({ id: options.link, partner: options.partner, transport: 'mailbox', test: true });
    const { address, port } = server.address() as AddressInfo;
    this.url = `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
    server.on('request', (request, response) => void this.#serve(request, response));
  }

  static async open(options: HostedMailboxOptions): Promise<HostedMailbox> {
    const server = createServer();
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
    await once(server, 'listening');
    return new HostedMailbox(options, server);
  }

  /** Resolves when the partner's system asked for its mail the first time. */
  async connected(): Promise<void> {
    if (!this.#connected) await new Promise<void>((resolve) => this.#seen.push(resolve));
  }

  onBody(listener: (body: Buffer) => Promise<void>): void {
    this.#listener = listener;
  }

  send(body: Buffer, kind: BodyKind, possibleDuplicate: boolean): Promise<TransportAnswer> {
    if (this.#inline?.kind === kind && !this.#inline.body) this.#inline.body = body;
    else this.#put(body, kind, possibleDuplicate);
    return Promise.resolve({ taken: true });
  }

  /** Breaks the connection in the middle of the answer that carries the bytes: the partner has to ask again. */
  override async cut(body: Buffer, kind: BodyKind): Promise<void> {
    const broken = new Promise<void>((resolve) => (this.#breakOff = resolve));
    this.#put(body, kind, false);
    await broken;
  }

  #put(frame: Buffer, kind: BodyKind, possibleDuplicate: boolean): void {
    const id = kind === 'message' ? claimed(frame, 'messageId') : undefined;
    const about = typeof id === 'string' ? id : undefined;
    const messageId = about ?? newMessageId(this.#options.clock.now());
    this.#waiting.push({
      position: String(++this.#position),
      kind,
      messageId,
      type: kind === 'message' ? 'conformance' : kind,
      frame,
      possibleDuplicate,
      ...(about === undefined ? {} : { about }),
    });
    for (const wake of this.#pollers.splice(0)) wake();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', this.url);
      const base = `/links/${encodeURIComponent(this.#options.link)}/`;
      if (request.method === 'POST' && url.pathname === `${base}messages`) await this.#post(request, response);
      else if (request.method === 'GET' && url.pathname === `${base}mailbox`) await this.#poll(url, request, response);
      else if (request.method === 'POST' && url.pathname === `${base}mailbox/acknowledge`) await this.#acknowledge(request, response);
      else problem(response, 'SIGNATURE_INVALID');
    } catch (error) {
      if (response.headersSent) response.destroy();
      else problem(response, error instanceof ExchangeError ? error.code : 'INTERNAL');
    }
  }

  async #post(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bytes, release } = await readBody(request, MAX_POSTED, this.#memory, 'gateway');
    const mine = this.#turn.then(() => this.#takeIn(bytes));
    this.#turn = mine.catch(() => undefined);
    const { kind, body } = await mine;
    release();
    if (kind === 'receipt') this.#receipted(bytes);
    if (body) response.writeHead(200, { 'content-type': kind === 'message' ? 'application/jose' : MEDIA_TYPES.answer }).end(body);
    else if (kind === 'message' || kind === 'query') problem(response, 'SIGNATURE_INVALID');
    else response.writeHead(204).end();
  }

  async #takeIn(bytes: Buffer): Promise<{ kind: BodyKind; body?: Buffer }> {
    const kind = bodyKind(bytes);
    const awaited: { kind: BodyKind; body?: Buffer } = { kind: kind === 'query' ? 'answer' : 'receipt' };
    this.#inline = kind === 'message' || kind === 'query' ? awaited : undefined;
    try {
      await this.#listener?.(Buffer.from(bytes));
    } finally {
      this.#inline = undefined;
    }
    return { kind, ...(awaited.body && { body: awaited.body }) };
  }

  async #poll(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await this.#admitted(request))) return problem(response, 'SIGNATURE_INVALID');
    this.#connected = true;
    for (const seen of this.#seen.splice(0)) seen();
    const after = Number(url.searchParams.get('after') ?? 0);
    const wait = Math.min(MAX_WAIT_SECONDS, Number(url.searchParams.get('wait') ?? 0));
    const limit = Math.min(100, Number(url.searchParams.get('limit') ?? 100));
    if (this.#after(after, limit).length === 0 && wait > 0) await this.#arrival(wait * 1_000, response);
    const items = this.#after(after, limit);
    if (items.length === 0) return void response.writeHead(204).end();
    const { contentType, body } = encodeMailbox(items);
    response.writeHead(200, { 'content-type': contentType, 'content-length': body.length });
    if (!this.#breakOff) return void response.end(body);
    response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    response.once('close', this.#breakOff);
    this.#breakOff = undefined;
  }

  #after(position: number, limit: number): MailboxItem[] {
    let bytes = 0;
    return this.#waiting
      .filter((item) => Number(item.position) > position)
      .slice(0, limit)
      .filter(({ frame }, i) => i === 0 || (bytes += frame.length) <= MAX_ANSWER);
  }

  #arrival(milliseconds: number, response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      const done = (): void => (clearTimeout(timer), resolve());
      this.#pollers.push(done);
      response.once('close', done);
    });
  }

  async #acknowledge(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!(await this.#admitted(request))) return problem(response, 'SIGNATURE_INVALID');
    const { bytes, release } = await readBody(request, 1024 * 1024, this.#memory, 'gateway');
    const { messageIds } = JSON.parse(bytes.toString('utf8')) as { messageIds: unknown };
    release();
    const ids = new Set(Array.isArray(messageIds) ? messageIds : []);
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ acknowledged: this.#remove(({ messageId }) => ids.has(messageId)) }));
  }

  #receipted(receipt: Buffer): void {
    const about = claimed(receipt, 'about') as { messageId?: string } | undefined;
    this.#remove((item) => item.about !== undefined && item.about === about?.messageId);
  }

  #remove(which: (item: MailboxItem & { readonly about?: string }) => boolean): number {
    const left = this.#waiting.filter((item) => !which(item));
    const removed = this.#waiting.length - left.length;
    this.#waiting.splice(0, this.#waiting.length, ...left);
    return removed;
  }

  async #admitted(request: IncomingMessage): Promise<boolean> {
    const token = /^Bearer ([A-Za-z0-9._~+/=-]{1,8192})$/.exec(request.headers.authorization ?? '')?.[1];
    const method = request.method === 'GET' ? ('GET' as const) : ('POST' as const);
    return token !== undefined && this.#gate.admits({ link: this.#link, token, method, path: request.url ?? '' });
  }

  async close(): Promise<void> {
    for (const wake of this.#pollers.splice(0)) wake();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A member of the payload as it claims to be; a message is read out of its frame. Undefined where there is none. */
function claimed(body: Buffer, member: string): unknown {
  try {
    const jws = bodyKind(body) === 'message' ? body.subarray(11, 11 + body.readUInt32BE(7)) : body;
    const payload = JSON.parse(Buffer.from(jws.toString('latin1').split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<
      string,
      unknown
    >;
    return payload[member];
  } catch {
    return undefined;
  }
}

function problem(response: ServerResponse, code: ErrorCode): void {
  const { status, text, action } = ERRORS[code];
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: `urn:landbridge:error:${code}`, title: text, status, code, action }));
}
