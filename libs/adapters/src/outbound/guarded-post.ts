import {
  request as plainRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { request as secureRequest } from 'node:https';
import { ExchangeError } from '#model';
import type { OutboundGuard } from './outbound-guard.ts';

export interface GuardedPost {
  readonly url: URL;
  readonly guard: OutboundGuard;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  readonly timeoutMilliseconds: number;
  /** What is read of an answer at most, in octets; whoever goes on talking is left. */
  readonly maxAnswer: number;
}

export interface PostAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** There was more than was read. */
  readonly cut: boolean;
}

/** The request never left, or left and nothing came back: then nobody knows what became of it. */
export class PostFailure extends Error {
  constructor(
    readonly left: boolean,
    cause: unknown,
  ) {
    super('The request was not answered.', { cause });
  }
}

/** Whether an address may be one we call by ourselves: https, but for a loopback address; no user, no password. */
export function isCallable(url: URL): boolean {
  const loopback = /^(127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  return (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) && url.username === '' && url.password === '';
}

/**
 * The only way the gateway posts to an address that somebody named. The guard judges the host and, at the moment of connecting, the address that is
 * connected to; redirects are not followed; a connection serves one request. Rejects with OUTBOUND_REFUSED, or PostFailure after the time
 * limit whatever the other side does meanwhile.
 */
export async function guardedPost({ url, guard, headers, body, timeoutMilliseconds, maxAnswer }: GuardedPost): Promise<PostAnswer> {
  guard.require(url);
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    lookup: guard.lookup,
    agent: false,
    signal: AbortSignal.timeout(timeoutMilliseconds),
  };
  let left = false;
  return new Promise<PostAnswer>((resolve, reject) => {
    const fail = (cause: Error): void => reject(cause instanceof ExchangeError ? cause : new PostFailure(left, cause));
    const call = url.protocol === 'https:' ? secureRequest : plainRequest;
    const request: ClientRequest = call(url, options, (response) => read(response, maxAnswer, resolve, fail));
    const ready = url.protocol === 'https:' ? 'secureConnect' : 'connect';
    request.once('socket', (socket) => socket.once(ready, () => (left = true)));
    request.on('error', fail);
    request.end(body);
  });
}

function read(response: IncomingMessage, maxAnswer: number, resolve: (answer: PostAnswer) => void, fail: (cause: Error) => void): void {
  const chunks: Buffer[] = [];
  let length = 0;
  const end = (): void =>
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).subarray(0, maxAnswer),
      cut: length > maxAnswer,
    });
  response.on('data', (chunk: Buffer) => {
    length += chunk.length;
    chunks.push(chunk);
    if (length <= maxAnswer) return;
    end();
    response.destroy();
  });
  response.on('end', end);
  response.on('error', (cause) => (length > maxAnswer ? undefined : fail(cause)));
  response.on('close', () => (response.complete || length > maxAnswer ? undefined : fail(new Error('The answer broke off.'))));
}
