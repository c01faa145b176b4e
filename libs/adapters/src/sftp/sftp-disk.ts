import { createHash, timingSafeEqual } from 'node:crypto';
import { connect, type LookupFunction } from 'node:net';
import { posix } from 'node:path';
import { Client, type SFTPWrapper } from 'ssh2';
import { ExchangeError, type Link } from '#model';
import { BOXES, boxOf, type BoxDisk, type NotRead } from '../folder/box-disk.ts';
import { framesAmong } from '../folder/boxes.ts';

export interface SftpDiskOptions {
  readonly place: NonNullable<Link['sftp']>;
  /** Our private key, in PEM or as OpenSSH writes it. */
  readonly privateKey: string;
  /** Throws for a host that the gateway may not call, and resolves only addresses it may. */
  readonly guard: { readonly require: (url: URL) => void; readonly lookup: LookupFunction };
  readonly timeoutMs?: number;
}

type Done<T> = (error: Error | undefined | null, value: T) => void;

/** Of SFTP version 3. */
const NO_SUCH_FILE = 2;
const CHUNK = 32 * 1024;

/**
 * The boxes of a link on an SFTP server. The host is the one whose key was agreed, and we are known to it by a key; passwords are neither sent nor
 * asked for. A connection that breaks is made anew for the next call; every call has its time.
 */
export class SftpDisk implements BoxDisk {
  readonly remote = true;
  readonly #options: SftpDiskOptions;
  readonly #timeoutMs: number;
  #session: Promise<Session> | undefined;
  #closed = false;

  constructor(options: SftpDiskOptions) {
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
  }

  /** The other side may be away when we start. */
  prepare(): Promise<void> {
    return Promise.resolve();
  }

  async open(folder: string): Promise<void> {
    for (const path of [folder, ...BOXES.map((box) => boxOf(folder, box))]) await this.#makeFolder(path);
  }

  async #makeFolder(path: string): Promise<void> {
    const found = await this.#lstat(path);
    if (found === undefined) await this.#call<void>((sftp, done) => sftp.mkdir(path, done as Done<void>));
    // A box that leads elsewhere is none.
    else if (!found.isDirectory())
      throw new ExchangeError('CONFIGURATION_INVALID', { pointer: 'sftp.folder', detail: 'A box must be a folder itself.' });
  }

  async framesIn(box: string): Promise<string[]> {
    const found = await this.#call<{ filename: string }[]>((sftp, done) => sftp.readdir(box, done));
    return framesAmong(found.map(({ filename }) => filename));
  }

  /** Written under a temporary name, flushed where the server offers it (fsync@openssh.com), and renamed. */
  async put(box: string, name: string, bytes: Buffer): Promise<void> {
    const temporary = posix.join(box, `.${name}.part`);
    const handle = await this.#call<Buffer>((sftp, done) => sftp.open(temporary, 'w', 0o640, done));
    try {
      for (let at = 0; at < bytes.length; at += CHUNK) {
        const length = Math.min(CHUNK, bytes.length - at);
        await this.#call<void>((sftp, done) => sftp.write(handle, bytes, at, length, at, done as Done<void>));
      }
      await this.#flush(handle);
    } finally {
      await this.#call<void>((sftp, done) => sftp.close(handle, done as Done<void>)).catch(() => undefined);
    }
    await this.move(temporary, posix.join(box, name));
  }

  async #flush(handle: Buffer): Promise<void> {
    const { offersFlush } = await this.#connected();
    if (offersFlush) await this.#call<void>((sftp, done) => sftp.ext_openssh_fsync(handle, done as Done<void>));
  }

  /** A folder cannot be flushed over SFTP: what settles a message is its receipt, as everywhere. */
  settle(): Promise<void> {
    return Promise.resolve();
  }

  async readFrame(path: string, limit: number): Promise<Buffer | NotRead> {
    const found = await this.#lstat(path);
    if (found === undefined) return 'gone';
    if (!found.isFile()) return 'no-file';
    if (found.size > limit) return 'too-large';
    const handle = await this.#call<Buffer>((sftp, done) => sftp.open(path, 'r', done)).catch(unlessGone);
    if (handle === undefined) return 'gone';
    try {
      const bytes = Buffer.allocUnsafe(found.size);
      let at = 0;
      while (at < bytes.length) {
        const length = Math.min(CHUNK, bytes.length - at);
        const read = await this.#call<number>((sftp, done) =>
          sftp.read(handle, bytes, at, length, at, (error, count) => done(atEnd(error), count ?? 0)),
        );
        if (read === 0) break;
        at += read;
      }
      return bytes.subarray(0, at);
    } finally {
      await this.#call<void>((sftp, done) => sftp.close(handle, done as Done<void>)).catch(() => undefined);
    }
  }

  async move(from: string, to: string): Promise<void> {
    await this.#call<void>((sftp, done) => sftp.rename(from, to, done as Done<void>)).catch(unlessGone);
  }

  #lstat(path: string) {
    return this.#call<import('ssh2').Stats>((sftp, done) => sftp.lstat(path, done)).catch(unlessGone);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    session?.client.end();
  }

  /** One call of the protocol, in its time. What breaks the connection breaks the call, and the next one connects anew. */
  async #call<T>(act: (sftp: SFTPWrapper, done: Done<T>) => unknown): Promise<T> {
    const session = await this.#connected();
    return new Promise<T>((resolve, reject) => {
      const late = setTimeout(() => {
        session.client.destroy();
        reject(away('No answer in time.'));
      }, this.#timeoutMs);
      const broken = () => reject(away('The connection broke.'));
      session.broken.add(broken);
      const end = () => (clearTimeout(late), session.broken.delete(broken));
      const done: Done<T> = (error, value) => {
        end();
        if (error) reject(error);
        else resolve(value);
      };
      try {
        act(session.sftp, done);
      } catch (error) {
        end();
        reject(error as Error);
      }
    });
  }

  #connected(): Promise<Session> {
    if (this.#closed) return Promise.reject(away('The link has ended.'));
    if (this.#session) return this.#session;
    const made: { session?: Promise<Session> } = {};
    // It may end before it began: an address that may not be called is refused at once.
    const ended = () => {
      if (this.#session === made.session) this.#session = undefined;
    };
    const session = connectTo(this.#options, this.#timeoutMs, ended);
    made.session = this.#session = session;
    session.catch(ended);
    return session;
  }
}

interface Session {
  readonly client: Client;
  readonly sftp: SFTPWrapper;
  readonly offersFlush: boolean;
  /** Called when the connection ends. */
  readonly broken: Set<() => void>;
}

function connectTo({ place, privateKey, guard }: SftpDiskOptions, timeoutMs: number, ended: () => void): Promise<Session> {
  return new Promise((resolve, reject) => {
    const { host, port, user, hostKeys } = place;
    const broken = new Set<() => void>();
    const client = new Client();
    const fail = (error: Error): void => {
      ended();
      client.destroy();
      reject(error);
    };
    try {
      guard.require(new URL(`sftp://${host.includes(':') ? `[${host}]` : host}:${port}`));
    } catch (error) {
      return fail(error as Error);
    }
    // Each call waits for its answer: nothing is gained by gathering octets.
    const socket = connect({ host, port, lookup: guard.lookup, noDelay: true });
    // The socket's own failure comes before the client knows of it.
    socket.once('error', fail);
    client.on('error', fail);
    client.once('close', () => {
      ended();
      for (const tell of [...broken]) tell();
      reject(away('The connection broke.'));
    });
    client.once('ready', () => {
      client.sftp((error, sftp) => {
        if (error) return fail(error);
        const offered = (sftp as unknown as { _extensions?: Readonly<Record<string, string>> })._extensions ?? {};
        resolve({ client, sftp, broken, offersFlush: offered['fsync@openssh.com'] !== undefined });
      });
    });
    try {
      client.connect({
        sock: socket,
        username: user,
        privateKey,
        authHandler: ['publickey'],
        hostVerifier: (key: Buffer) => hostKeys.some((agreed) => same(fingerprintOf(key), agreed)),
        readyTimeout: timeoutMs,
        keepaliveInterval: 15_000,
        keepaliveCountMax: 2,
      });
    } catch (error) {
      // The key cannot be read.
      socket.destroy();
      fail(error as Error);
    }
  });
}

/** As `ssh-keygen -l` writes it. */
export const fingerprintOf = (key: Buffer): string => `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;

const same = (one: string, other: string): boolean => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));

const away = (detail: string): ExchangeError => new ExchangeError('LINK_UNREACHABLE', { detail });

/** Reading at the end of a file is told as an error, number 1. */
const atEnd = (error: (Error & { code?: unknown }) | undefined | null): Error | undefined =>
  error && error.code !== 1 ? error : undefined;

function unlessGone(error: Error & { code?: unknown }): undefined {
  if (error.code !== NO_SUCH_FILE) throw error;
}
