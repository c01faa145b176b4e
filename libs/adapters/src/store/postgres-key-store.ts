import { Client, type Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { KeyStore, type KeyContact, type KeyDependants, type KeyEntry } from '#exchange';
import { poolOf } from './data-source.ts';
import { failure } from './failure.ts';

const CHANNEL = 'landbridge_keys';
const RELISTEN_MILLISECONDS = 1_000;

/** Positions are taken under a lock, so that they are committed in their order and no reader passes over one. */
const APPEND = `
WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('landbridge.keys', 0))), written AS (
  INSERT INTO key_document (party, version, jws, origin, actor, reason, at)
  SELECT $1::text, $2::integer, $3::bytea, $4::text, $5::text, $6::text, $7::timestamptz FROM turn
  ON CONFLICT DO NOTHING RETURNING position
)
SELECT pg_notify('${CHANNEL}', position::text) FROM written`;

const SINCE = `SELECT position, party, version, jws, origin, actor, reason, at FROM key_document WHERE position > $1 ORDER BY position`;

const CONTACT = `
INSERT INTO key_contact (link, event, kid, partner_kid, accepts, nonce, at, software, said_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
const CONTACTS = `SELECT link, event, kid, partner_kid, accepts, nonce, at, software, said_at FROM key_contact ORDER BY position DESC LIMIT $1`;

/** Reads the journal once through: for an operator's question before a rotation, not for the way of a message. */
const DEPENDANTS = `
SELECT link, 'in' AS direction, 'message' AS kind, state, count(*)::integer AS count FROM inbox WHERE kid = $1 GROUP BY link, state
UNION ALL
SELECT o.link, 'out', o.kind, d.state, count(*)::integer FROM outbox o JOIN delivery d USING (id) WHERE o.kid = $1 GROUP BY o.link, o.kind, d.state
ORDER BY 1, 2, 3, 4`;

interface EntryRow extends Omit<KeyEntry, 'reason'> {
  readonly position: string;
  readonly reason: string | null;
}

/** The key directory in PostgreSQL. Changes of any process are told over LISTEN and NOTIFY on a connection of its own. */
export class PostgresKeyStore extends KeyStore {
  readonly #pool: Pool;
  readonly #listeners: (() => void)[] = [];
  #client: Client | undefined;
  #relisten: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(dataSource: DataSource) {
    super();
    this.#pool = poolOf(dataSource);
  }

  override async append({ party, version, jws, origin, actor, reason, at }: KeyEntry): Promise<boolean> {
    return (await this.#query(APPEND, [party, version, jws, origin, actor, reason ?? null, at])).length > 0;
  }

  override async since(position: string | undefined) {
    const rows = await this.#query<EntryRow>(SINCE, [position ?? '0']);
    return rows.map(({ reason, ...row }) => ({ ...row, ...(reason === null ? {} : { reason }) }));
  }

  override onChange(listener: () => void): void {
    this.#listeners.push(listener);
    if (this.#listeners.length === 1) void this.#listen();
  }

  override async recordContact({ link, event, kid, partnerKid, accepts, nonce, at, software, saidAt }: KeyContact): Promise<void> {
    await this.#query(CONTACT, [
      link,
      event,
      kid ?? null,
      partnerKid ?? null,
      accepts,
      nonce ?? null,
      at,
      software ?? null,
      saidAt ?? null,
    ]);
  }

  override async contacts(limit: number): Promise<readonly KeyContact[]> {
    const rows = await this.#query<{
      link: string;
      event: KeyContact['event'];
      kid: string | null;
      partner_kid: string | null;
      accepts: string[];
      nonce: string | null;
      at: Date;
      software: string | null;
      said_at: Date | null;
    }>(CONTACTS, [limit]);
    return rows.map(({ link, event, kid, partner_kid, accepts, nonce, at, software, said_at }) => ({
      link,
      event,
      accepts,
      at,
      ...(kid === null ? {} : { kid }),
      ...(partner_kid === null ? {} : { partnerKid: partner_kid }),
      ...(nonce === null ? {} : { nonce }),
      ...(software === null ? {} : { software }),
      ...(said_at === null ? {} : { saidAt: said_at }),
    }));
  }

  override dependants(kid: string): Promise<readonly KeyDependants[]> {
    return this.#query<KeyDependants>(DEPENDANTS, [kid]);
  }

  override async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#relisten);
    await this.#client?.end().catch(() => undefined);
  }

  async #query<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.#pool.query<Row & Record<string, unknown>>(text, values)).rows;
    } catch (error) {
      throw failure(error);
    }
  }

  async #listen(): Promise<void> {
    if (this.#closed) return;
    const client = new Client({ ...this.#pool.options, keepAlive: true, application_name: 'landbridge keys' });
    const again = (): void => {
      if (this.#client !== client) return;
      this.#client = undefined;
      clearTimeout(this.#relisten);
      if (this.#closed) return;
      this.#relisten = setTimeout(() => void this.#listen(), RELISTEN_MILLISECONDS);
      this.#relisten.unref();
    };
    this.#client = client;
    client.on('error', again);
    client.on('end', again);
    client.on('notification', () => this.#tell());
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      // What was appended while nobody listened.
      this.#tell();
    } catch {
      again();
      await client.end().catch(() => undefined);
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
