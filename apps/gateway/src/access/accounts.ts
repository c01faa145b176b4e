import { randomUUID } from 'node:crypto';
import {
  actorName,
  type AccessStore,
  type AccessToken,
  type Account,
  type AccountChange,
  type Actor,
  type AuditLog,
  type Clock,
  type Partners,
} from '#exchange';
import { ExchangeError, exclusiveRoles, rightsOf, type Right, type RoleBook } from '#model';
import { accountName, nameKeyOf } from './account-name.ts';
import { digestOf, newCredential, oneTimeSecret } from './credentials.ts';
import type { Passwords } from './passwords.ts';

export interface AccountsOptions {
  readonly store: AccessStore;
  readonly roles: RoleBook;
  readonly passwords: Passwords;
  readonly audit: AuditLog;
  readonly clock: Clock;
  /** The issuer whose identities accounts may name. */
  readonly issuer: string | undefined;
  /** Partners there are. */
  readonly partners: { has(partner: string): boolean };
}

export interface Wanted {
  readonly name: string;
  readonly kind: Account['kind'];
  readonly roles: readonly string[];
  readonly partners: Partners;
  /** Subject at the issuer; absent: a local account with a one-time secret. */
  readonly oidcSubject?: string | undefined;
}

/** What Nest injects the roles by. */
export const ROLE_BOOK = Symbol('roles');

/** A one-time secret has to be used within this time. */
const SECRET_HOURS = 72;
/** What a program is never given: it would be a second person, or make accounts for itself. */
const PERSONS_ONLY: readonly Right[] = ['approvals.decide', 'accounts.manage', 'payloads.reveal'];

/** Accounts as administrators keep them. Every change says why, is audited first, and is in force with the next request. */
export class Accounts {
  constructor(private readonly options: AccountsOptions) {}

  list(): Promise<readonly Account[]> {
    return this.options.store.accounts();
  }

  async create(by: Actor, wanted: Wanted, reason: string): Promise<{ readonly account: Account; readonly oneTimeSecret?: string }> {
    const { store, passwords, clock, issuer } = this.options;
    const name = accountName(wanted.name);
    this.requireGrantable(wanted);
    if (wanted.oidcSubject !== undefined && (issuer === undefined || wanted.kind === 'service'))
      throw new ExchangeError('USAGE', { pointer: 'oidcSubject', detail: 'No issuer is configured, or the account is no person.' });
    const id = randomUUID();
    const secret = wanted.kind === 'person' && wanted.oidcSubject === undefined ? oneTimeSecret() : undefined;
    const { kind, roles, partners } = wanted;
    await this.say(by, 'account.create', id, reason, { after: { name, kind, roles, partners } });
    const account = await store.createAccount({
      id,
      kind,
      name,
      nameKey: nameKeyOf(name),
      roles,
      partners,
      ...(wanted.oidcSubject !== undefined && issuer !== undefined ? { oidc: { issuer, subject: wanted.oidcSubject } } : {}),
      ...(secret === undefined ? {} : { password: await passwords.hash(secret), secretUntil: this.secretUntil() }),
      at: clock.now(),
    });
    if (!account) throw new ExchangeError('NAME_TAKEN');
    return secret === undefined ? { account } : { account, oneTimeSecret: secret };
  }

  /** Not one's own: nobody gives rights to themselves, and the last administrator cannot lock everybody out. */
  async change(by: Actor, id: string, change: AccountChange, reason: string): Promise<Account> {
    const account = await this.another(by, id);
    this.requireGrantable({ ...account, ...change });
    const before = Object.fromEntries(Object.keys(change).map((name) => [name, account[name as keyof AccountChange]]));
    await this.say(by, 'account.change', id, reason, { before, after: change });
    return (await this.options.store.changeAccount(id, change, this.options.clock.now())) ?? notFound();
  }

  /** A new one-time secret; password and second factor are forgotten, every session ends. */
  async reset(by: Actor, id: string, reason: string): Promise<{ readonly account: Account; readonly oneTimeSecret: string }> {
    const { store, passwords, clock } = this.options;
    const { kind, oidc } = await this.another(by, id);
    if (kind !== 'person' || oidc) throw new ExchangeError('USAGE', { detail: 'This account has no password here.' });
    const secret = oneTimeSecret();
    await this.say(by, 'account.reset', id, reason, {});
    const account = await store.resetAccount(id, await passwords.hash(secret), this.secretUntil(), clock.now());
    return { account: account ?? notFound(), oneTimeSecret: secret };
  }

  async endSessions(by: Actor, id: string, reason: string): Promise<number> {
    await this.existing(id);
    await this.say(by, 'session.end', id, reason, {});
    return this.options.store.endSessions(id, 'ended by an administrator', this.options.clock.now());
  }

  async tokens(id: string): Promise<readonly AccessToken[]> {
    await this.existing(id);
    return this.options.store.tokens(id);
  }

  async issueToken(by: Actor, id: string, label: string, days: number, reason: string) {
    const { store, clock } = this.options;
    if ((await this.existing(id)).kind !== 'service')
      throw new ExchangeError('USAGE', { detail: 'Tokens are for service accounts; people sign in.' });
    const now = clock.now();
    const token = { id: randomUUID(), accountId: id, label, createdAt: now, until: new Date(now.getTime() + days * 86_400_000) };
    const credential = newCredential('lbt');
    await this.say(by, 'token.issue', id, reason, { after: { token: token.id, label, until: token.until.toISOString() } });
    await store.addToken(token, digestOf(credential));
    return { ...token, token: credential };
  }

  async revokeToken(by: Actor, id: string, tokenId: string, reason: string): Promise<void> {
    await this.say(by, 'token.revoke', id, reason, { after: { token: tokenId } });
    if (!(await this.options.store.revokeToken(id, tokenId, this.options.clock.now()))) notFound();
  }

  private requireGrantable({ kind, roles: names, partners }: Pick<Account, 'kind' | 'roles' | 'partners'>): void {
    const { roles, partners: known } = this.options;
    const unknownRole = names.find((name) => !Object.hasOwn(roles.roles, name));
    if (unknownRole !== undefined) throw new ExchangeError('USAGE', { pointer: 'roles', detail: 'There is no such role.' });
    const exclusive = exclusiveRoles(roles, names);
    if (exclusive)
      throw new ExchangeError('USAGE', { pointer: 'roles', detail: `One account does not hold ${exclusive.join(' and ')} together.` });
    const rights = rightsOf(roles, names);
    if (kind === 'service' && PERSONS_ONLY.some((right) => rights.has(right)))
      throw new ExchangeError('USAGE', { pointer: 'roles', detail: 'A role with this right is for people only.' });
    if (partners !== 'all' && partners.some((partner) => !known.has(partner)))
      throw new ExchangeError('USAGE', { pointer: 'partners', detail: 'There is no such partner.' });
  }

  private async existing(id: string): Promise<Account> {
    return (await this.options.store.account(id)) ?? notFound();
  }

  private async another(by: Actor, id: string): Promise<Account> {
    if (by.account.id === id) throw new ExchangeError('NOT_ALLOWED', { detail: 'Another administrator changes your account.' });
    return this.existing(id);
  }

  private secretUntil(): Date {
    return new Date(this.options.clock.now().getTime() + SECRET_HOURS * 3_600_000);
  }

  private say(by: Actor, action: string, id: string, reason: string, change: { before?: unknown; after?: unknown }): Promise<void> {
    return this.options.audit.append({
      actor: actorName(by),
      action,
      subject: `account:${id}`,
      reason,
      ...change,
      at: this.options.clock.now(),
    });
  }
}

const notFound = (): never => {
  throw new ExchangeError('NOT_FOUND');
};
