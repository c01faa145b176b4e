import { ExchangeError } from '#model';

/** RabbitMQ's management HTTP API, as much of it as topology and tests need. Credentials stand in the URL given. */
export class BrokerManagement {
  private readonly base: string;
  private readonly authorization: string;

  constructor(
    url: string,
    private readonly timeoutMs = 15_000,
  ) {
    const { origin, pathname, username, password } = new URL(url);
    this.base = origin + pathname.replace(/\/$/, '');
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    this.authorization = `Basic ${Buffer.from(credentials).toString('base64')}`;
  }

  /** The document at the path, or undefined when the broker answers 404. */
  async get<T>(...path: readonly string[]): Promise<T | undefined> {
    const response = await this.request('GET', path);
    if (response.status === 404) return undefined;
    return (await this.expectSuccess(response, path).then((ok) => ok.json())) as T;
  }

  /** Creates or changes. False: the broker holds something of this name with other, unchangeable attributes. */
  async put(path: readonly string[], body: unknown): Promise<boolean> {
    const response = await this.request('PUT', path, body);
    if (response.status === 400) {
      await response.arrayBuffer();
      return false;
    }
    await this.expectSuccess(response, path).then((ok) => ok.arrayBuffer());
    return true;
  }

  async post<T>(path: readonly string[], body: unknown): Promise<T | undefined> {
    const response = await this.expectSuccess(await this.request('POST', path, body), path);
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as T);
  }

  async delete(...path: readonly string[]): Promise<void> {
    const response = await this.request('DELETE', path);
    if (response.status === 404) return void (await response.arrayBuffer());
    await this.expectSuccess(response, path).then((ok) => ok.arrayBuffer());
  }

  private async request(method: string, path: readonly string[], body?: unknown): Promise<Response> {
    try {
      return await fetch(`${this.base}/api/${path.map(encodeURIComponent).join('/')}`, {
        method,
        headers: { authorization: this.authorization, 'content-type': 'application/json' },
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(this.timeoutMs),
        redirect: 'error',
      });
    } catch (cause) {
      throw new ExchangeError('BROKER_UNREACHABLE', { pointer: this.base, cause });
    }
  }

  private async expectSuccess(response: Response, path: readonly string[]): Promise<Response> {
    if (response.ok) return response;
    const { status } = response;
    await response.arrayBuffer();
    const code = status === 401 || status === 403 ? 'NOT_ALLOWED' : 'BROKER_UNREACHABLE';
    throw new ExchangeError(code, { detail: `The broker's management API answered ${status} for ${path[0]}.` });
  }
}
