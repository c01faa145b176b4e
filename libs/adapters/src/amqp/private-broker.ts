import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import amqp from 'amqplib';
import { ExchangeError } from '#model';
import { freePorts } from '../processes/free-ports.ts';
import { guardChild } from '../processes/guard.ts';
import { PROGRAM_PATH, rabbitmqScripts } from './rabbitmq-program.ts';

export interface PrivateBrokerOptions {
  /** Where mnesia, logs and configuration live; a new temporary folder, removed by `stop`, when absent. */
  readonly dataDir?: string;
  /** Files in PEM: the node then listens with TLS, too. */
  readonly tls?: { readonly ca: string; readonly certificate: string; readonly key: string };
  /** How long the node may take to accept connections. */
  readonly startMs?: number;
}

/** A RabbitMQ node of our own on loopback, with its own name, ports, cookie, epmd and data. Never the system's broker. */
export interface PrivateBroker {
  /** AMQP address of the administrator of this node. */
  readonly url: string;
  /** The same over TLS, by the name localhost; present with `tls`. */
  readonly tlsUrl?: string;
  /** Management API with the same user, for topology, users and permissions. */
  readonly managementUrl: string;
  readonly dataDir: string;
  /** Process id of the node that runs now (SIGSTOP it, watch it); changes with `restart`. */
  readonly pid: number;
  /** Graceful: SIGTERM to the node and to its epmd, waits for both. */
  stop(): Promise<void>;
  /** SIGKILL to the node; resolves when it is gone. Data stays as the crash left it. */
  kill9(): Promise<void>;
  /** Starts the same node on the same data and ports again (after `kill9`, or after stopping it first). Resolves when it serves. */
  restart(): Promise<void>;
  /** Runs `rabbitmqctl` against this node and resolves with what it printed: alarms, watermarks, closing connections. */
  control(...args: readonly string[]): Promise<string>;
}

const gone = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

async function end(child: ChildProcess | undefined, signal: NodeJS.Signals, deadlineMs: number): Promise<void> {
  if (!child || gone(child)) return;
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const inTime = await Promise.race([exited.then(() => true), sleep(deadlineMs, false, { ref: false })]);
  if (!inTime) {
    child.kill('SIGKILL');
    await exited;
  }
}

class Node implements PrivateBroker {
  readonly url: string;
  readonly managementUrl: string;
  readonly tlsUrl?: string;
  private node: ChildProcess | undefined;
  private epmd: ChildProcess | undefined;

  constructor(
    private readonly scripts: string,
    readonly dataDir: string,
    private readonly ownsDataDir: boolean,
    private readonly startMs: number,
    private readonly ports: { amqp: number; management: number; distribution: number; epmd: number; tls: number },
    private readonly tls: PrivateBrokerOptions['tls'],
    private readonly admin: { user: string; password: string },
    private readonly name: string,
  ) {
    this.url = `amqp://${admin.user}:${admin.password}@127.0.0.1:${ports.amqp}`;
    if (tls) this.tlsUrl = `amqps://${admin.user}:${admin.password}@localhost:${ports.tls}`;
    this.managementUrl = `http://${admin.user}:${admin.password}@127.0.0.1:${ports.management}`;
  }

  get pid(): number {
    if (!this.node?.pid || gone(this.node)) throw new ExchangeError('LINK_UNREACHABLE', { detail: 'The private broker is not running.' });
    return this.node.pid;
  }

  async writeConfiguration(): Promise<void> {
    await mkdir(join(this.dataDir, 'log'), { recursive: true });
    await mkdir(join(this.dataDir, 'mnesia'), { recursive: true });
    await writeFile(join(this.dataDir, 'enabled_plugins'), '[rabbitmq_management].\n');
    const settings = [
      `listeners.tcp.local = 127.0.0.1:${this.ports.amqp}`,
      'management.tcp.ip = 127.0.0.1',
      `management.tcp.port = ${this.ports.management}`,
      // The first user replaces guest, so guest does not exist at all.
      `default_user = ${this.admin.user}`,
      `default_pass = ${this.admin.password}`,
      'default_user_tags.administrator = true',
      'disk_free_limit.absolute = 50MB',
      // What the management API says of queues is as old as this; the default is 5 s.
      'collect_statistics_interval = 500',
      'log.console = false',
      `log.file.level = warning`,
    ];
    if (this.tls) {
      settings.push(
        `listeners.ssl.local = 127.0.0.1:${this.ports.tls}`,
        `ssl_options.cacertfile = ${this.tls.ca}`,
        `ssl_options.certfile = ${this.tls.certificate}`,
        `ssl_options.keyfile = ${this.tls.key}`,
        'ssl_options.verify = verify_none',
      );
    }
    await writeFile(join(this.dataDir, 'rabbitmq.conf'), settings.join('\n') + '\n', { mode: 0o600 });
  }

  async start(): Promise<void> {
    const log = await open(join(this.dataDir, 'log', 'console.log'), 'a');
    try {
      // Our own epmd: the one a node starts by itself would be shared, detached, and outlive it.
      if (!this.epmd || gone(this.epmd)) {
        this.epmd = spawn('epmd', ['-port', String(this.ports.epmd), '-address', '127.0.0.1'], {
          env: { PATH: PROGRAM_PATH },
          cwd: this.dataDir,
          stdio: 'ignore',
          detached: true,
        });
        this.epmd.on('error', () => undefined);
        guardChild(this.epmd, 'SIGTERM');
      }
      this.node = spawn(join(this.scripts, 'rabbitmq-server'), [], {
        env: this.environment(),
        cwd: this.dataDir,
        stdio: ['ignore', log.fd, log.fd],
        // Own process group: Ctrl-C at the terminal reaches us, and we stop the broker in order.
        detached: true,
      });
      this.node.on('error', () => undefined);
      // A broker must not outlive the process that asked for it.
      guardChild(this.node, 'SIGKILL');
    } finally {
      await log.close();
    }
    await this.ready(this.node);
  }

  private environment(): Record<string, string> {
    const at = (name: string): string => join(this.dataDir, name);
    return {
      PATH: PROGRAM_PATH,
      LANG: 'C.UTF-8',
      HOME: this.dataDir, // the Erlang cookie lives here
      RABBITMQ_NODENAME: this.name,
      RABBITMQ_DIST_PORT: String(this.ports.distribution),
      ERL_EPMD_PORT: String(this.ports.epmd),
      ERL_EPMD_ADDRESS: '127.0.0.1',
      RABBITMQ_CONF_ENV_FILE: at('rabbitmq-env.conf'), // does not exist: the system's must not be read
      RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
      RABBITMQ_ADVANCED_CONFIG_FILE: at('advanced.config'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
      RABBITMQ_PLUGINS_EXPAND_DIR: at('plugins'),
      RABBITMQ_MNESIA_BASE: at('mnesia'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_PID_FILE: at('rabbitmq.pid'),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}',
      // The script then replaces itself by the node, so that the pid we hold is the broker's.
      RUNNING_UNDER_SYSTEMD: 'true',
    };
  }

  private async ready(node: ChildProcess): Promise<void> {
    const deadline = Date.now() + this.startMs;
    while (!(await this.serves())) {
      if (gone(node) || Date.now() > deadline) {
        await this.end();
        throw new ExchangeError('LINK_UNREACHABLE', {
          detail: `The private broker did not start. Its log is in ${join(this.dataDir, 'log')}.`,
          cause: await readFile(join(this.dataDir, 'log', 'console.log'), 'utf8').catch(() => undefined),
        });
      }
      await sleep(50);
    }
  }

  private async serves(): Promise<boolean> {
    try {
      const connection = await amqp.connect(this.url, { timeout: 2_000, noDelay: true });
      connection.on('error', () => undefined);
      await connection.close();
      const response = await fetch(`http://127.0.0.1:${this.ports.management}/api/overview`, {
        headers: { authorization: `Basic ${Buffer.from(`${this.admin.user}:${this.admin.password}`).toString('base64')}` },
        signal: AbortSignal.timeout(2_000),
      });
      await response.arrayBuffer();
      return response.ok;
    } catch {
      return false;
    }
  }

  async kill9(): Promise<void> {
    await end(this.node, 'SIGKILL', 10_000);
  }

  async restart(): Promise<void> {
    await end(this.node, 'SIGTERM', 20_000);
    await this.start();
  }

  async control(...args: readonly string[]): Promise<string> {
    const program = join(this.scripts, 'rabbitmqctl');
    return (await promisify(execFile)(program, ['-n', this.name, ...args], { env: this.environment(), cwd: this.dataDir })).stdout;
  }

  async stop(): Promise<void> {
    await this.end();
    if (this.ownsDataDir) await rm(this.dataDir, { recursive: true, force: true, maxRetries: 3 });
  }

  private async end(): Promise<void> {
    await end(this.node, 'SIGTERM', 20_000);
    await end(this.epmd, 'SIGTERM', 5_000);
  }
}

/**
 * Starts a private RabbitMQ node on loopback and resolves when AMQP and the management API answer (about 4 s).
 * Installs Debian's package when it is missing and we are root; otherwise rejects saying what to do. The node ends
 * with this process, however that ends; `stop` ends it in order.
 */
export async function startPrivateBroker(options: PrivateBrokerOptions = {}): Promise<PrivateBroker> {
  const scripts = await rabbitmqScripts();
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'landbridge-rabbitmq-')));
  const [amqpPort, management, distribution, epmd, tls] = (await freePorts(5)) as [number, number, number, number, number];
  const node = new Node(
    scripts,
    dataDir,
    options.dataDir === undefined,
    options.startMs ?? 90_000,
    { amqp: amqpPort, management, distribution, epmd, tls },
    options.tls,
    { user: 'lb-admin', password: randomBytes(18).toString('hex') },
    `lb-${randomBytes(4).toString('hex')}@localhost`,
  );
  await node.writeConfiguration();
  await node.start();
  return node;
}
