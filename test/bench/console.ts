import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createDataSource, KeyFolder, loadMasterKey, migrate, startEmbedded, type EmbeddedServer } from '#adapters';
import { billOf, LINKS, seed, serialOf } from './seed.ts';
import { startGateway } from './stage.ts';
import { percentile } from './statistics.ts';

const AGREEMENTS = `gateway: LBG
parties:
  - { key: LBG, country: CN, name: { en: Gateway under test } }
${LINKS.map((link) => `  - { key: ${link.toUpperCase()}, country: CN, name: { en: ${link} } }`).join('\n')}
links:
${LINKS.map((link) => `  - { id: ${link}, partner: ${link.toUpperCase()}, transport: mailbox }`).join('\n')}
routes: []
`;

export interface ConsoleRow {
  readonly what: string;
  readonly requests: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

export interface ConsoleBench {
  readonly messages: number;
  readonly databaseMb: number;
  readonly seedSeconds: number;
  readonly rows: readonly ConsoleRow[];
  /** Of all requests for lists and searches. */
  readonly listP95Ms: number;
  readonly searchP95Ms: number;
}

/** What people ask for, over HTTP with all that a request passes: access, query, database, JSON. `n`: a random pair. */
const LISTS: Readonly<Record<string, (n: number) => string>> = {
  'newest messages': () => '',
  'refused by a link': (n) => `state:refused link:${LINKS[n % LINKS.length]}`,
  'everything not settled': () => 'state:refused,parked,unknown,expired',
  'one partner': (n) => `partner:${LINKS[n % LINKS.length]?.toUpperCase()}`,
  'one type': () => 'type:MT1101',
  'an error code': () => 'code:FIELD_MISSING since:7d',
  'a bill': (n) => `key:bill:${billOf(n)}`,
  'two conditions that seldom meet': () => 'type:IFTMIN state:expired',
  'a month ago': () => 'until:30d direction:in',
  'nothing fits': () => 'state:accepted direction:in',
};
const SEARCHES: Readonly<Record<string, (n: number) => string>> = {
  'what a bill may be': (n) => `/api/search?q=${billOf(n)}`,
  'what a container may be': (n) => `/api/search?q=LBGU${serialOf(n)}${n % 10}`,
  'a shipment by its bill': (n) => `/api/shipments/${encodeURIComponent(`bill:${billOf(n)}`)}`,
  'how the links stand': () => '/api/links/standing',
};

/** Seeds a database of its own, starts a gateway on it, and asks as the console does. Everything is removed at the end. */
export async function measureConsole(messages: number, rounds: number, tell: (text: string) => void): Promise<ConsoleBench> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'));
  const postgres = await startEmbedded({ folder: join(folder, 'postgres'), endsWithUs: true });
  try {
    const begun = performance.now();
    const databaseMb = await seeded(postgres, messages, tell);
    const seedSeconds = (performance.now() - begun) / 1_000;
    return { messages, databaseMb, seedSeconds, ...(await asked(postgres, folder, messages, rounds, tell)) };
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function seeded(postgres: EmbeddedServer, messages: number, tell: (text: string) => void): Promise<number> {
  const dataSource = createDataSource({ url: postgres.url });
  await dataSource.initialize();
  await migrate(dataSource);
  await dataSource.destroy();
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    // Losing the seed at a crash loses nothing.
    await client.query('SET synchronous_commit = off');
    await seed(client, messages, (done) => tell(`seeded ${done} of ${messages} messages`));
    const { rows } = await client.query<{ size: string }>('SELECT pg_database_size(current_database()) AS size');
    return Math.round(Number(rows[0]?.size) / 1e6);
  } finally {
    await client.end();
  }
}

async function asked(postgres: EmbeddedServer, folder: string, messages: number, rounds: number, tell: (text: string) => void) {
  const agreements = join(folder, 'agreements.yaml');
  await writeFile(agreements, AGREEMENTS);
  const data = join(folder, 'data');
  await mkdir(data);
  const master = randomBytes(32).toString('base64');
  const keys = await KeyFolder.open(join(data, 'keys'), await loadMasterKey(master, ''));
  await keys.generate('LBG', 'ES256', new Date());
  const gateway = await startGateway({
    DATABASE_URL: postgres.url,
    LANDBRIDGE_AGREEMENTS: agreements,
    LANDBRIDGE_DATA: data,
    MASTER_KEY: master,
    LOG_LEVEL: 'warn',
  });
  try {
    const token = (await readFile(join(data, 'local.token'), 'utf8')).trim();
    const ask = (path: string) => timed(`${gateway.url}${path}`, token);
    const lists = await measured(LISTS, (n, what) => listPage(ask, what(n), n), messages, rounds, tell);
    const searches = await measured(SEARCHES, async (n, what) => [(await ask(what(n))).milliseconds], messages, rounds, tell);
    const all = (group: Measured) =>
      percentile(
        group.flatMap(({ times }) => times),
        0.95,
      );
    return { rows: [...lists, ...searches].map(rowOf), listP95Ms: all(lists), searchP95Ms: all(searches) };
  } finally {
    await gateway.stop();
  }
}

type Measured = readonly { readonly what: string; readonly times: readonly number[] }[];

async function measured(
  questions: Readonly<Record<string, (n: number) => string>>,
  ask: (n: number, question: (n: number) => string) => Promise<readonly number[]>,
  messages: number,
  rounds: number,
  tell: (text: string) => void,
): Promise<Measured> {
  const found = [];
  for (const [what, question] of Object.entries(questions)) {
    const times: number[] = [];
    for (let i = 0; i < rounds; i++) times.push(...(await ask(Math.floor(Math.random() * (messages / 2)), question)));
    found.push({ what, times });
    tell(`${what}: ${percentile(times, 0.95).toFixed(1)} ms`);
  }
  return found;
}

/** The first page of a list and every third time the second, too. */
async function listPage(ask: (path: string) => Promise<Timed>, q: string, n: number): Promise<number[]> {
  const path = `/api/messages?limit=50&q=${encodeURIComponent(q)}`;
  const first = await ask(path);
  const { next } = first.body as { next?: string };
  if (n % 3 !== 0 || next === undefined) return [first.milliseconds];
  return [first.milliseconds, (await ask(`${path}&cursor=${encodeURIComponent(next)}`)).milliseconds];
}

interface Timed {
  readonly milliseconds: number;
  readonly body: unknown;
}

async function timed(url: string, token: string): Promise<Timed> {
  const start = performance.now();
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`${url} was answered ${response.status}.`);
  return { milliseconds: performance.now() - start, body };
}

const rowOf = ({ what, times }: Measured[number]): ConsoleRow => ({
  what,
  requests: times.length,
  p50Ms: percentile(times, 0.5),
  p95Ms: percentile(times, 0.95),
  maxMs: Math.max(...times),
});

export const reportConsole = ({ messages, databaseMb, seedSeconds, rows, listP95Ms, searchP95Ms }: ConsoleBench): string =>
  [
    `${messages} messages, ${databaseMb} MB, seeded in ${seedSeconds.toFixed(0)} s; over HTTP, with access and JSON`,
    ...rows.map(
      ({ what, requests, p50Ms, p95Ms, maxMs }) =>
        `  ${what.padEnd(34)} ${String(requests).padStart(4)} requests  p50 ${p50Ms.toFixed(1)} ms  p95 ${p95Ms.toFixed(1)} ms  max ${maxMs.toFixed(1)} ms`,
    ),
    `lists p95 ${listP95Ms.toFixed(1)} ms, searches p95 ${searchP95Ms.toFixed(1)} ms (bar 60 ms)`,
  ].join('\n');
