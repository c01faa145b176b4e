import { execFile, spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { hydrateLinks, startEmbedded, stopEmbedded } from '#adapters';

describe('the embedded PostgreSQL', () => {
  let folder: string;
  /** An initialised cluster, to be copied where a test is not about the first start. */
  let cluster: string;
  const makeFolder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'landbridge-embedded-'));
    // When the tests run as root the server runs as another user, who must be able to enter.
    await chmod(made, 0o755);
    return made;
  };
  const initialised = async (): Promise<void> => {
    await promisify(execFile)('cp', ['-a', `${cluster}/.`, folder]);
  };
  beforeAll(async () => {
    cluster = await makeFolder();
    await (await startEmbedded({ folder: cluster })).stop();
  });
  afterAll(() => rm(cluster, { recursive: true, force: true }));
  beforeEach(async () => void (folder = await makeFolder()));
  afterEach(async () => {
    await stopEmbedded(folder);
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (url: string, query: string) => {
    const client = new Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<{ answer: string }>(query)).rows[0]?.answer;
    } finally {
      await client.end();
    }
  };

  it('flushes every commit, listens on loopback only and asks for a password that only we can read', async () => {
    const { url, port } = await startEmbedded({ folder });
    for (const [setting, value] of Object.entries({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
    })) {
      expect([setting, await ask(url, `SELECT current_setting('${setting}') AS answer`)]).toEqual([setting, value]);
    }
    await expect(ask(`postgres://landbridge:guess@127.0.0.1:${port}/landbridge`, 'SELECT 1')).rejects.toThrow(
      'password authentication failed',
    );
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(folder, 'data', 'pg_hba.conf'), 'utf8')).not.toMatch(/^[^#\n]*trust/m);
  });

  it('keeps its data and password from one start to the next', async () => {
    await initialised();
    const first = await startEmbedded({ folder });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1');
    await first.stop();
    const second = await startEmbedded({ folder });
    expect(second.reused).toBe(false);
    expect(second.port).toBe(first.port);
    expect(await ask(second.url, 'SELECT count(*) AS answer FROM kept')).toBe('1');
  });

  it('recovers after a kill -9 of the server', async () => {
    await initialised();
    const first = await startEmbedded({ folder });
    await ask(first.url, 'CREATE TABLE kept AS SELECT 1');
    process.kill(first.pid, 'SIGKILL');
    const second = await startEmbedded({ folder });
    expect(second.pid).not.toBe(first.pid);
    expect(await ask(second.url, 'SELECT count(*) AS answer FROM kept')).toBe('1');
  });

  it('goes on with a server that an earlier process left running', async () => {
    await initialised();
    const first = await startEmbedded({ folder });
    const second = await startEmbedded({ folder });
    expect([second.reused, second.pid, second.url]).toEqual([true, first.pid, first.url]);
    await second.stop();
    await expect(ask(first.url, 'SELECT 1')).rejects.toThrow();
    expect(await stopEmbedded(folder)).toBe(false);
  });

  it('is started once when several ask at the same moment', async () => {
    const servers = await Promise.all([startEmbedded({ folder }), startEmbedded({ folder }), startEmbedded({ folder })]);
    expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1);
    expect(servers.filter(({ reused }) => !reused)).toHaveLength(1);
  });

  it('does not touch a stranger that now has the process id of a dead server', async () => {
    await initialised();
    const first = await startEmbedded({ folder });
    await first.stop();
    const stranger = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'], { stdio: 'ignore' });
    const data = join(folder, 'data');
    await writeFile(join(data, 'postmaster.pid'), [stranger.pid, data, 0, 1, '', '127.0.0.1', '', ''].join('\n'));
    try {
      const second = await startEmbedded({ folder });
      expect(second.pid).not.toBe(stranger.pid);
      await second.stop();
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it('finds another home when the server may not enter the folder', async () => {
    await chmod(folder, 0o700);
    const server = await startEmbedded({ folder });
    expect(await ask(server.url, 'SELECT 1 AS answer')).toBe(1);
    expect(server.home === folder).toBe(userInfo().uid !== 0);
    expect((await startEmbedded({ folder })).pid).toBe(server.pid);
    await server.stop();
    await rm(server.home, { recursive: true, force: true });
  });

  it('begins again when the first start was killed half way', async () => {
    await mkdir(join(folder, 'data'));
    await writeFile(join(folder, 'data', 'half'), '');
    const server = await startEmbedded({ folder });
    expect(await ask(server.url, 'SELECT 1 AS answer')).toBe(1);
  });

  it('makes the library links that a package manager left out', async () => {
    const native = join(folder, 'native');
    await mkdir(join(native, 'lib'), { recursive: true });
    await writeFile(join(native, 'lib', 'libpq.so.5.18'), '');
    await writeFile(
      join(native, 'pg-symlinks.json'),
      JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
    );
    await hydrateLinks(native);
    await hydrateLinks(native);
    expect(await readlink(join(native, 'lib', 'libpq.so.5'))).toBe('libpq.so.5.18');
  });
});
