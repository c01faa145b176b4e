import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { bodyKind, MAX_FRAME, MEDIA_TYPES, type AnySigner, type KeyDirectory } from '#trust';
import { boxOf, fileName, FileOrder, makeBoxes, put, settle } from '../folder/boxes.ts';
import { ENVELOPE_BYTES } from '../posted/read-body.ts';
import { requestIsGenuine, signRequest } from '../push/http-signature.ts';
import { FolderPartner } from './folder-partner.ts';
import { resultOf } from './mailbox-partner.ts';
import type { PartnerEndpoint, PartnerFrameHandler, PartnerMessage, PartnerSendResult } from './partner-endpoint.ts';

export interface PushReceiverOptions {
  /** Under which the gateway was told to reach us, with the path. */
  readonly url: URL;
  /** Where frames lie from the moment they are answered until they are handled. */
  readonly folder: string;
  readonly gateway: string;
  readonly directory: KeyDirectory;
  readonly now: () => Date;
  readonly report?: (error: unknown) => void;
}

/** The partner's ear of a push link: verifies each request, has the frame on disk before it answers 204, and lets nothing else in. */
export class PushReceiver {
  readonly #options: PushReceiverOptions;
  readonly #order: FileOrder;
  readonly #box: string;
  #server: Server | undefined;
  /** One after the other, so that order is that of arrival. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: PushReceiverOptions) {
    this.#options = options;
    this.#box = boxOf(options.folder, 'InBox');
    this.#order = new FileOrder([this.#box]);
  }

  /** Listens on loopback; the port it got. */
  async listen(port = Number(this.#options.url.port)): Promise<number> {
    await makeBoxes(this.#options.folder);
    const server = createServer((request, response) => {
      const turn = this.#turn.then(() => this.#take(request, response));
      this.#turn = turn.catch((error: unknown) => {
        this.#options.report?.(error);
        response.destroy();
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url, gateway, directory, now } = this.#options;
    const body = await bodyOf(request, MAX_FRAME + ENVELOPE_BYTES);
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
    );
    const genuine =
      body &&
      request.url === url.pathname &&
      (await requestIsGenuine({ method: request.method ?? '', url: url.href, headers }, body, { directory, party: gateway, now: now() }));
    if (!genuine) return void response.writeHead(401).end();
    const label = {
      order: await this.#order.next(),
      kind: bodyKind(body),
      messageId: decodeURIComponent(headers['landbridge-message-id'] ?? ''),
      type: decodeURIComponent(headers['landbridge-type'] ?? ''),
      again: headers['landbridge-possible-duplicate'] === 'true',
    };
    await put(this.#box, fileName(label), body);
    await settle(this.#box);
    response.writeHead(204).end();
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
    await this.#turn;
  }
}

async function bodyOf(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export interface PushPartnerOptions {
  /** Base address of the gateway. */
  readonly gatewayUrl: string;
  readonly link: string;
  readonly signer: () => AnySigner;
  /** That of the receiver. */
  readonly folder: string;
  readonly now: () => Date;
  readonly lookMs?: number;
  readonly sendTimeoutMs?: number;
  readonly report?: (error: unknown) => void;
}

/** The partner's end of a push link: sends signed requests, handles what its receiver has put aside. */
export class PushPartner implements PartnerEndpoint {
  readonly #options: PushPartnerOptions;
  readonly #inbox: FolderPartner;

  constructor(options: PushPartnerOptions) {
    const { folder, lookMs = 200, report } = options;
    this.#options = options;
    this.#inbox = new FolderPartner({ folder, lookMs, ...(report && { report }) });
  }

  async send({ kind, frame, messageId, type, possibleDuplicate = false }: PartnerMessage): Promise<PartnerSendResult> {
    const { gatewayUrl, link, signer, now, sendTimeoutMs = 40_000, report } = this.#options;
    const url = new URL(join('links', link, 'push'), `${gatewayUrl}/`).href;
    const labels = {
      'content-type': MEDIA_TYPES[kind],
      'landbridge-message-id': encodeURIComponent(messageId),
      'landbridge-type': encodeURIComponent(type),
      'landbridge-possible-duplicate': String(possibleDuplicate),
    };
    try {
      const headers = await signRequest({ method: 'POST', url, headers: labels }, { body: frame, signer: signer(), now: now() });
      const response = await fetch(url, {
        method: 'POST',
        headers,
        body: new Uint8Array(frame),
        signal: AbortSignal.timeout(sendTimeoutMs),
        redirect: 'error',
      });
      return resultOf(response.status, response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      report?.(error);
      return { sent: false, refused: false, code: 'LINK_UNREACHABLE' };
    }
  }

  onFrame(handler: PartnerFrameHandler): void {
    this.#inbox.onFrame(handler);
  }

  close(): Promise<void> {
    return this.#inbox.close();
  }
}
