// Jest's global setup of the suites with processes: one PostgreSQL and one RabbitMQ for all of them, each started when the first
// suite asks for it over HTTP. Suites share servers, not data: a database or a virtual host each.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createDataSource, migrate, startEmbedded, startPrivateBroker } from '../../dist/libs/adapters/src/index.js';

const TEMPLATE = 'landbridge_template';

async function postgres() {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-test-postgres-'));
  await chmod(folder, 0o755);
  // Nothing here outlives the machine, so the disk need not be waited for; tests of durability start a server of their own.
  const server = await startEmbedded({ folder, endsWithUs: true, settings: { fsync: 'off' } });
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const admin = createDataSource({ url: at(server.url, 'postgres') });
    await admin.initialize();
    await admin.query(`CREATE DATABASE ${TEMPLATE}`);
    await admin.destroy();
    const template = createDataSource({ url: at(server.url, TEMPLATE) });
    await template.initialize();
    await migrate(template);
    await template.destroy();
  } catch (error) {
    await stop();
    throw error;
  }
  const url = at(server.url, 'postgres');
  const pool = new pg.Pool({ connectionString: url, max: 3 });
  pool.on('error', () => undefined);
  const end = async () => {
    await pool.end();
    await stop();
  };
  return { address: { url, template: TEMPLATE }, ...databases(pool, url), stop: end };
}

/** So many databases wait for whoever asks next: a test begins while the one for the next is made. */
const SPARE = 2;

function databases(pool, url) {
  const make = async () => {
    const name = `test_${randomBytes(6).toString('hex')}`;
    // Copying files is the fastest way to clone where the disk need not be waited for.
    await pool.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE} STRATEGY FILE_COPY`);
    return { url: at(url, name) };
  };
  const spare = [];
  const order = () => {
    const made = make();
    // Whoever takes it is told; until then nobody has to be.
    made.catch(() => undefined);
    spare.push(made);
  };
  return {
    take: () => {
      while (spare.length <= SPARE) order();
      return spare.shift();
    },
    drop: async (name) => {
      if (/^[a-z]+_[0-9a-f]{12}$/.test(name)) await pool.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

function at(url, database) {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.toString();
}

async function broker() {
  const node = await startPrivateBroker();
  return { address: { url: node.url, managementUrl: node.managementUrl }, stop: () => node.stop() };
}

const STARTERS = { postgres, broker };

export default async function setup() {
  const started = new Map();
  const secret = randomBytes(12).toString('hex');
  const server = createServer((request, response) => {
    const [, key, name, what, which] = request.url.split('/');
    const start = key === secret ? STARTERS[name] : undefined;
    if (!start) return void response.writeHead(404).end();
    if (!started.has(name)) started.set(name, start());
    started
      .get(name)
      .then((one) => (what === 'take' ? one.take() : what === 'drop' ? void one.drop(which).catch(() => undefined) : one.address))
      .then(
        (answer) => response.end(JSON.stringify(answer ?? {})),
        (error) => response.writeHead(500).end(String(error?.message ?? error)),
      );
  }).listen(0, '127.0.0.1');
  // A suite may ask minutes after another: a connection that is closed just as it is used again would fail it.
  server.keepAliveTimeout = 0;
  await once(server, 'listening');
  process.env.LANDBRIDGE_TEST_SERVERS = `http://127.0.0.1:${server.address().port}/${secret}`;
  globalThis.stopTestServers = async () => {
    server.close();
    server.closeAllConnections();
    for (const one of await Promise.allSettled(started.values())) if (one.status === 'fulfilled') await one.value.stop();
  };
}
