import { setTimeout as sleep } from 'node:timers/promises';
import { operatorToken } from '../support/operator-token.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { PartyProcess } from './party-process.ts';
import type { Database } from './world.ts';

interface KeyLine {
  readonly kid: string;
  readonly status: string;
}

const STEP_MS = 300;
const CALL_MS = 15_000;
const REHEARSAL_SECONDS = 5;
/** Withheld receipts are asked for after half a minute, and until then their messages count as on their way. */
const SETTLE_MS = 150_000;
/** A key document lists every key there ever was and ends at a hundred. */
const MOST = 30;

/**
 * The operator during a run: rotates the gateway's key over its HTTP interface, without ever forcing anything. Looks at the keys
 * before each step, since any call may have met a gateway that died before or after it obeyed.
 */
export class GatewayRotation {
  readonly #gateways: readonly GatewayProcess[];
  readonly #database: Database;
  #token: string | undefined;
  #keys: readonly KeyLine[] = [];
  #settling = false;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(gateways: readonly GatewayProcess[], database: Database) {
    this.#gateways = gateways;
    this.#database = database;
  }

  /** Keys whose successor took over and which were retired. */
  get completed(): number {
    return this.#in('retired').length;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Begins no rotation any more; resolves when those under way, and one at least of everybody, are through. Throws when they are stuck. */
  async settle(parties: readonly PartyProcess[], signal: AbortSignal): Promise<void> {
    this.#settling = true;
    for (const party of parties) party.settle();
    const settled = () => this.#idle && parties.every(({ status }) => status.unsettled === 0);
    for (const end = Date.now() + SETTLE_MS; !settled(); await sleep(STEP_MS)) {
      signal.throwIfAborted();
      const states = this.#keys.map(({ status }) => status).join(', ');
      if (Date.now() > end)
        throw new Error(`a rotation does not come to its end: gateway ${states}; parties ${parties.map((one) => one.status.unsettled)}`);
    }
    await this.stop();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  get #idle(): boolean {
    return this.completed > 0 && this.#keys.every(({ status }) => status === 'active' || status === 'retired');
  }

  #in(status: string): readonly KeyLine[] {
    return this.#keys.filter((key) => key.status === status);
  }

  async #run(): Promise<void> {
    for (; !this.#stopped; await sleep(STEP_MS)) {
      try {
        await this.#step();
      } catch {
        // The gateway or its database is down; the next look says how far the order came.
      }
    }
  }

  async #step(): Promise<void> {
    this.#keys = (await this.#call<{ keys: KeyLine[] }>('?party=LBG')).keys;
    const [[pending], [published], [retiring]] = [this.#in('pending'), this.#in('published'), this.#in('retiring')];
    if (pending) await this.#order({ order: 'publish', kid: pending.kid });
    else if (published) {
      const { passed } = await this.#call<{ passed: boolean }>('/rehearsals', {
        kid: published.kid,
        waitSeconds: REHEARSAL_SECONDS,
        reason: 'rotation under load',
      });
      if (passed) await this.#order({ order: 'activate', kid: published.kid });
    } else if (retiring) await this.#order({ order: 'retire', kid: retiring.kid });
    else if ((!this.#settling || this.completed === 0) && this.#keys.length > 0 && this.#keys.length < MOST)
      await this.#order({ order: 'generate', alg: this.#keys.length % 2 === 0 ? 'ES256' : 'Ed25519' });
  }

  #order(order: object): Promise<unknown> {
    return this.#call('/orders', { ...order, reason: 'rotation under load' });
  }

  async #call<T>(path: string, body?: object): Promise<T> {
    const url = this.#gateways.find((gateway) => gateway.url !== undefined)?.url;
    if (url === undefined) throw new Error('no gateway listens');
    this.#token ??= await operatorToken(this.#database.url, ['onboarding-officer']);
    const headers = { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' };
    const method = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}/api/keys${path}`, { headers, ...method, signal: AbortSignal.timeout(CALL_MS) });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}
