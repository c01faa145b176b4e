import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ExchangeError } from '#model';

const run = promisify(execFile);

/** The search path of the programs we start: fixed, so that the caller's environment cannot change what runs. */
export const PROGRAM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Where Debian's and RPM's packages keep one folder a version. */
const PACKAGE_ROOT = '/usr/lib/rabbitmq/lib';
const POLICY = '/usr/sbin/policy-rc.d';

const HOW_TO =
  'RabbitMQ is not installed. Either set AMQP_URL to a broker you run, or install it: as root "apt-get install rabbitmq-server" ' +
  '(Debian, Ubuntu) and then "systemctl disable --now rabbitmq-server", since Landbridge starts a private one by itself.';

async function exists(path: string, mode = constants.F_OK): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}

/** The `sbin` folder of the newest installed version; undefined when RabbitMQ is not installed. */
async function installedScripts(): Promise<string | undefined> {
  const versions = await readdir(PACKAGE_ROOT).catch(() => []);
  const newestFirst = versions
    .filter((name) => name.startsWith('rabbitmq_server-'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  for (const version of newestFirst) {
    const scripts = join(PACKAGE_ROOT, version, 'sbin');
    if (await exists(join(scripts, 'rabbitmq-server'), constants.X_OK)) return scripts;
  }
  return undefined;
}

/** Debian's package starts its service on installation unless policy-rc.d forbids it; ours must never meet it. */
async function installWithoutService(): Promise<void> {
  const ownPolicy = !(await exists(POLICY));
  if (ownPolicy) await writeFile(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  const options = { env: { PATH: PROGRAM_PATH, DEBIAN_FRONTEND: 'noninteractive', HOME: '/root' }, maxBuffer: 16 * 1024 * 1024 };
  try {
    await run('apt-get', ['update', '-q'], options);
    await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'rabbitmq-server'], options);
  } catch (cause) {
    throw new ExchangeError('CONFIGURATION_INVALID', { detail: `${HOW_TO} The attempt to install it by apt-get failed.`, cause });
  } finally {
    if (ownPolicy) await rm(POLICY, { force: true });
  }
}

/**
 * The folder with RabbitMQ's start scripts, to be called directly: Debian's wrapper in the search path would change user.
 * Installs Debian's package when it is missing and we are root; otherwise rejects with CONFIGURATION_INVALID and a text
 * that says exactly what to do.
 */
export async function rabbitmqScripts(): Promise<string> {
  const found = await installedScripts();
  if (found) return found;
  if (process.getuid?.() !== 0 || !(await exists('/usr/bin/apt-get', constants.X_OK))) {
    throw new ExchangeError('CONFIGURATION_INVALID', { detail: HOW_TO });
  }
  await installWithoutService();
  const installed = await installedScripts();
  if (!installed) throw new ExchangeError('CONFIGURATION_INVALID', { detail: HOW_TO });
  return installed;
}
