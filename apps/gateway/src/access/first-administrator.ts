import { writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type { AccessStore, AuditLog } from '#exchange';
import { rightsOf, type RoleBook } from '#model';
import { nameKeyOf } from './account-name.ts';
import { oneTimeSecret } from './credentials.ts';
import type { Passwords } from './passwords.ts';

export interface FirstAdministratorOptions {
  readonly store: AccessStore;
  readonly roles: RoleBook;
  readonly passwords: Passwords;
  readonly audit: AuditLog;
  readonly now: Date;
  /** Written with mode 0600. */
  readonly file: string;
  /** Told once, to whoever starts the gateway. */
  readonly tell: (text: string) => void;
  /** A person reads what is told, at a terminal. Else it is a log, where no secret belongs. */
  readonly interactive: boolean;
}

const NAME = 'administrator';
const ROLE = 'platform-administrator';
const HOURS = 72;

/**
 * Makes one administrator with a one-time secret while nobody can manage accounts: at the first start, when the secret ran out
 * unused, and when the owner of the database has disabled every administrator because all were locked out. Never a known
 * password. Several processes may start at once: the name is unique, one of them makes it.
 */
export async function ensureAdministrator(options: FirstAdministratorOptions): Promise<void> {
  const { store, roles, now } = options;
  const able = (await store.accounts()).filter(
    (account) => account.kind === 'person' && !account.disabled && rightsOf(roles, account.roles).has('accounts.manage'),
  );
  for (const { id, oidc } of able) {
    const account = await store.account(id);
    if (oidc || account?.secretUntil === undefined || account.secretUntil > now) return;
    return renew(options, account.name, id, account.secretUntil);
  }
  return create(options);
}

async function renew(options: FirstAdministratorOptions, name: string, id: string, expired: Date): Promise<void> {
  const { store, passwords, now, audit } = options;
  const secret = oneTimeSecret();
  const at = { actor: 'gateway', subject: `account:${id}`, reason: 'the one-time secret ran out unused', at: now };
  await audit.append({ ...at, action: 'account.reset' });
  // Another process that starts now may be first, and its secret is the one.
  if (await store.resetAccount(id, await passwords.hash(secret), until(now), now, expired)) await hand(options, name, secret);
}

async function create(options: FirstAdministratorOptions): Promise<void> {
  const { store, passwords, now, audit } = options;
  const secret = oneTimeSecret();
  const password = await passwords.hash(secret);
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? NAME : `${NAME}-${number}`;
    if (await store.accountByName(nameKeyOf(name))) continue;
    const id = randomUUID();
    const account = { id, kind: 'person', name, nameKey: nameKeyOf(name), roles: [ROLE], partners: [], password } as const;
    // Taken this moment: another process was first, and its secret is the one.
    if (!(await store.createAccount({ ...account, secretUntil: until(now), at: now }))) return;
    const why = { reason: 'nobody could manage accounts', after: { name, roles: [ROLE] } };
    await audit.append({ actor: 'gateway', action: 'account.create', subject: `account:${id}`, ...why, at: now });
    return hand(options, name, secret);
  }
}

async function hand({ file, tell, interactive }: FirstAdministratorOptions, name: string, secret: string): Promise<void> {
  await writeFile(file, `${name}\n${secret}\n`, { mode: 0o600 });
  tell(
    `First administrator: ${name}\nOne-time secret ${interactive ? `(shown once, also in ${file}): ${secret}` : `in ${file}`}\n` +
      `It has to be changed, and a second factor enrolled, within ${HOURS} hours. Then remove the file.\n`,
  );
}

const until = (now: Date): Date => new Date(now.getTime() + HOURS * 3_600_000);
