const ACCOUNT = `a.id, a.kind, a.name, a.roles, a.partners, a.disabled, a.password, a.must_change_password, a.secret_until, a.totp_secret,
  a.totp_pending, a.oidc_issuer, a.oidc_subject, a.created_at AS account_created_at, a.last_sign_in_at`;

export const ACCOUNTS = `SELECT ${ACCOUNT} FROM account a`;

export const CREATE_ACCOUNT = `
INSERT INTO account AS a (id, kind, name, name_key, roles, partners, password, must_change_password, secret_until, oidc_issuer, oidc_subject, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7::text IS NOT NULL, $8, $9, $10, $11)
ON CONFLICT DO NOTHING RETURNING ${ACCOUNT}`;

export const CHANGE_ACCOUNT = `
UPDATE account a SET roles = coalesce($2, roles), partners = CASE WHEN $3 THEN $4::text[] ELSE partners END, disabled = coalesce($5, disabled)
 WHERE id = $1 RETURNING ${ACCOUNT}`;

/** $4: only while the secret is the one with this end, so that of two that reset at once one does. */
export const RESET_ACCOUNT = `
WITH reset AS (
  UPDATE account a SET password = $2, must_change_password = true, secret_until = $3, totp_secret = NULL, totp_pending = NULL
   WHERE id = $1 AND kind = 'person' AND oidc_subject IS NULL AND ($4::timestamptz IS NULL OR secret_until = $4) RETURNING ${ACCOUNT}
), gone AS (
  DELETE FROM recovery_code WHERE account_id IN (SELECT id FROM reset)
)
SELECT * FROM reset`;

export const SET_PASSWORD = `UPDATE account SET password = $2, must_change_password = false, secret_until = NULL WHERE id = $1`;

export const ENROL = `
UPDATE account SET totp_secret = totp_pending, totp_pending = NULL, totp_counter = $3 WHERE id = $1 AND totp_pending = $2`;

export const OPEN_SESSION = `
INSERT INTO session (hash, id, account_id, kind, stage, created_at, seen_at, until, address) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

const SESSION_COLUMNS = `s.id AS session_id, s.account_id, s.kind AS session_kind, s.stage, s.created_at AS session_created_at, s.seen_at, s.until, s.address`;
const IN_FORCE = `s.ended_at IS NULL AND s.until > $2 AND s.seen_at > $2::timestamptz - make_interval(secs => $3)`;

export const SESSION = `
SELECT ${SESSION_COLUMNS}, ${ACCOUNT} FROM session s JOIN account a ON a.id = s.account_id
 WHERE s.hash = $1 AND NOT a.disabled AND ${IN_FORCE}`;

export const SESSIONS = `SELECT ${SESSION_COLUMNS} FROM session s WHERE s.account_id = $1 AND ${IN_FORCE} ORDER BY s.created_at DESC`;

export const END_SESSIONS = `
UPDATE session SET ended_at = $3, ended_because = $2 WHERE account_id = $1 AND ended_at IS NULL AND hash <> $4`;

export const ADD_TOKEN = `INSERT INTO access_token (id, account_id, label, hash, created_at, until) VALUES ($1, $2, $3, $4, $5, $6)`;
export const TOKENS = `
SELECT id, account_id, label, created_at, until, last_used_at, revoked_at FROM access_token WHERE account_id = $1 ORDER BY created_at DESC, id`;

export const BY_TOKEN = `
SELECT t.id AS token_id, t.last_used_at, ${ACCOUNT} FROM access_token t JOIN account a ON a.id = t.account_id
 WHERE t.hash = $1 AND t.revoked_at IS NULL AND t.until > $2 AND NOT a.disabled AND a.kind = 'service'`;

/** A token bucket as one statement: two tries at the same moment take two tokens. */
const REFILLED = `least($2::float8, t.tokens + greatest(0, extract(epoch FROM $4::timestamptz - t.at)) * $3::float8)`;
export const TAKE = `
INSERT INTO sign_in_throttle AS t (subject, tokens, at) VALUES ($1, $2::float8 - 1, $4)
ON CONFLICT (subject) DO UPDATE SET tokens = ${REFILLED} - 1, at = $4 WHERE ${REFILLED} >= 1 RETURNING subject`;

export const TAKE_FLOW = `
DELETE FROM oidc_flow WHERE state_hash = $1 AND browser_hash = $2 AND until > $3 RETURNING nonce, verifier, until`;

/** $1 now, $2 seconds that what is over is kept. */
export const SWEEP = [
  `DELETE FROM session WHERE until < $1::timestamptz - make_interval(secs => $2)`,
  `DELETE FROM oidc_flow WHERE until < $1::timestamptz - make_interval(secs => $2)`,
  `DELETE FROM sign_in_throttle WHERE at < $1::timestamptz - make_interval(secs => $2)`,
];
