import type { DataSource, EntityManager } from 'typeorm';
import { ExchangeError } from '#model';

/** Whose rights the gateway works with, and those of whoever reads what was done (docs/operations.md, Database roles). */
export const APPLICATION_ROLE = 'landbridge_app';
export const AUDITOR_ROLE = 'landbridge_auditor';

/**
 * What the gateway may do to a table beyond reading and adding rows. Every table that is not listed can only grow: a new
 * table whose rows change needs a line here, or its first UPDATE is refused.
 */
export const MAY_CHANGE: Readonly<Record<string, string>> = {
  access_token: 'UPDATE',
  account: 'UPDATE',
  alert: 'UPDATE, DELETE',
  alert_notice: 'UPDATE',
  alert_silence: 'UPDATE',
  alert_turn: 'UPDATE',
  batch: 'DELETE',
  customs_envelope: 'UPDATE',
  // What it was and where it died stays as it is.
  dead_letter: 'UPDATE (state, outcome, decided_by, decided_at)',
  delivery: 'UPDATE',
  // What was parked is passed on by a person; nothing else of a message changes.
  inbox: 'UPDATE (state)',
  inbox_repeat: 'UPDATE',
  incident: 'UPDATE',
  incident_hour: 'UPDATE',
  incident_message: 'UPDATE',
  incident_place: 'UPDATE',
  link_head: 'UPDATE',
  link_request: 'UPDATE',
  link_usage: 'UPDATE',
  mailbox: 'UPDATE, DELETE',
  mapping_assignment: 'UPDATE, DELETE',
  // Its text and what was approved stay as they are.
  mapping_version: 'UPDATE (state, approver_id, approver, decision, decided_at, corpus, shadow, shadow_turn)',
  oidc_flow: 'DELETE',
  quarantine: 'UPDATE',
  recovery_code: 'DELETE',
  replay_item: 'UPDATE',
  replay_plan: 'UPDATE',
  saved_view: 'UPDATE, DELETE',
  session: 'UPDATE, DELETE',
  sign_in_throttle: 'UPDATE, DELETE',
  status_notice: 'UPDATE',
  stop_switch: 'DELETE',
};

/** What an auditor reads: everything that was done, nothing of what was in the messages. */
const AUDITOR_READS: Readonly<Record<string, string>> = {
  agreement_version: '(version, digest, origin, author, approver, reason, restores, at)',
  answer: '(query_id, link, message_id, have, at)',
  audit: '',
  carried_evidence: '(subject, scheme, link, key_name, certificate_digest, algorithm, verdict, reason, at, bytes_digest)',
  dead_letter:
    '(id, link, way, reason, queue, exchange, routing_key, message_id, type, sha256, died_at, deaths, at, state, outcome, decided_by, decided_at)',
  event: '',
  link_request: '(id, kind, state, link, reason, author_id, author, digest, approver_id, approver, decision, decided_at, at, expires_at)',
  log_entry: '',
  log_root: '',
  log_timestamp: '',
  mapping_assignment: '',
  mapping_version:
    '(id, mapping, number, state, base, links, reason, author_id, author, mapping_digest, digest, at, approver_id, approver, decision, decided_at)',
  reconciliation: '',
  reconciliation_answer: '',
  reconciliation_contradiction: '',
  receipt: '(id, receipt_id, direction, issuer, about_sender, about_message_id, levels, status, at)',
};

export interface RoleOptions {
  /** Default `landbridge_app`. */
  readonly role?: string;
  /** Database user whom DATABASE_URL names and who shall have these rights; absent: the one that migrates. */
  readonly login?: string;
}

/** Makes the roles where they are missing and gives exactly these rights, in one transaction. Needs the owner of the tables. */
export async function grantRoles(dataSource: DataSource, { role = APPLICATION_ROLE, login }: RoleOptions = {}): Promise<void> {
  await makeRole(dataSource, role);
  await makeRole(dataSource, AUDITOR_ROLE);
  await dataSource.transaction(async (manager) => {
    const present = new Set(await tablesOf(manager));
    for (const table of present) {
      await manager.query(`REVOKE ALL ON ${name(table)} FROM ${name(role)}, ${name(AUDITOR_ROLE)}`);
      await manager.query(`GRANT SELECT${table === 'migration' ? '' : ', INSERT'} ON ${name(table)} TO ${name(role)}`);
    }
    const rights = [
      ...Object.entries(MAY_CHANGE).map(([table, right]) => [table, `GRANT ${right} ON ${name(table)} TO ${name(role)}`] as const),
      ...Object.entries(AUDITOR_READS).map(
        ([table, columns]) => [table, `GRANT SELECT ${columns} ON ${name(table)} TO ${name(AUDITOR_ROLE)}`] as const,
      ),
    ];
    for (const [table, grant] of rights) if (present.has(table)) await manager.query(grant);
    await manager.query(`GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO ${name(role)}`);
    await manager.query(`GRANT USAGE ON SCHEMA public TO ${name(role)}, ${name(AUDITOR_ROLE)}`);
    await manager.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC`);
    await makeMember(manager, role, login);
  });
}

/** Whether the user of this connection may migrate: it owns the tables, or there are none yet and it may make them. */
export async function mayMigrate(dataSource: DataSource): Promise<boolean> {
  const [row] = (await dataSource.query(
    `SELECT CASE WHEN to_regclass('public.migration') IS NULL THEN has_schema_privilege('public', 'CREATE')
                 ELSE pg_has_role((SELECT relowner FROM pg_class WHERE oid = to_regclass('public.migration')), 'MEMBER') END AS may`,
  )) as { may: boolean }[];
  return row?.may === true;
}

/** Roles belong to the whole server: two gateways may make one at the same moment. */
async function makeRole(dataSource: DataSource, role: string): Promise<void> {
  const [known] = (await dataSource.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [role])) as unknown[];
  if (known) return;
  try {
    await dataSource.query(`CREATE ROLE ${name(role)} NOLOGIN`);
  } catch (cause) {
    const { code } = cause as { code?: string };
    if (code === '42710' || code === '23505') return;
    throw new ExchangeError('CONFIGURATION_INVALID', {
      pointer: 'DATABASE_OWNER_URL',
      detail: `The role ${role} is missing and cannot be made by this user: an administrator makes it (docs/operations.md, Database roles).`,
      cause,
    });
  }
}

/** A superuser takes any role; another user must be a member. */
async function makeMember(manager: EntityManager, role: string, login: string | undefined): Promise<void> {
  const [member] = (await manager.query(
    `SELECT rolname, rolsuper OR pg_has_role(rolname, $2, 'MEMBER') AS enough FROM pg_roles WHERE rolname = coalesce($1, current_user)`,
    [login ?? null, role],
  )) as { rolname: string; enough: boolean }[];
  if (member && !member.enough) await manager.query(`GRANT ${name(role)} TO ${name(member.rolname)}`);
}

async function tablesOf(manager: EntityManager): Promise<string[]> {
  const rows = (await manager.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`)) as { tablename: string }[];
  return rows.map(({ tablename }) => tablename);
}

const name = (identifier: string): string => `"${identifier.replaceAll('"', '""')}"`;
