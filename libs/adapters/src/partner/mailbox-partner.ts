import { setTimeout as sleep } from 'node:timers/promises';
import type { MailboxItem } from '#exchange';
import { type ErrorCode, ERRORS, ExchangeError } from '#model';
import { MEDIA_TYPES } from '#trust';
import { POSSIBLE_DUPLICATE_HTTP_HEADER } from '../mailbox/mailbox.controller.ts';
import { decodeMailbox } from '../mailbox/multipart.ts';
import type { PartnerEndpoint, PartnerFrameHandler, PartnerMessage, PartnerSendResult } from './partner-endpoint.ts';

export interface MailboxPartnerOptions {
  /** Base address of the gateway, for example `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly link: string;
  /** A fresh bearer token for one request (libs/trust signMailboxToken). */
  readonly token: (request: { readonly method: 'GET' | 'POST'; readonly path: string }) => string | Promise<string>;
  /** How long one poll waits at the gateway. */
  readonly waitSeconds?: number;
  readonly limit?: number;
  readonly sendTimeoutMs?: number;
  readonly retryCapMs?: number;
  readonly report?: (error: unknown) => void;
}

/**
 * The partner's end of the HTTP mailbox. Frames are handled one after the other. A message leaves the mailbox when the handler
 * (or somebody later) posts a receipt for it with `send`; a receipt is acknowledged here after the handler took it in.
 */
export class MailboxPartner implements PartnerEndpoint {
  private readonly stop = new AbortController();
  private polling: Promise<void> | undefined;
  private readonly sending = new Set<Promise<PartnerSendResult>>();

  constructor(private readonly options: MailboxPartnerOptions) {}

  send(message: PartnerMessage): Promise<PartnerSendResult> {
    const sending = this.post(message).finally(() => this.sending.delete(sending));
    this.sending.add(sending);
    return sending;
  }

  private async post({ kind, frame, possibleDuplicate }: PartnerMessage): Promise<PartnerSendResult> {
    try {
      const response = await fetch(this.options.url + this.path('messages'), {
        method: 'POST',
        headers: { 'content-type': MEDIA_TYPES[kind], ...(possibleDuplicate ? { [POSSIBLE_DUPLICATE_HTTP_HEADER]: 'true' } : {}) },
        body: new Uint8Array(frame.buffer, frame.byteOffset, frame.length),
        signal: AbortSignal.timeout(this.options.sendTimeoutMs ?? 40_000),
        redirect: 'error',
      });
      return resultOf(response.status, response.headers.get('content-type') ?? '', Buffer.from(await response.arrayBuffer()));
    } catch (error) {
      this.options.report?.(error);
      // The connection may have broken before or after the commit: in doubt.
      return { sent: false, refused: false, code: 'LINK_UNREACHABLE' };
    }
  }

  onFrame(handler: PartnerFrameHandler): void {
    this.polling ??= this.pollUntilClosed(handler);
  }

  private async pollUntilClosed(handler: PartnerFrameHandler): Promise<void> {
    // From the beginning after every failure: what was handed over but not yet receipted is offered again.
    let after: string | undefined;
    for (let failures = 0; !this.stop.signal.aborted;) {
      try {
        for (const item of await this.poll(after)) {
          await this.takeIn(item, handler);
          after = item.position;
          if (this.stop.signal.aborted) return;
        }
        failures = 0;
      } catch (error) {
        if (this.stop.signal.aborted) return;
        this.options.report?.(error);
        after = undefined;
        const pause = Math.min(this.options.retryCapMs ?? 2_000, 100 * 2 ** failures++) * (0.5 + Math.random() / 2);
        await sleep(pause, undefined, { signal: this.stop.signal }).catch(() => undefined);
      }
    }
  }

  private async poll(after: string | undefined): Promise<MailboxItem[]> {
    const { waitSeconds = 30, limit = 50 } = this.options;
    const query = new URLSearchParams({ wait: String(waitSeconds), limit: String(limit), ...(after === undefined ? {} : { after }) });
    const response = await this.authorised('GET', `${this.path('mailbox')}?${query}`, undefined, (waitSeconds + 30) * 1_000);
    const body = Buffer.from(await response.arrayBuffer());
    return response.status === 204 ? [] : decodeMailbox(response.headers.get('content-type') ?? '', body);
  }

  private async takeIn(item: MailboxItem, handler: PartnerFrameHandler): Promise<void> {
    const { kind, possibleDuplicate, messageId, type, frame } = item;
    await handler(frame, { kind, possibleDuplicate, messageId, type });
    if (kind === 'message') return;
    const response = await this.authorised('POST', this.path('mailbox/acknowledge'), JSON.stringify({ messageIds: [messageId] }), 30_000);
    await response.arrayBuffer();
  }

  private async authorised(method: 'GET' | 'POST', path: string, body: string | undefined, timeoutMs: number): Promise<Response> {
    const response = await fetch(this.options.url + path, {
      method,
      headers: {
        authorization: `Bearer ${await this.options.token({ method, path })}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body,
      signal: AbortSignal.any([this.stop.signal, AbortSignal.timeout(timeoutMs)]),
      redirect: 'error',
    });
    if (response.ok) return response;
    await response.arrayBuffer();
    const code = response.status === 401 ? 'NOT_ALLOWED' : 'LINK_UNREACHABLE';
    throw new ExchangeError(code, { detail: `The mailbox answered ${response.status}.` });
  }

  private path(rest: string): string {
    return `/links/${encodeURIComponent(this.options.link)}/${rest}`;
  }

  /** Ends the poll and waits for the handler and the sends that run. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.polling;
    await Promise.all(this.sending);
  }
}

/** A stored receipt, also one that refuses, means that the gateway keeps the message: `sent`, as over AMQP. */
export function resultOf(status: number, contentType: string, body: Buffer): PartnerSendResult {
  const receipt = contentType.startsWith('application/jose') ? { receipt: body } : {};
  const answer = contentType.startsWith(MEDIA_TYPES.answer) ? { answer: body } : {};
  if (status === 200 || status === 202 || status === 204 || (status === 422 && receipt.receipt))
    return { sent: true, status, ...receipt, ...answer };
  const code = codeOf(body);
  return { sent: false, status, code, refused: status < 500 && ERRORS[code].disposition !== 'retry' };
}

function codeOf(problem: Buffer): ErrorCode {
  try {
    const { code } = JSON.parse(problem.toString('utf8')) as { code?: string };
    return code !== undefined && code in ERRORS ? (code as ErrorCode) : 'LINK_UNREACHABLE';
  } catch {
    return 'LINK_UNREACHABLE';
  }
}
