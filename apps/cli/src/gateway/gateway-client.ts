import { loadEnvironment } from '#config';
import { ERRORS, ExchangeError, type ErrorCode, type Issue } from '#model';
import { tokenFor } from './token-place.ts';

export interface GatewayOptions {
  readonly url?: string;
  readonly token?: string;
}

/** Long enough for a list over a busy database, short enough for a person. */
const TIMEOUT_MS = 15_000;

export interface Answer<T> {
  readonly status: number;
  readonly body: T;
}

/** The operators' HTTP API. Every failure is an ExchangeError: what the gateway said, or that it did not answer. */
export class GatewayClient {
  readonly base: string;
  readonly #token: string | undefined;

  constructor({ url, token }: GatewayOptions) {
    const { HTTP_HOST, HTTP_PORT, LANDBRIDGE_TOKEN, LANDBRIDGE_DATA } = loadEnvironment();
    const own = listeningUrl(HTTP_HOST, HTTP_PORT);
    this.base = (url ?? own).replace(/\/+$/, '');
    if (!/^https?:\/\//.test(this.base))
      throw new ExchangeError('USAGE', { pointer: '--url', detail: 'It begins with http:// or https://.' });
    this.#token = tokenFor(this.base, { given: token ?? LANDBRIDGE_TOKEN, data: LANDBRIDGE_DATA, own });
  }

  /** A JSON document; `accept` lists statuses besides success that are an answer and not a failure. */
  async get<T>(path: string, accept: readonly number[] = []): Promise<Answer<T>> {
    const response = await this.#request(path);
    if (!response.ok && !accept.includes(response.status)) throw await problemOf(response);
    const body = (await response.json().catch(() => {
      throw new ExchangeError('GATEWAY_UNREACHABLE', { pointer: this.base, detail: 'Something else answers there.' });
    })) as T;
    return { status: response.status, body };
  }

  async getBytes(path: string): Promise<Buffer> {
    const response = await this.#request(path);
    if (!response.ok) throw await problemOf(response);
    return Buffer.from(await response.arrayBuffer());
  }

  /** Sends a JSON document and gives the one that comes back; undefined where there is nothing to say. */
  async send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown, timeoutMs = TIMEOUT_MS): Promise<T> {
    const response = await this.#request(path, method, body, timeoutMs);
    if (!response.ok) throw await problemOf(response);
    return (response.status === 204 ? undefined : await response.json()) as T;
  }

  /** Server-sent events from after a place on. */
  async stream(path: string, lastEventId: string | undefined): Promise<AsyncIterable<Uint8Array>> {
    const more: Record<string, string> = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
    const response = await this.#request(path, 'GET', undefined, null, more);
    if (!response.ok || !response.body) throw await problemOf(response);
    return response.body as unknown as AsyncIterable<Uint8Array>;
  }

  async #request(
    path: string,
    method = 'GET',
    body?: unknown,
    timeoutMs: number | null = TIMEOUT_MS,
    more: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const headers: Record<string, string> = {
      ...more,
      ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    try {
      return await fetch(this.base + path, {
        method,
        headers,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: timeoutMs === null ? null : AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
    } catch (cause) {
      throw new ExchangeError('GATEWAY_UNREACHABLE', { pointer: this.base, cause });
    }
  }
}

/** Where a gateway with these settings is reached from this machine. */
export function listeningUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '[::1]' : host.includes(':') ? `[${host}]` : host;
  return `http://${reachable}:${port}`;
}

/** The gateway answers failures as RFC 9457 problem details with a code of the catalogue. */
async function problemOf(response: Response): Promise<ExchangeError> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; errors?: readonly Issue[] };
  const code: ErrorCode =
    problem.code !== undefined && Object.hasOwn(ERRORS, problem.code) ? (problem.code as ErrorCode) : codeOf(response.status);
  const issues = (problem.errors ?? []).filter((found) => Object.hasOwn(ERRORS, found.code));
  return new ExchangeError(code, issues.length > 0 ? { issues } : { detail: `The gateway answered ${response.status}.` });
}

const codeOf = (status: number): ErrorCode =>
  status === 404
    ? 'NOT_FOUND'
    : status === 401
      ? 'NOT_SIGNED_IN'
      : status === 403
        ? 'NOT_ALLOWED'
        : status < 500
          ? 'USAGE'
          : 'GATEWAY_UNREACHABLE';
