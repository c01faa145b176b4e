import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretKey, randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { MailboxController, MailboxGate, MailboxTransport, PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { loadEnvironment } from '#config';
import { AuditLog, Clock, type AuditFilter, type AuditRecord, type Partners } from '#exchange';
import { nameKeyOf } from '../../apps/gateway/src/access/account-name.ts';
import { composeAccess, type AccessParts } from '../../apps/gateway/src/access/compose-access.ts';
import { digestOf, newCredential } from '../../apps/gateway/src/access/credentials.ts';
import { composeAlerts, type AlertParts } from '../../apps/gateway/src/compose-alerts.ts';
import type { Gateway } from '../../apps/gateway/src/compose.ts';
import { createApplication } from '../../apps/gateway/src/http/application.ts';
import { Healthy } from './healthy.ts';
import { createLogger } from '../../apps/gateway/src/pino-logger.ts';
import { testDatabase, type TestDatabase } from './postgres.ts';

export class TestClock extends Clock {
  at = new Date('2026-03-01T08:00:00.000Z');
  override now(): Date {
    return this.at;
  }
  pass(seconds: number): void {
    this.at = new Date(this.at.getTime() + seconds * 1000);
  }
}

export class RecordedAudit extends AuditLog {
  readonly records: AuditRecord[] = [];
  override async append(record: AuditRecord): Promise<void> {
    this.records.push(record);
  }
  override async list({ limit }: AuditFilter) {
    const entries = this.records.map((record, index) => ({ ...record, sequence: index + 1, digest: '' }));
    return entries.toReversed().slice(0, limit);
  }
}

const LINKS = ['KEG', 'NSW', 'LSW'].map((partner) => ({ id: partner.toLowerCase(), partner }));

/** The gateway's whole HTTP side on loopback, over a database of its own with the rights the gateway works with. */
export class AccessWorld {
  private constructor(
    readonly folder: string,
    readonly database: TestDatabase,
    readonly store: PostgresExchangeStore,
    readonly access: AccessParts,
    readonly alerts: AlertParts,
    readonly app: NestExpressApplication,
    readonly url: string,
    readonly clock: TestClock,
    readonly audit: RecordedAudit,
    readonly told: readonly string[],
    /** What another start of the gateway on the same database and folder does. */
    readonly startAgain: () => Promise<AccessParts>,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<AccessWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-access-'));
    const database = await testDatabase();
    const dataSource = await database.application();
    const environment = loadEnvironment({ LANDBRIDGE_DATA: folder, LOG_LEVEL: 'silent', ...settings });
    const [clock, audit, told] = [new TestClock(), new RecordedAudit(), [] as string[]];
    const book = { gateway: 'LBG', links: LINKS, linkTo: (partner: string) => LINKS.find((link) => link.partner === partner) };
    const start = () =>
      composeAccess({
        environment,
        dataSource,
        book: book as never,
        clock,
        audit,
        master: createSecretKey(Buffer.alloc(32, 3)),
        tell: (text) => told.push(text),
        interactive: false,
        cost: { ln: 4, r: 8, p: 1 },
      });
    const access = await start();
    const logger = createLogger('silent');
    const store = new PostgresExchangeStore(dataSource);
    const view = new PostgresMessageView(dataSource, {
      partnerOf: (link) => link.toUpperCase(),
      linksOf: (partner) => [partner.toLowerCase()],
    });
    const directory = { records: () => [] };
    const report = () => undefined;
    const alerts = composeAlerts({
      environment,
      dataSource,
      book: book as never,
      view,
      directory,
      audit,
      clock,
      report,
      drift: { all: async () => [] },
    });
    const known: Partial<Record<keyof Gateway, unknown>> = {
      access,
      alerts,
      audit,
      book,
      store,
      // States rank by the number they are.
      orders: () => ({ rank: Number, returns: () => false }),
      view,
      transports: {
        controllers: [MailboxController],
        providers: [
          { provide: MailboxTransport, useValue: { link: () => undefined } },
          { provide: MailboxGate, useValue: { admits: async () => false } },
        ],
        strategies: [],
      },
    };
    // What else the gateway is made of is behind the guard, and the guard is what is looked at: it may fail when it is reached.
    const gateway = new Proxy(known, { get: (target, name) => (name in target ? target[name as keyof Gateway] : {}) });
    const app = await createApplication(gateway as unknown as Gateway, new Healthy(), environment, logger);
    await app.listen(0, '127.0.0.1');
    const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
    return new AccessWorld(folder, database, store, access, alerts, app, url, clock, audit, told, start);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.store.close();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A bearer session of a person who holds these roles, past sign-in. */
  async as(roles: readonly string[], partners: Partners = 'all', stage: 'setup' | 'full' = 'full'): Promise<string> {
    const { store } = this.access;
    const [id, now] = [randomUUID(), this.clock.now()];
    const name = `someone ${id}`;
    await store.createAccount({ id, kind: 'person', name, nameKey: nameKeyOf(name), roles, partners, at: now });
    const credential = newCredential('lbs');
    const until = new Date(now.getTime() + 12 * 3_600_000);
    const session = { id: randomUUID(), accountId: id, kind: 'token', stage, createdAt: now, seenAt: now, until, address: '' } as const;
    await store.openSession(digestOf(credential), session);
    return credential;
  }

  browser(): Browser {
    return new Browser(this.url);
  }

  async call(token: string | undefined, method: string, path: string, body?: unknown): Promise<{ status: number; body: Loose }> {
    const browser = this.browser();
    if (token !== undefined) browser.headers['authorization'] = `Bearer ${token}`;
    return browser.call(method, path, body);
  }
}

/** An answer as tests look into it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Loose = any;

/** Keeps cookies and the anti-forgery token as the console does. */
export class Browser {
  readonly headers: Record<string, string> = {};
  cookie: string | undefined;
  setCookie = '';

  constructor(private readonly url: string) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: Loose; headers: Headers }> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.cookie === undefined ? {} : { cookie: this.cookie }),
        ...this.headers,
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    });
    const set = response.headers.getSetCookie().find((one) => !one.includes('-oidc='));
    if (set !== undefined) {
      this.setCookie = set;
      this.cookie = set.includes('Expires=Thu, 01 Jan 1970') ? undefined : set.split(';', 1)[0];
    }
    const text = await bodyOf(response);
    const answer = text.startsWith('{') ? (JSON.parse(text) as { csrfToken?: string }) : text;
    if (typeof answer === 'object' && answer.csrfToken !== undefined) this.headers['x-csrf-token'] = answer.csrfToken;
    return { status: response.status, body: answer, headers: response.headers };
  }

  signIn(name: string, password: string, code?: string) {
    return this.call('POST', '/api/session', { name, password, ...(code === undefined ? {} : { code }) });
  }
}

/** A stream of events has no end to wait for: that it began is the answer. */
async function bodyOf(response: Response): Promise<string> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return response.text();
  await response.body?.cancel();
  return '';
}
