import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  applyTopology,
  GATEWAY_NODE_FLAGS,
  BrokerManagement,
  guardChild,
  KeyFolder,
  loadMasterKey,
  partnerUser,
  GATEWAY_USER,
  startEmbedded,
  startPrivateBroker,
  topologyOf,
  type EmbeddedServer,
  type PrivateBroker,
} from '#adapters';
import { readAgreements } from '#config';
import type { LocalSigner } from '#trust';

/** Two partners over RabbitMQ: one sends sea manifests, the other takes them. */
const AGREEMENTS = `gateway: LBG
parties:
  - { key: LBG, country: CN, name: { en: Gateway under test } }
  - { key: SRC, country: CN, name: { en: Sender } }
  - { key: DST, country: CN, name: { en: Receiver } }
links:
  - { id: src, partner: SRC, transport: amqp, limits: { prefetch: 400, window: 200 } }
  - { id: dst, partner: DST, transport: amqp, limits: { prefetch: 400, window: 200 }, formats: { Manifest: { mapping: cn-manifest/MT1101 } } }
routes:
  - { from: SRC, messageType: Manifest, to: DST }
`;

/** Servers and the gateway as its own process, all of this run and none other's. */
export interface Stage {
  readonly folder: string;
  readonly postgres: EmbeddedServer;
  readonly broker: PrivateBroker;
  readonly keys: KeyFolder;
  readonly signers: Record<'LBG' | 'SRC' | 'DST', LocalSigner>;
  urlOf(user: 'gateway' | 'SRC' | 'DST'): string;
  startGateway(): Promise<GatewayProcess>;
  close(): Promise<void>;
}

export interface GatewayProcess {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
}

export async function openStage(): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), 'landbridge-bench-'));
  const agreements = join(folder, 'agreements.yaml');
  await writeFile(agreements, AGREEMENTS);
  const postgres = await startEmbedded({ folder: join(folder, 'postgres'), endsWithUs: true });
  const broker = await startPrivateBroker({ dataDir: join(folder, 'broker') });
  const passwords = new Map<string, string>();
  await applyTopology(topologyOf(readAgreements(agreements).links), new BrokerManagement(broker.managementUrl), {
    onPassword: (user, password) => void passwords.set(user, password),
  });
  const master = randomBytes(32).toString('base64');
  await mkdir(join(folder, 'data'), { recursive: true });
  const keys = await KeyFolder.open(join(folder, 'data', 'keys'), await loadMasterKey(master, ''));
  const signers = {} as Stage['signers'];
  for (const party of ['LBG', 'SRC', 'DST'] as const) signers[party] = await keys.generate(party, 'ES256', new Date());
  const urlOf: Stage['urlOf'] = (user) => {
    const name = user === 'gateway' ? GATEWAY_USER : partnerUser(user);
    const url = new URL(broker.url);
    url.username = name;
    url.password = passwords.get(name) ?? '';
    return url.href;
  };
  const running = new Set<GatewayProcess>();
  return {
    folder,
    postgres,
    broker,
    keys,
    signers,
    urlOf,
    startGateway: async () => {
      const gateway = await startGateway({
        DATABASE_URL: postgres.url,
        AMQP_URL: urlOf('gateway'),
        LANDBRIDGE_AGREEMENTS: agreements,
        LANDBRIDGE_DATA: join(folder, 'data'),
        MASTER_KEY: master,
        LOG_LEVEL: 'warn',
      });
      running.add(gateway);
      return gateway;
    },
    close: async () => {
      await Promise.all([...running].map((gateway) => gateway.stop()));
      await broker.stop();
      await postgres.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A gateway on a free port, with just these settings. Resolves when it is ready. */
export async function startGateway(environment: Record<string, string>): Promise<GatewayProcess> {
  const port = await freePort();
  const main = resolve('bin/gateway.mjs');
  const child = spawn(process.execPath, [...GATEWAY_NODE_FLAGS, main], {
    env: { ...process.env, ...environment, HTTP_PORT: String(port) },
    stdio: ['ignore', 2, 2],
  });
  guardChild(child, 'SIGKILL');
  const end = ended(child);
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await end;
  };
  for (let i = 0; i < 600; i += 1) {
    if (child.exitCode !== null) throw new Error('The gateway ended while starting.');
    const ready = await fetch(`http://127.0.0.1:${port}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (ready) return { pid: child.pid ?? 0, url: `http://127.0.0.1:${port}`, stop };
    await new Promise((done) => setTimeout(done, 20));
  }
  await stop();
  throw new Error('The gateway did not become ready.');
}

const ended = (child: ChildProcess) => new Promise<void>((done) => child.once('exit', () => done()));

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => done(port));
    });
  });
}

/** CPU seconds (user and system) a process and its children have used, and its peak memory in MB. Linux only; zeros elsewhere. */
export async function usage(pid: number): Promise<{ cpuSeconds: number; peakMb: number }> {
  try {
    const stat = (await readFile(`/proc/${pid}/stat`, 'utf8')).replace(/^.*\) /, '').split(' ');
    const peak = /VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'));
    return { cpuSeconds: (Number(stat[11]) + Number(stat[12])) / 100, peakMb: Math.round(Number(peak?.[1] ?? 0) / 1024) };
  } catch {
    return { cpuSeconds: 0, peakMb: 0 };
  }
}
