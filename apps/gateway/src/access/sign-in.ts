import { createHash, type KeyObject } from 'node:crypto';
import { actorName, type AccessStore, type AccountSecrets, type AuditLog, type Clock, type Session, type Throttle } from '#exchange';
import { ExchangeError } from '#model';
import { openSecret, sealSecret } from '#trust';
import { nameKeyOf } from './account-name.ts';
import type { Authenticated } from './authenticator.ts';
import { digestOf, oneTimeSecret } from './credentials.ts';
import { requireGoodPassword, type Passwords } from './passwords.ts';
import { newFactor, stepOf, type NewFactor } from './second-factor.ts';
import type { Opened, Sessions } from './sessions.ts';

export interface SignInOptions {
  readonly store: AccessStore;
  readonly sessions: Sessions;
  readonly passwords: Passwords;
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly master: KeyObject;
}

export interface Proof {
  readonly name: string;
  readonly password: string;
  /** Six digits of the second factor, or a recovery code; absent only while no factor is enrolled. */
  readonly code?: string | undefined;
}

/** Somebody with a session, as the guard found them. */
export type SignedIn = Authenticated & { readonly session: Session };

/**
 * Tries a minute. One address cannot lock somebody out of their account from everywhere else; many addresses together cannot
 * guess faster than the account allows.
 */
const THROTTLES = {
  address: { burst: 30, perSecond: 0.2 },
  pair: { burst: 5, perSecond: 1 / 60 },
  account: { burst: 50, perSecond: 0.1 },
  /** Codes tried by who knows the password, from wherever: at a thousand years for an even chance nobody waits for six digits to fit. */
  factor: { burst: 10, perSecond: 1 / 600 },
} as const satisfies Record<string, Throttle>;

const RECOVERY_CODES = 10;

/** Signing in with what is kept here, and changing it. Every refusal is the same, in words and in time. */
export class SignIn {
  constructor(private readonly options: SignInOptions) {}

  async open({ name, password, code }: Proof, kind: Session['kind'], address: string): Promise<Opened> {
    const { store, passwords, sessions, clock } = this.options;
    const nameKey = nameKeyOf(name);
    const pair = await this.take(nameKey, address);
    const account = await store.accountByName(nameKey);
    const usable = account && !account.disabled && account.kind === 'person' && !((account.secretUntil ?? NEVER) < clock.now());
    const right = await passwords.verify(password, usable ? account.password : undefined);
    if (!usable || !right || (account.enrolled && !(await this.factorHolds(account, code ?? '')))) {
      await this.say(account ?? { id: '-', name: '-' }, 'session.refuse', address);
      throw new ExchangeError('SIGN_IN_REFUSED');
    }
    await store.forgive(pair);
    await store.forgive(factorOf(account));
    const opened = await sessions.open(account, kind, address);
    await this.say(account, 'session.open', address);
    return opened;
  }

  /** Replaces the password, ends every other session, gives this one a new id. */
  async changePassword(by: SignedIn, current: string, next: string): Promise<Opened> {
    const { store, passwords, clock } = this.options;
    const account = await this.confirmed(by, current);
    requireGoodPassword(next, account.name);
    if (next === current) throw new ExchangeError('USAGE', { pointer: 'next', detail: 'The new password is the old one.' });
    await store.setPassword(account.id, await passwords.hash(next), digestOf(by.credential), clock.now());
    await this.say(account, 'password.change', by.session.address);
    return this.options.sessions.renew(by);
  }

  /** A new second factor, in force when a code of it is confirmed; until then the old one is. */
  async beginFactor(by: SignedIn, password: string): Promise<NewFactor> {
    const account = await this.confirmed(by, password);
    const factor = newFactor(account.name);
    await this.say(account, 'factor.begin', by.session.address);
    await this.options.store.setPendingFactor(account.id, await sealSecret(factor.secret, account.id, this.options.master));
    return factor;
  }

  async close({ actor, session, credential }: SignedIn): Promise<void> {
    await this.say(actor.account, 'session.close', session.address);
    await this.options.sessions.end(credential, 'signed out');
  }

  /** Every other session of the own account; answers how many there were. */
  async endOthers({ actor, session, credential }: SignedIn): Promise<number> {
    await this.say(actor.account, 'session.end', session.address);
    return this.options.store.endSessions(session.accountId, 'ended by its owner', this.options.clock.now(), digestOf(credential));
  }

  async confirmFactor(by: SignedIn, code: string): Promise<Opened & { readonly recoveryCodes: readonly string[] }> {
    const { store, clock, master, sessions } = this.options;
    await this.takeFor(by);
    const account = (await store.account(by.session.accountId))!;
    const pending = account.totpPending;
    const step = pending === undefined ? undefined : stepOf(await openSecret(pending, account.id, master), code, clock.now());
    const recoveryCodes = Array.from({ length: RECOVERY_CODES }, oneTimeSecret);
    const hashes = recoveryCodes.map(digestOf);
    if (pending === undefined || step === undefined || !(await store.enrolFactor(account.id, pending, step, hashes))) {
      await this.say(account, 'factor.refuse', by.session.address);
      throw new ExchangeError('SIGN_IN_REFUSED');
    }
    await store.endSessions(account.id, 'factor changed', clock.now(), digestOf(by.credential));
    await this.say(account, 'factor.enrol', by.session.address);
    return { ...(await sessions.renew(by)), recoveryCodes };
  }

  private async confirmed(by: SignedIn, password: string): Promise<AccountSecrets> {
    await this.takeFor(by);
    const account = (await this.options.store.account(by.session.accountId))!;
    if (await this.options.passwords.verify(password, account.password)) return account;
    await this.say(account, 'password.refuse', by.session.address);
    throw new ExchangeError('SIGN_IN_REFUSED');
  }

  /**
   * A code works once: a step that was used, or is older than one that was, does not count (RFC 6238 §5.2). After too many tries no code
   * does for a while, and whoever tries is not told: it would say that the password was right.
   */
  private async factorHolds({ id, totpSecret }: AccountSecrets, code: string): Promise<boolean> {
    const { store, master, clock } = this.options;
    if (totpSecret === undefined || code === '') return false;
    if (!(await store.take(factorOf({ id }), THROTTLES.factor, clock.now()))) return false;
    if (!/^\d{6}$/.test(code)) return store.useRecoveryCode(id, digestOf(code.trim().toLowerCase()));
    const step = stepOf(await openSecret(totpSecret, id, master), code, clock.now());
    return step !== undefined && store.useStep(id, step);
  }

  private async take(nameKey: string, address: string): Promise<string> {
    const { store, clock } = this.options;
    const named = createHash('sha256').update(nameKey).digest('base64url');
    const pair = `pair:${named}:${address}`;
    const now = clock.now();
    for (const [subject, throttle] of [
      [`address:${address}`, THROTTLES.address],
      [pair, THROTTLES.pair],
      [`account:${named}`, THROTTLES.account],
    ] as const)
      if (!(await store.take(subject, throttle, now))) throw new ExchangeError('RATE_LIMITED');
    return pair;
  }

  /** A stolen session does not get to try passwords or codes without end. */
  private async takeFor({ session }: SignedIn): Promise<void> {
    const { store, clock } = this.options;
    if (!(await store.take(`confirm:${session.accountId}`, { burst: 10, perSecond: 1 / 30 }, clock.now())))
      throw new ExchangeError('RATE_LIMITED');
  }

  private async say(account: { readonly id: string; readonly name: string }, action: string, address: string): Promise<void> {
    const actor = actorName({ account: { id: account.id, name: account.name, kind: 'person' } });
    const { audit, clock } = this.options;
    await audit.append({ actor, action, subject: `account:${account.id}`, after: { address }, at: clock.now() });
  }
}

const factorOf = ({ id }: { readonly id: string }): string => `factor:${id}`;
const NEVER = new Date(8.64e15);
