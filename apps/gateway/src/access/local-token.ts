import { open, readFile, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import type { AccessStore } from '#exchange';
import { nameKeyOf } from './account-name.ts';
import { digestOf, kindOf, newCredential } from './credentials.ts';

const NAME = 'local';
const DAYS = 365;

/**
 * A service account `local` with the role viewer, whose token lies in `file` (mode 0600, beside the private keys): whoever
 * operates this installation looks at it from the command line without signing in. Made at the first start; to switch it off,
 * disable the account; to renew the token, remove the file. A token that was revoked stays so. Safe for several processes that
 * start at once on one folder: the file is written first, by one of them, and both keep its digest.
 */
export async function ensureLocalToken(store: AccessStore, file: string, now: Date): Promise<void> {
  const created = await store.createAccount({
    id: randomUUID(),
    kind: 'service',
    name: NAME,
    nameKey: nameKeyOf(NAME),
    roles: ['viewer'],
    partners: 'all',
    at: now,
  });
  const account = created ?? (await store.accountByName(nameKeyOf(NAME)));
  if (account?.kind !== 'service') return;
  const credential = await credentialIn(file);
  const label = `${hostname()} ${digestOf(credential).slice(0, 12)}`;
  const known = (await store.tokens(account.id)).find((token) => token.label === label);
  if (known && known.until.getTime() < now.getTime() && !known.revokedAt) {
    await unlink(file);
    return ensureLocalToken(store, file, now);
  }
  const until = new Date(now.getTime() + DAYS * 86_400_000);
  if (!known) await store.addToken({ id: randomUUID(), accountId: account.id, label, createdAt: now, until }, digestOf(credential));
}

async function credentialIn(file: string): Promise<string> {
  const credential = newCredential('lbt');
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  if (!handle) {
    // Another process may have made it this moment and not written it yet.
    for (let attempt = 0; attempt < 50; attempt += 1) {
      const kept = (await readFile(file, 'utf8')).trim();
      if (kindOf(kept) === 'lbt') return kept;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await unlink(file);
    return credentialIn(file);
  }
  await handle.writeFile(`${credential}\n`).finally(() => handle.close());
  return credential;
}
