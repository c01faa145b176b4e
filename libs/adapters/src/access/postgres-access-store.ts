import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import {
  AccessStore,
  type AccessToken,
  type Account,
  type AccountChange,
  type AccountSecrets,
  type NewAccount,
  type OidcFlow,
  type Session,
  type Throttle,
} from '#exchange';
import { poolOf } from '../store/data-source.ts';
import { failure } from '../store/failure.ts';
import * as sql from './sql.ts';
import { accountOf, secretsOf, sessionOf, tokenOf, type AccountRow, type SessionRow, type TokenRow } from './rows.ts';

type Queryable = Pick<PoolClient, 'query'>;

/** Accounts, sessions and tokens in PostgreSQL. */
export class PostgresAccessStore extends AccessStore {
  readonly #pool: Pool;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async createAccount(account: NewAccount): Promise<Account | undefined> {
    const { id, kind, name, nameKey, roles, partners, oidc, password, secretUntil, at } = account;
    const [row] = await this.#rows<AccountRow>(sql.CREATE_ACCOUNT, [
      id,
      kind,
      name,
      nameKey,
      roles,
      partners === 'all' ? null : partners,
      password ?? null,
      secretUntil ?? null,
      oidc?.issuer ?? null,
      oidc?.subject ?? null,
      at,
    ]);
    return row && accountOf(row);
  }

  override async accounts(): Promise<readonly Account[]> {
    return (await this.#rows<AccountRow>(`${sql.ACCOUNTS} ORDER BY name_key`, [])).map(accountOf);
  }

  override account(id: string): Promise<AccountSecrets | undefined> {
    return this.#account('id = $1', [id]);
  }

  override accountByName(nameKey: string): Promise<AccountSecrets | undefined> {
    return this.#account('name_key = $1', [nameKey]);
  }

  override accountByIdentity(issuer: string, subject: string): Promise<AccountSecrets | undefined> {
    return this.#account('oidc_issuer = $1 AND oidc_subject = $2', [issuer, subject]);
  }

  override changeAccount(id: string, { roles, partners, disabled }: AccountChange, at: Date): Promise<Account | undefined> {
    return this.#andEndSessions(id, 'changed', at, sql.CHANGE_ACCOUNT, [
      id,
      roles ?? null,
      partners !== undefined,
      partners === 'all' ? null : (partners ?? null),
      disabled ?? null,
    ]);
  }

  override resetAccount(id: string, password: string, secretUntil: Date, at: Date, expired?: Date): Promise<Account | undefined> {
    return this.#andEndSessions(id, 'reset', at, sql.RESET_ACCOUNT, [id, password, secretUntil, expired ?? null]);
  }

  override async setPassword(id: string, password: string, keepSession: string, at: Date): Promise<void> {
    await this.#transaction(async (client) => {
      await client.query(sql.SET_PASSWORD, [id, password]);
      await client.query(sql.END_SESSIONS, [id, 'password changed', at, keepSession]);
    });
  }

  override async setPendingFactor(id: string, sealed: string): Promise<void> {
    await this.#rows(`UPDATE account SET totp_pending = $2 WHERE id = $1`, [id, sealed]);
  }

  override enrolFactor(id: string, sealed: string, counter: number, recoveryHashes: readonly string[]): Promise<boolean> {
    return this.#transaction(async (client) => {
      const { rowCount } = await client.query(sql.ENROL, [id, sealed, counter]);
      if (rowCount !== 1) return false;
      await client.query(`DELETE FROM recovery_code WHERE account_id = $1`, [id]);
      await client.query(`INSERT INTO recovery_code (account_id, hash) SELECT $1, unnest($2::text[])`, [id, recoveryHashes]);
      return true;
    });
  }

  override async useStep(id: string, counter: number): Promise<boolean> {
    const used = `UPDATE account SET totp_counter = $2 WHERE id = $1 AND totp_counter < $2 RETURNING id`;
    return (await this.#rows(used, [id, counter])).length === 1;
  }

  override async useRecoveryCode(id: string, hash: string): Promise<boolean> {
    const used = `DELETE FROM recovery_code WHERE account_id = $1 AND hash = $2 RETURNING hash`;
    return (await this.#rows(used, [id, hash])).length === 1;
  }

  override async openSession(hash: string, session: Session): Promise<void> {
    const { id, accountId, kind, stage, createdAt, seenAt, until, address } = session;
    await this.#rows(sql.OPEN_SESSION, [hash, id, accountId, kind, stage, createdAt, seenAt, until, address]);
  }

  override async session(hash: string, at: Date, idleSeconds: number, touch: boolean) {
    const [row] = await this.#rows<SessionRow & AccountRow>(sql.SESSION, [hash, at, idleSeconds]);
    if (!row) return undefined;
    // Once a minute is enough to know who is idle; a write a request would be.
    if (touch && at.getTime() - row.seen_at.getTime() > 60_000)
      await this.#rows(`UPDATE session SET seen_at = $2 WHERE hash = $1 AND ended_at IS NULL`, [hash, at]);
    return { session: sessionOf(row), account: accountOf(row) };
  }

  override async sessions(accountId: string, at: Date, idleSeconds: number): Promise<readonly Session[]> {
    return (await this.#rows<SessionRow>(sql.SESSIONS, [accountId, at, idleSeconds])).map(sessionOf);
  }

  override async endSession(hash: string, because: string, at: Date): Promise<void> {
    await this.#rows(`UPDATE session SET ended_at = $3, ended_because = $2 WHERE hash = $1 AND ended_at IS NULL`, [hash, because, at]);
  }

  override async endSessions(accountId: string, because: string, at: Date, exceptHash = ''): Promise<number> {
    return (await this.#rows(`${sql.END_SESSIONS} RETURNING hash`, [accountId, because, at, exceptHash])).length;
  }

  override async signedIn(accountId: string, at: Date): Promise<void> {
    await this.#rows(`UPDATE account SET last_sign_in_at = $2 WHERE id = $1`, [accountId, at]);
  }

  override async addToken({ id, accountId, label, createdAt, until }: AccessToken, hash: string): Promise<void> {
    await this.#rows(sql.ADD_TOKEN, [id, accountId, label, hash, createdAt, until]);
  }

  override async tokens(accountId: string): Promise<readonly AccessToken[]> {
    return (await this.#rows<TokenRow>(sql.TOKENS, [accountId])).map(tokenOf);
  }

  override async revokeToken(accountId: string, id: string, at: Date): Promise<boolean> {
    const revoked = `UPDATE access_token SET revoked_at = $3 WHERE account_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING id`;
    return (await this.#rows(revoked, [accountId, id, at])).length === 1;
  }

  override async accountByToken(hash: string, at: Date): Promise<Account | undefined> {
    const [row] = await this.#rows<AccountRow & { token_id: string; last_used_at: Date | null }>(sql.BY_TOKEN, [hash, at]);
    if (!row) return undefined;
    if (at.getTime() - (row.last_used_at?.getTime() ?? 0) > 60_000)
      await this.#rows(`UPDATE access_token SET last_used_at = $2 WHERE id = $1`, [row.token_id, at]);
    return accountOf(row);
  }

  override async take(subject: string, { burst, perSecond }: Throttle, at: Date): Promise<boolean> {
    return (await this.#rows(sql.TAKE, [subject, burst, perSecond, at])).length === 1;
  }

  override async forgive(subject: string): Promise<void> {
    await this.#rows(`DELETE FROM sign_in_throttle WHERE subject = $1`, [subject]);
  }

  override async beginFlow({ stateHash, browserHash, nonce, verifier, until }: OidcFlow): Promise<void> {
    const insert = `INSERT INTO oidc_flow (state_hash, browser_hash, nonce, verifier, until) VALUES ($1, $2, $3, $4, $5)`;
    await this.#rows(insert, [stateHash, browserHash, nonce, verifier, until]);
  }

  override async takeFlow(stateHash: string, browserHash: string, at: Date): Promise<OidcFlow | undefined> {
    const [row] = await this.#rows<{ nonce: string; verifier: string; until: Date }>(sql.TAKE_FLOW, [stateHash, browserHash, at]);
    return row && { stateHash, browserHash, ...row };
  }

  override async sweep(at: Date, keepSeconds: number): Promise<void> {
    for (const statement of sql.SWEEP) await this.#rows(statement, [at, keepSeconds]);
  }

  async #account(where: string, values: readonly unknown[]): Promise<AccountSecrets | undefined> {
    const [row] = await this.#rows<AccountRow>(`${sql.ACCOUNTS} WHERE ${where}`, values);
    return row && secretsOf(row);
  }

  #andEndSessions(id: string, because: string, at: Date, text: string, values: unknown[]): Promise<Account | undefined> {
    return this.#transaction(async (client) => {
      const [row] = (await client.query<AccountRow>(text, values)).rows;
      if (!row) return undefined;
      await client.query(sql.END_SESSIONS, [id, because, at, '']);
      return accountOf(row);
    });
  }

  async #transaction<T>(work: (client: Queryable) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch((error: unknown) => Promise.reject(failure(error)));
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      // A broken connection rolls back by itself; it must not go back to the pool.
      await client.query('ROLLBACK').then(
        () => client.release(),
        (lost: Error) => client.release(lost),
      );
      throw failure(error);
    }
  }

  async #rows<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query(text, [...values])).rows as Row[];
    } catch (error) {
      throw failure(error);
    }
  }
}
