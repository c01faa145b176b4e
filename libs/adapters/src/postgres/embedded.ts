import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { ExchangeError } from '#model';
import { freePorts, isFree } from '../processes/free-ports.ts';
import { guard } from '../processes/guard.ts';
import { binaries, canRead, type Binaries } from './binaries.ts';
import { clearStale, postmaster, says } from './postmaster.ts';
import { serverUser, type ServerUser } from './server-user.ts';

const run = promisify(execFile);
const USER = 'landbridge';
const DATABASE = 'landbridge';
const END_MILLISECONDS = 30_000;
/** Recovery after a crash counts, too. */
const BOOT_MILLISECONDS = 120_000;

export interface EmbeddedOptions {
  /** Folder of this server: cluster, password and log live here. Made where it is missing. */
  readonly folder: string;
  /** Fixed port; without it the port of the last run if it is free, else any free one. */
  readonly port?: number;
  /** Ends with this process, however that ends. Else it is a daemon that outlives us. */
  readonly endsWithUs?: boolean;
  /** Extra `name=value` settings, for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedServer {
  /** Connection URL of the database `landbridge`, password included: never log it. */
  readonly url: string;
  readonly port: number;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** True when a server left running by an earlier process was found and taken over. */
  readonly reused: boolean;
  /** Where the cluster lives: the folder asked for, or its stand-in when the server's user cannot enter that. */
  readonly home: string;
  /** Log file of the server. */
  readonly log: string;
  /** Ends the server cleanly (checkpoint, no recovery at the next start). Connections are closed. */
  stop(): Promise<void>;
}

/**
 * Starts a real PostgreSQL in `folder`, loopback only, password by SCRAM, every commit flushed to disk (`fsync` and
 * `synchronous_commit` on). Unless `endsWithUs`, the server is a daemon of its own: it survives the end of this process, even
 * by kill -9, and the next start on the same folder finds it by its `postmaster.pid` and goes on with it. After a kill of the
 * server itself the next start recovers from its log.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const user = await serverUser();
  const programs = await binaries(user);
  const home = await homeOf(resolve(options.folder), user);
  const data = join(home, 'data');
  const log = join(home, 'postgres.log');
  const unlock = await lockHome(home);
  try {
    const password = await passwordOf(home);
    await initialise(data, password, programs, user);
    const running = await postmaster(data);
    const reused = running !== undefined && (await answers(running.port, password));
    if (!reused) await boot(data, log, programs, user, options);
    const { pid, port } = (await postmaster(data)) ?? failed('The embedded PostgreSQL did not start.');
    if (reused && options.endsWithUs === true) guard(pid, 'SIGQUIT');
    await createDatabase(port, password);
    return {
      url: urlOf(port, password, DATABASE),
      port,
      pid,
      reused,
      home,
      log,
      stop: () => stop(data, programs, user),
    };
  } finally {
    await unlock();
  }
}

/** Ends a server that an earlier process left running in `folder`; resolves false when there is none. */
export async function stopEmbedded(folder: string): Promise<boolean> {
  const user = await serverUser();
  const data = join(await homeOf(resolve(folder), user), 'data');
  if ((await postmaster(data)) === undefined) return false;
  await stop(data, await binaries(user), user);
  return true;
}

/**
 * The folder itself, or, when we are root and the server's user cannot enter it (a checkout below /root), a folder under
 * /var/lib named by the digest of the path.
 */
async function homeOf(folder: string, user: ServerUser): Promise<string> {
  await mkdir(folder, { recursive: true });
  if (user.uid === undefined || (await canRead(folder, user))) return folder;
  const home = join('/var/lib/landbridge', createHash('sha256').update(folder).digest('hex').slice(0, 16));
  await mkdir(home, { recursive: true, mode: 0o755 });
  return home;
}

/** Two processes must not initialise or boot one folder at the same moment; the lock of a process that is gone is taken over. */
async function lockHome(home: string): Promise<() => Promise<void>> {
  const path = join(home, 'starting.lock');
  for (let tries = 0; tries < 600; tries += 1) {
    try {
      const file = await open(path, 'wx', 0o600);
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => '0'));
    if (holder > 0 && !alive(holder)) await rm(path, { force: true });
    else await new Promise((done) => setTimeout(done, 100));
  }
  return failed('Another process has been starting the embedded PostgreSQL for a minute.');
}

/** Made once for each folder, readable by us alone; the server never reads the file. */
async function passwordOf(home: string): Promise<string> {
  const path = join(home, 'password');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(path, `${password}\n`, { mode: 0o600, flag: 'wx' });
  return password;
}

async function initialise(data: string, password: string, programs: Binaries, user: ServerUser): Promise<void> {
  const done = join(data, 'landbridge.initialised');
  if (
    await readFile(done).then(
      () => true,
      () => false,
    )
  )
    return;
  // A first start that was killed half way left no data worth keeping.
  await rm(data, { recursive: true, force: true });
  await mkdir(data, { mode: 0o700 });
  const passwordFile = `${data}.initial-password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  try {
    if (user.uid !== undefined && user.gid !== undefined) {
      await chown(data, user.uid, user.gid);
      await chown(passwordFile, user.uid, user.gid);
    }
    await run(
      programs.initdb,
      [
        `--pgdata=${data}`,
        `--username=${USER}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...user, cwd: data },
    ).catch((cause: unknown) => failed('The embedded PostgreSQL could not be initialised.', cause));
    await writeFile(done, '');
  } finally {
    await rm(passwordFile, { force: true });
  }
}

async function boot(data: string, log: string, programs: Binaries, user: ServerUser, options: EmbeddedOptions): Promise<void> {
  const end = Date.now() + END_MILLISECONDS;
  // The sessions of a killed server end by themselves as soon as they notice; until then nobody may start on their cluster.
  while (!(await clearStale(data))) {
    if (Date.now() > end) failed('Processes of an earlier embedded PostgreSQL do not end.');
    await new Promise((done) => setTimeout(done, 50));
  }
  const last = await lastPort(data);
  const port = options.port ?? (last > 0 && (await isFree(last)) ? last : (await freePorts(1))[0]!);
  await writeFile(join(data, 'landbridge.port'), String(port));
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    shared_buffers: '256MB',
    wal_buffers: '16MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '10min',
    wal_compression: 'on',
    jit: 'off',
    log_min_messages: 'warning',
    timezone: 'UTC',
    ...options.settings,
  };
  const flags = ['-D', data, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  await launch(programs, flags, data, log, user, options.endsWithUs === true);
}

/** Starts the postmaster itself, so that its number is known, and it guarded, from the first moment. Resolves when it takes connections. */
async function launch(
  programs: Binaries,
  flags: readonly string[],
  data: string,
  log: string,
  user: ServerUser,
  endsWithUs: boolean,
): Promise<void> {
  const output = await open(log, 'a', 0o600);
  const server = spawn(programs.postgres, flags, { ...user, cwd: data, detached: true, stdio: ['ignore', output.fd, output.fd] });
  await output.close();
  server.unref();
  const release = endsWithUs && server.pid !== undefined ? guard(server.pid, 'SIGQUIT') : () => undefined;
  let ended = false;
  let cause: unknown;
  server.once('error', (error) => ((ended = true), (cause = error)));
  server.once('exit', () => ((ended = true), release()));
  for (const end = Date.now() + BOOT_MILLISECONDS; !(await says(data, server.pid, 'ready'));) {
    if (ended || Date.now() > end) failed(`The embedded PostgreSQL did not start; its log is ${log}.`, cause);
    await new Promise((done) => setTimeout(done, 20));
  }
}

async function stop(data: string, programs: Binaries, user: ServerUser): Promise<void> {
  if ((await postmaster(data)) === undefined) return;
  await run(programs.pgCtl, ['stop', '-D', data, '-m', 'fast', '-w', '-t', '60', '-s'], { ...user, cwd: data }).catch(
    async (cause: unknown) => {
      // Somebody else may have ended it between our look and the command.
      if ((await postmaster(data)) !== undefined) failed('The embedded PostgreSQL did not stop.', cause);
    },
  );
}

/** A server may be starting, recovering, or dying without its parent: only an answer to our password proves that it works. */
async function answers(port: number, password: string): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    const client = new Client({ connectionString: urlOf(port, password, 'postgres'), connectionTimeoutMillis: 5_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return true;
    } catch (error) {
      // 57P03: the server is there and still starting or recovering.
      if ((error as { code?: string }).code !== '57P03') return false;
      await new Promise((done) => setTimeout(done, 100));
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return false;
}

async function createDatabase(port: number, password: string): Promise<void> {
  const client = new Client({ connectionString: urlOf(port, password, 'postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function lastPort(data: string): Promise<number> {
  return Number(await readFile(join(data, 'landbridge.port'), 'utf8').catch(() => '0'));
}

const urlOf = (port: number, password: string, database: string): string => `postgres://${USER}:${password}@127.0.0.1:${port}/${database}`;

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function failed(detail: string, cause?: unknown): never {
  throw new ExchangeError('STORE_UNAVAILABLE', { detail, cause });
}
