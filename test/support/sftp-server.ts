/** An SFTP server of version 3 over a folder, in this process, that breaks connections when it is told to. */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, stat, type FileHandle } from 'node:fs/promises';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import ssh2, { type Connection, type SFTPWrapper } from 'ssh2';
import { fingerprintOf } from '#adapters';

const { Server, utils } = ssh2;
const { STATUS_CODE, OPEN_MODE } = utils.sftp;

type Failure = NodeJS.ErrnoException;
/** As OpenSSH reads it: PKCS#1 in PEM. */
const keyPair = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }) as string;

export class SftpServer {
  readonly clientKey = keyPair();
  readonly strangersKey = keyPair();
  /** Ways of proving who one is that were tried. */
  readonly offered: string[] = [];
  connections = 0;
  readonly #open = new Set<Connection>();
  readonly #files = new Map<number, { file: FileHandle; names?: string[] }>();
  #handles = 0;
  #break: { call: string; when: 'before' | 'after' } | undefined;
  #server!: InstanceType<typeof Server>;
  port = 0;
  fingerprint = '';

  private constructor(private readonly root: string) {}

  static async start(root: string): Promise<SftpServer> {
    const made = new SftpServer(root);
    const hostKey = keyPair();
    const parsed = utils.parseKey(hostKey);
    if (parsed instanceof Error) throw parsed;
    made.fingerprint = fingerprintOf((Array.isArray(parsed) ? parsed[0]! : parsed).getPublicSSH());
    made.#server = new Server({ hostKeys: [hostKey] }, (client) => made.#serve(client));
    made.#server.listen(0, '127.0.0.1');
    await once(made.#server, 'listening');
    made.port = (made.#server.address() as AddressInfo).port;
    return made;
  }

  breakAll(): void {
    for (const client of this.#open) drop(client);
  }

  /** The next call of this kind breaks its connection, before anything is done or after everything is. */
  breakAtNext(call: string, when: 'before' | 'after' = 'before'): void {
    this.#break = { call, when };
  }

  async close(): Promise<void> {
    this.breakAll();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    await closed;
    await Promise.all([...this.#files.values()].map(({ file }) => file.close().catch(() => undefined)));
  }

  #serve(client: Connection): void {
    this.connections += 1;
    this.#open.add(client);
    (client as unknown as { _sock: Socket })._sock.setNoDelay(true);
    client.on('error', () => undefined);
    client.once('close', () => this.#open.delete(client));
    const key = utils.parseKey(this.clientKey);
    if (key instanceof Error) throw key;
    const known = (Array.isArray(key) ? key[0]! : key).getPublicSSH();
    client.on('authentication', (context) => {
      this.offered.push(context.method);
      if (context.method === 'publickey' && context.key.data.equals(known)) context.accept();
      else context.reject(['publickey']);
    });
    client.once('ready', () => client.on('session', (accept) => accept().on('sftp', (begin) => this.#answer(client, begin()))));
  }

  #answer(client: Connection, sftp: SFTPWrapper): void {
    const at = (path: string) => join(this.root, path);
    const on = (call: string, act: (id: number, ...given: never[]) => Promise<void>) =>
      (sftp as unknown as { on(event: string, listener: (...given: never[]) => void): void }).on(call, (id: never, ...given: never[]) => {
        const breaks = this.#break?.call === call ? this.#break.when : undefined;
        if (breaks !== undefined) this.#break = undefined;
        if (breaks === 'before') return drop(client);
        const send = sftp.status.bind(sftp);
        if (breaks === 'after') sftp.status = () => drop(client) as never;
        act(id as number, ...given)
          .catch((error: Failure) => send(id as number, error.code === 'ENOENT' ? STATUS_CODE.NO_SUCH_FILE : STATUS_CODE.FAILURE))
          .catch(() => undefined);
      });
    const handle = (file: FileHandle, names?: string[]): Buffer => {
      this.#files.set(++this.#handles, { file, ...(names && { names }) });
      const made = Buffer.alloc(4);
      made.writeUInt32BE(this.#handles);
      return made;
    };
    const of = (given: Buffer) => this.#files.get(given.readUInt32BE())!;
    const ok = (id: number) => void sftp.status(id, STATUS_CODE.OK);

    on('OPEN', async (id: number, path: string, flags: number) => {
      const mode = flags & OPEN_MODE.WRITE ? constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC : constants.O_RDONLY;
      sftp.handle(id, handle(await open(at(path), mode)));
    });
    on('OPENDIR', async (id: number, path: string) => {
      const names = await readdir(at(path));
      sftp.handle(id, handle(await open(at(path), 'r'), names));
    });
    on('READDIR', async (id: number, given: Buffer) => {
      const one = of(given);
      const names = one.names ?? [];
      one.names = [];
      if (names.length === 0) return void sftp.status(id, STATUS_CODE.EOF);
      sftp.name(
        id,
        names.map((filename) => ({ filename, longname: filename, attrs: {} as never })),
      );
    });
    on('READ', async (id: number, given: Buffer, offset: number, length: number) => {
      const { bytesRead, buffer } = await of(given).file.read(Buffer.alloc(length), 0, length, offset);
      if (bytesRead === 0) sftp.status(id, STATUS_CODE.EOF);
      else sftp.data(id, buffer.subarray(0, bytesRead));
    });
    on('WRITE', async (id: number, given: Buffer, offset: number, data: Buffer) => {
      await of(given).file.write(data, 0, data.length, offset);
      ok(id);
    });
    on('CLOSE', async (id: number, given: Buffer) => {
      await of(given).file.close();
      this.#files.delete(given.readUInt32BE());
      ok(id);
    });
    on('RENAME', async (id: number, from: string, to: string) => {
      // Version 3 replaces nothing.
      if (await stat(at(to)).catch(() => undefined)) throw new Error('It is there.');
      await rename(at(from), at(to));
      ok(id);
    });
    on('MKDIR', async (id: number, path: string) => {
      await mkdir(at(path));
      ok(id);
    });
    on('LSTAT', async (id: number, path: string) => {
      const { mode, uid, gid, size, atimeMs, mtimeMs } = await lstat(at(path));
      sftp.attrs(id, { mode, uid, gid, size, atime: Math.floor(atimeMs / 1000), mtime: Math.floor(mtimeMs / 1000) });
    });
  }
}

/** Without a word of farewell, as a cable that is pulled. */
function drop(client: Connection): void {
  (client as unknown as { _sock: { destroy(): void } })._sock.destroy();
}
