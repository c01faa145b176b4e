import type { Partners } from '../access/scope.ts';

/** Somebody or something that may sign in. Accounts are never deleted: the audit trail names them. */
export interface Account {
  readonly id: string;
  readonly kind: 'person' | 'service';
  /** As written by whoever created it, NFC. */
  readonly name: string;
  readonly roles: readonly string[];
  readonly partners: Partners;
  readonly disabled: boolean;
  /** The password is a one-time secret, or has to be changed for another reason. */
  readonly mustChangePassword: boolean;
  /** A second factor is enrolled. */
  readonly enrolled: boolean;
  /** Signs in at the issuer and has no password here. */
  readonly oidc?: { readonly issuer: string; readonly subject: string };
  readonly createdAt: Date;
  readonly lastSignInAt?: Date;
}

/** An account with what proves it. Never leaves the services of access. */
export interface AccountSecrets extends Account {
  /** PHC string. */
  readonly password?: string;
  /** A one-time secret is worth nothing after this. */
  readonly secretUntil?: Date;
  /** Sealed under the master key. */
  readonly totpSecret?: string;
  readonly totpPending?: string;
}

export interface NewAccount {
  readonly id: string;
  readonly kind: 'person' | 'service';
  readonly name: string;
  /** Equal for names that people would call the same; unique. */
  readonly nameKey: string;
  readonly roles: readonly string[];
  readonly partners: Partners;
  readonly oidc?: { readonly issuer: string; readonly subject: string };
  readonly password?: string;
  readonly secretUntil?: Date;
  readonly at: Date;
}

export interface AccountChange {
  readonly roles?: readonly string[];
  readonly partners?: Partners;
  readonly disabled?: boolean;
}

/** `setup`: has to change the one-time secret or enrol the second factor and may do nothing else. */
export type Stage = 'setup' | 'full';

export interface Session {
  /** For lists and for ending it; worth nothing as a credential. */
  readonly id: string;
  readonly accountId: string;
  /** `browser`: in a cookie, writes need the anti-forgery header. `token`: bearer, for the command line. */
  readonly kind: 'browser' | 'token';
  readonly stage: Stage;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly until: Date;
  readonly address: string;
}

/** A bearer token of a service account. */
export interface AccessToken {
  readonly id: string;
  readonly accountId: string;
  readonly label: string;
  readonly createdAt: Date;
  readonly until: Date;
  readonly lastUsedAt?: Date;
  readonly revokedAt?: Date;
}

export interface Throttle {
  /** Tries that are free. */
  readonly burst: number;
  /** Tries given back a second. */
  readonly perSecond: number;
}

export interface OidcFlow {
  readonly stateHash: string;
  readonly browserHash: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly until: Date;
}

/**
 * Accounts, sessions, tokens, kept for all gateway processes alike. Credentials are looked up by their SHA-256 only. Whatever
 * ends a session, disables an account or revokes a token is in force for the next request everywhere.
 */
export abstract class AccessStore {
  /** Undefined: the name, or the identity at the issuer, is taken. */
  abstract createAccount(account: NewAccount): Promise<Account | undefined>;
  abstract accounts(): Promise<readonly Account[]>;
  abstract account(id: string): Promise<AccountSecrets | undefined>;
  abstract accountByName(nameKey: string): Promise<AccountSecrets | undefined>;
  abstract accountByIdentity(issuer: string, subject: string): Promise<AccountSecrets | undefined>;
  /** Changes roles, partners or state and ends every session of the account in the same commit. Undefined: no such account. */
  abstract changeAccount(id: string, change: AccountChange, at: Date): Promise<Account | undefined>;
  /**
   * Replaces the password by a one-time secret, forgets the second factor, ends every session. With `expired` only while the
   * secret is still the one that ended then: of two that renew it at once one does. Undefined: nothing was reset.
   */
  abstract resetAccount(id: string, password: string, secretUntil: Date, at: Date, expired?: Date): Promise<Account | undefined>;
  /** Keeps the new password and ends every other session of the account. */
  abstract setPassword(id: string, password: string, keepSession: string, at: Date): Promise<void>;
  abstract setPendingFactor(id: string, sealed: string): Promise<void>;
  /** Makes the pending factor the one in force; `counter` is the step just used. False: nothing was pending, or it changed meanwhile. */
  abstract enrolFactor(id: string, sealed: string, counter: number, recoveryHashes: readonly string[]): Promise<boolean>;
  /** Uses a time step once. False: this step or a later one was used before. */
  abstract useStep(id: string, counter: number): Promise<boolean>;
  /** Uses a recovery code once. False: not one of the account's. */
  abstract useRecoveryCode(id: string, hash: string): Promise<boolean>;

  abstract openSession(hash: string, session: Session): Promise<void>;
  /** The session and its account, unless it ended, expired, idled too long, or the account is disabled. `touch`: it was used by a person. */
  abstract session(
    hash: string,
    at: Date,
    idleSeconds: number,
    touch: boolean,
  ): Promise<{ readonly session: Session; readonly account: Account } | undefined>;
  abstract sessions(accountId: string, at: Date, idleSeconds: number): Promise<readonly Session[]>;
  abstract endSession(hash: string, because: string, at: Date): Promise<void>;
  /** Ends all of an account, but for one where named; says how many. */
  abstract endSessions(accountId: string, because: string, at: Date, exceptHash?: string): Promise<number>;
  abstract signedIn(accountId: string, at: Date): Promise<void>;

  abstract addToken(token: AccessToken, hash: string): Promise<void>;
  abstract tokens(accountId: string): Promise<readonly AccessToken[]>;
  /** False: no such token of this account, or revoked before. */
  abstract revokeToken(accountId: string, id: string, at: Date): Promise<boolean>;
  /** The account of a token in force. */
  abstract accountByToken(hash: string, at: Date): Promise<Account | undefined>;

  /** Takes one try of a subject, before anything is looked at: parallel tries cannot slip through. False: none left. */
  abstract take(subject: string, throttle: Throttle, at: Date): Promise<boolean>;
  abstract forgive(subject: string): Promise<void>;

  abstract beginFlow(flow: OidcFlow): Promise<void>;
  /** Takes a flow out: it can be finished once, and in the browser that began it. */
  abstract takeFlow(stateHash: string, browserHash: string, at: Date): Promise<OidcFlow | undefined>;
  /** Throws away what is over: ended sessions after `keepSeconds`, flows, throttles. */
  abstract sweep(at: Date, keepSeconds: number): Promise<void>;
}
