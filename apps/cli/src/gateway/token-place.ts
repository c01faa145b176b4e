import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Sessions of `landbridge login`, one a gateway address; mode 0600. */
const storedSessions = (home: string): string => join(home, '.config', 'landbridge', 'sessions.json');

/**
 * The token for a gateway: given, else the one that `landbridge login` stored for this address, else, for the gateway of this
 * installation, the one it keeps for whoever may read its data folder. A token is never shown to another address than its own.
 */
export function tokenFor(
  base: string,
  { given, data, own, home = homedir() }: { given: string | undefined; data: string; own: string; home?: string },
): string | undefined {
  return given ?? sessions(home)[base] ?? (base === own ? contentOf(join(data, 'local.token')) : undefined);
}

/** Stores the token of a session for a gateway, or forgets it. */
export function storeToken(base: string, token: string | undefined, home = homedir()): string {
  const stored = Object.fromEntries(Object.entries(sessions(home)).filter(([address]) => address !== base));
  const file = storedSessions(home);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(token === undefined ? stored : { ...stored, [base]: token }, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, file);
  return file;
}

function sessions(home: string): Readonly<Record<string, string>> {
  try {
    const parsed: unknown = JSON.parse(contentOf(storedSessions(home)) ?? '{}');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, string>) : {};
  } catch {
    return {};
  }
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}
