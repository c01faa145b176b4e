import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { ExchangeError } from '#model';

const run = promisify(execFile);

/** Whom the server runs as; empty when that is simply ourselves. */
export interface ServerUser {
  readonly uid?: number;
  readonly gid?: number;
}

/** PostgreSQL refuses to run as root. Then it runs as the system user `postgres`, which is made where it is missing. */
export async function serverUser(): Promise<ServerUser> {
  if (userInfo().uid !== 0) return {};
  const known = await idsOf('postgres');
  if (known) return known;
  await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch(() => undefined);
  const made = await idsOf('postgres');
  if (made) return made;
  throw new ExchangeError('CONFIGURATION_INVALID', {
    detail: 'PostgreSQL does not run as root and the user postgres could not be made: run as an ordinary user, or set DATABASE_URL.',
  });
}

async function idsOf(name: string): Promise<{ uid: number; gid: number } | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch {
    return undefined;
  }
}
