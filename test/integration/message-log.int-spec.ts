import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { KeyFolder, loadMasterKey, PostgresAuditLog, PostgresExchangeStore, PostgresLog } from '#adapters';
import { LogKeeper, verifyLog, type LogReport, type VerifyLogOptions } from '#exchange';
import { decodeLogEntry, includes, leafHash, LocalSigner, generateKey, openLogRoot, sealLogRoot, readLogRoot } from '#trust';
import { waitFor, World } from '../../libs/exchange/src/testing/world.ts';
import { jsonOf, runCli } from '../support/cli.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

/** A gateway with what it may do to a database, and the owner of the database, who may do anything. */
class Town {
  readonly published: Buffer[] = [];
  private constructor(
    readonly database: TestDatabase,
    readonly application: DataSource,
    readonly world: World,
    readonly log: PostgresLog,
    readonly audit: PostgresAuditLog,
  ) {}

  static async found(): Promise<Town> {
    const database = await testDatabase();
    const application = await database.application();
    const world = await new World(new PostgresExchangeStore(application)).start();
    return new Town(database, application, world, new PostgresLog(application), new PostgresAuditLog(application));
  }

  keeper(): LogKeeper {
    const { world, log } = this;
    return new LogKeeper({
      gateway: 'LBG',
      signer: () => world.signers['LBG']!,
      store: log,
      clock: world.clock,
      intervalSeconds: 60,
      publish: async (jws) => void this.published.push(jws),
      report: (error) => world.reported.push(error),
    });
  }

  /** Messages of the partner, each translated, sent on and receipted by the other side. */
  async exchange(count: number): Promise<void> {
    const { world } = this;
    const before = world.transport.messagesTo('keg').length;
    const frames = Array.from({ length: count }, (_, i) => world.seal('LSW', { note: `N${i}`, text: '集装箱 Контейнер Құрама' }).frame);
    await world.pipeline.receive(frames.map((frame) => world.delivery('lsw', frame)));
    await waitFor(() => world.transport.messagesTo('keg').length === before + count);
    for (const { frame } of world.transport.messagesTo('keg').slice(before)) {
      const receipt = world.receiptFor(frame, 'KEG', { levels: ['R1', 'R2'], status: 'valid' });
      await world.pipeline.receive([world.delivery('keg', receipt)]);
    }
  }

  /** Three intervals with entries, two actions in the audit, and an interval that is still open. */
  async live(): Promise<void> {
    for (let i = 0; i < 3; i += 1) {
      await this.exchange(2);
      await this.act('key.import', `party:KEG`);
      this.world.clock.pass(60);
      await this.keeper().close();
    }
    await this.exchange(1);
  }

  act(action: string, subject: string): Promise<void> {
    return this.audit.append({ actor: 'алия', action, subject, reason: '换钥匙', after: { version: 2 }, at: this.world.clock.now() });
  }

  verify(options: Partial<VerifyLogOptions> = {}): Promise<LogReport> {
    return verifyLog(this.log, { directory: this.world.directory, ...options });
  }

  /** As the owner, who can take the guard off a table. */
  async tamper(table: string, statement: string, values: unknown[] = []): Promise<void> {
    const owner = this.database.dataSource;
    await owner.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
    await owner.query(statement, values);
    await owner.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  }

  async close(): Promise<void> {
    await this.world.stop();
    await this.world.store.close();
    await this.database.drop();
  }
}

let town: Town;
beforeEach(async () => {
  town = await Town.found();
});
afterEach(() => town.close());

describe('the message log', () => {
  it('has every message and receipt, in the transaction that keeps it, and verifies', async () => {
    await town.live();
    const report = await town.verify({ heads: town.published });
    expect(report.findings).toEqual([]);
    // In, out, the receipt issued and the one received: four entries a message.
    expect(report).toMatchObject({ roots: 3, entries: 28, open: 4, audit: 3, lastRoot: { sequence: 3 } });
    expect(town.world.reported).toEqual([]);
  });

  it('proves each entry of a closed interval, and none of an open one', async () => {
    await town.exchange(3);
    const [sent] = town.world.transport.messagesTo('keg');
    expect(await town.log.proofOf('message', sent!.messageId)).toBeUndefined();
    await town.keeper().close();
    const proof = (await town.log.proofOf('message', sent!.messageId))!;
    const opened = openLogRoot(proof.root, town.world.directory);
    if (!opened.ok) throw new TypeError(opened.reason);
    const root = Buffer.from(opened.root.entries.tree, 'base64url');
    expect(includes({ leaf: leafHash(proof.leaf), index: proof.index, size: proof.size, path: proof.path, root })).toBe(true);
    expect(decodeLogEntry(proof.leaf)).toMatchObject({ messageId: sent!.messageId, link: 'keg', direction: 'out', sequence: 1 });
    expect(proof.size).toBe(opened.root.entries.size);
    expect(await town.log.proofOf('message', sent!.messageId, { link: 'lsw' })).toBeUndefined();
  });

  it('makes no root for an interval in which nothing happened', async () => {
    await town.exchange(1);
    expect(await town.keeper().close()).toBeDefined();
    expect(await town.keeper().close()).toBeUndefined();
    await town.act('gateway.stop', 'gateway');
    expect(readLogRoot((await town.keeper().close())!)).toMatchObject({ sequence: 2, entries: { size: 0 }, audit: { count: 1 } });
    expect((await town.verify()).findings).toEqual([]);
  });

  it('is closed by one process at a time, and by the next when that one is gone in the middle', async () => {
    await town.exchange(2);
    const both = await Promise.all([town.keeper().close(), town.keeper().close(), town.keeper().close()]);
    expect(both.filter(Boolean)).toHaveLength(1);
    await town.exchange(1);
    // The closer dies while it holds the lock: as kill -9, its connection is simply gone.
    const died = town.log.alone(async () => {
      await town.database.dataSource.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND mode = 'ExclusiveLock' AND granted AND objsubid = 1
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (classid::bigint << 32 | objid::bigint) = hashtextextended('landbridge.log.closer', 0)`,
      );
    });
    await expect(died).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await waitFor(async () => town.keeper().close());
    expect(await town.verify()).toMatchObject({ findings: [], roots: 2, open: 0 });
  });

  it('waits for writers that hold lower places, so that no entry slips in behind a root', async () => {
    await town.exchange(1);
    const slow = town.application.createQueryRunner();
    await slow.startTransaction();
    await slow.query(`SELECT pg_advisory_xact_lock_shared(hashtextextended('landbridge.log', 0))`);
    await slow.query(
      `INSERT INTO log_entry (at, link, direction, kind, message_id, jws_digest) VALUES (now(), 'lsw', 'in', 'receipt', 'late', 'd')`,
    );
    await town.exchange(1);
    // Refused rather than waited for without end; the interval stays open until the next turn.
    await expect(town.keeper().close()).rejects.toThrow();
    await slow.rollbackTransaction();
    await slow.release();
    expect(await town.keeper().close()).toBeDefined();
    expect(await town.verify()).toMatchObject({ findings: [], entries: 8, open: 0 });
  });

  it.each(['log_entry', 'log_root', 'log_timestamp', 'audit', 'receipt', 'event', 'inbox', 'outbox'])(
    'lets the gateway’s role neither change nor remove rows of %s, nor take the guard off',
    async (table) => {
      for (const statement of [
        `DELETE FROM ${table}`,
        `TRUNCATE ${table}`,
        `DROP TABLE ${table}`,
        `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
        `UPDATE ${table} SET ${table === 'log_timestamp' ? 'token' : table === 'log_root' ? 'jws' : table === 'audit' ? 'actor' : 'link'} = NULL`,
      ])
        await expect(town.application.query(statement)).rejects.toThrow(/permission denied|must be owner|does not exist/);
    },
  );

  it('lets the auditor read the audit and the log, and no payload', async () => {
    await town.live();
    const runner = town.database.dataSource.createQueryRunner();
    await runner.query('SET ROLE landbridge_auditor');
    expect(await runner.query('SELECT count(*)::int AS count FROM audit')).toEqual([{ count: 3 }]);
    expect(await runner.query('SELECT count(*)::int AS count FROM log_entry')).toEqual([{ count: 28 }]);
    for (const secret of [
      'SELECT frame FROM inbox',
      'SELECT frame FROM outbox',
      'SELECT frame FROM quarantine',
      'SELECT jws FROM receipt',
      'SELECT * FROM account',
    ])
      await expect(runner.query(secret)).rejects.toThrow('permission denied');
    await expect(runner.query(`INSERT INTO audit SELECT * FROM audit`)).rejects.toThrow('permission denied');
    await runner.query('RESET ROLE');
    await runner.release();
  });
});

describe('a log that the owner of the database tampered with', () => {
  const CLOSED = `(SELECT min(id) + 2 FROM log_entry)`;
  const found = async (options?: Partial<VerifyLogOptions>) =>
    (await town.verify(options)).findings.map(({ what, where }) => `${what} ${where}`);

  it.each([
    ['link', `'eve'`],
    ['direction', `CASE direction WHEN 'in' THEN 'out' ELSE 'in' END`],
    ['message_id', `'019cebaf-8aa0-7c3e-9d42-5b1f0a6e7c01'`],
    ['jws_digest', `'forged'`],
    ['at', `at + interval '1 microsecond'`],
  ])('shows an altered %s with its entry and its interval', async (column, value) => {
    await town.live();
    const [{ id }] = (await town.database.dataSource.query(`SELECT ${CLOSED}::int AS id`)) as [{ id: number }];
    await town.tamper('log_entry', `UPDATE log_entry SET ${column} = ${value} WHERE id = ${id}`);
    const findings = await found();
    expect(findings.some((finding) => finding.includes(`entry ${id} (`))).toBe(true);
    expect(findings).toContain('altered interval of root 1');
  });

  it.each(['link_sequence = 77', `previous_digest = 'x'`, `manifest_digest = 'x'`])(
    'shows a message whose %s was written over',
    async (set) => {
      await town.live();
      await town.tamper('log_entry', `UPDATE log_entry SET ${set} WHERE id = (SELECT min(id) FROM log_entry WHERE kind = 'message')`);
      expect(await found()).toEqual([expect.stringMatching(/^altered entry \d+ \(in message/), 'altered interval of root 1']);
    },
  );

  it('shows an entry that was removed, with the message it spoke of', async () => {
    await town.live();
    const [{ message_id }] = (await town.database.dataSource.query(`SELECT message_id FROM inbox ORDER BY message_id LIMIT 1`)) as [
      { message_id: string },
    ];
    await town.tamper('log_entry', `DELETE FROM log_entry WHERE message_id = $1 AND kind = 'message'`, [message_id]);
    expect(await found()).toEqual(['removed interval of root 1', `removed entry of inbox ${message_id} on lsw`]);
  });

  it('shows an entry that was inserted into a closed interval, and into the open one', async () => {
    await town.live();
    const copy = (id: string, messageId: string) =>
      `INSERT INTO log_entry SELECT ${id}, at, link, direction, kind, '${messageId}', link_sequence, previous_digest, manifest_digest, jws_digest
         FROM log_entry WHERE id = (SELECT max(id) - 1 FROM log_entry)`;
    await town.tamper('log_entry', copy('(SELECT min(id) - 1 FROM log_entry)', 'first'));
    await town.tamper('log_entry', copy('(SELECT max(id) + 1 FROM log_entry)', 'last'));
    expect(await found()).toEqual([
      expect.stringMatching(/^inserted entry 0 /),
      'inserted interval of root 1',
      expect.stringMatching(/^inserted entry \d+ /),
    ]);
  });

  it.each([
    [
      'inbox',
      'a byte of a frame that was received',
      `UPDATE inbox SET frame = set_byte(frame, octet_length(frame) - 3, 33) WHERE message_id = (SELECT min(message_id) FROM inbox)`,
      /^altered entry \d+ \(in message/,
    ],
    [
      'outbox',
      'a byte of the signed manifest that was sent',
      `UPDATE outbox SET frame = set_byte(frame, 60, 65 + (get_byte(frame, 60) + 1) % 20) WHERE id = (SELECT min(id) FROM outbox WHERE kind = 'message')`,
      /^altered entry \d+ \(out message/,
    ],
    [
      'receipt',
      'a receipt',
      `UPDATE receipt SET jws = jws || 'x'::bytea WHERE id = (SELECT min(id) FROM receipt)`,
      /^altered entry \d+ \(out receipt/,
    ],
    [
      'inbox',
      'the time of receipt',
      `UPDATE inbox SET received_at = received_at - interval '1 hour' WHERE message_id = (SELECT max(message_id) FROM inbox)`,
      /^altered entry \d+ \(in message/,
    ],
  ])('shows in %s: %s', async (table, _what, statement, expected) => {
    await town.live();
    await town.tamper(table, statement);
    expect(await found()).toEqual([expect.stringMatching(expected)]);
  });

  it('shows a message that was removed, and one that was slipped in', async () => {
    await town.live();
    await town.tamper('inbox', `DELETE FROM inbox WHERE message_id = (SELECT min(message_id) FROM inbox)`);
    await town.tamper(
      'receipt',
      `INSERT INTO receipt (receipt_id, direction, issuer, about_sender, about_message_id, levels, status, at, jws)
                                   SELECT 'slipped', direction, issuer, about_sender, about_message_id, levels, status, at, jws FROM receipt LIMIT 1`,
    );
    expect(await found()).toEqual([expect.stringMatching(/^inserted entry \d+ \(in message/), 'removed entry of receipt slipped']);
  });

  it('shows a root that was removed, one that was replaced, and one signed by a stranger', async () => {
    await town.live();
    await town.tamper('log_root', 'DELETE FROM log_root WHERE sequence = 2');
    expect(await found()).toContain('removed root 2');
  });

  it('shows a root signed anew by a stranger, and by a stolen key of the gateway', async () => {
    await town.live();
    const [{ jws }] = (await town.database.dataSource.query('SELECT jws FROM log_root WHERE sequence = 2')) as [{ jws: Buffer }];
    const root = readLogRoot(jws)!;
    await town.tamper('log_root', 'UPDATE log_root SET jws = $1 WHERE sequence = 2', [
      sealLogRoot(root, new LocalSigner(generateKey('ES256'))),
    ]);
    expect(await found()).toContain('unsigned root 2');
    await town.tamper('log_root', 'UPDATE log_root SET jws = $1 WHERE sequence = 2', [sealLogRoot(root, town.world.signers['LBG']!)]);
    expect(await found()).toEqual(['altered root 3']);
    expect(await found({ heads: town.published })).toContain('altered root 2');
  });

  it('shows an end that was cut off clean, against a root that was kept elsewhere', async () => {
    await town.live();
    const heads = town.published;
    const cut = `(SELECT last_id FROM log_root WHERE sequence = 1)`;
    for (const statement of [
      `DELETE FROM inbox WHERE (message_id, link) IN (SELECT message_id, link FROM log_entry WHERE id > ${cut})`,
      `DELETE FROM outbox WHERE message_id IN (SELECT message_id FROM log_entry WHERE id > ${cut})`,
    ])
      await town.database.dataSource.query(statement);
    await town.tamper('receipt', `DELETE FROM receipt WHERE receipt_id IN (SELECT message_id FROM log_entry WHERE id > ${cut})`);
    await town.tamper('log_entry', `DELETE FROM log_entry WHERE id > ${cut}`);
    await town.tamper('log_root', 'DELETE FROM log_root WHERE sequence > 1');
    await town.tamper('audit', 'DELETE FROM audit WHERE sequence > 1');
    expect(await found()).toEqual([]);
    expect(await found({ heads })).toEqual(['removed root 2']);
  });

  it.each([
    ['altered', `UPDATE audit SET reason = NULL WHERE sequence = 2`, 'altered audit 2'],
    ['altered by another actor', `UPDATE audit SET actor = 'gateway' WHERE sequence = 1`, 'altered audit 1'],
    ['removed', `DELETE FROM audit WHERE sequence = 2`, 'removed audit 2'],
    ['cut off', `DELETE FROM audit WHERE sequence = 3`, 'removed audit 3'],
    [
      'inserted',
      `INSERT INTO audit SELECT 4, at, actor, action, subject, reason, approver, before_text, after_text, digest FROM audit WHERE sequence = 3`,
      'altered audit 4',
    ],
  ])('shows an entry of the audit that was %s', async (_how, statement, expected) => {
    await town.live();
    await town.tamper('audit', statement);
    expect(await found()).toEqual([expected]);
  });

  it('shows an audit chain that was written anew from a place on, against the signed roots', async () => {
    await town.live();
    const removed = (await town.audit.list({ limit: 9 })).slice(0, 2);
    await town.tamper('audit', 'DELETE FROM audit WHERE sequence > 1');
    for (const entry of removed.reverse()) await town.audit.append({ ...entry, actor: 'someone else' });
    expect(await found()).toEqual(['altered audit 2', 'altered audit 3']);
  });
});

describe('the audit chain', () => {
  it('takes entries of many processes at once, in one order', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, i) => town.act('message.view', `message:${i}`)));
    expect((await town.audit.list({ limit: 100 })).map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, i) => 20 - i));
    expect((await town.verify()).findings).toEqual([]);
  });

  it('keeps any text a person can type, and finds it again by who, what and when', async () => {
    const at = new Date('2026-03-14T01:30:00.123Z');
    await town.audit.append({
      actor: 'Әлия\0\ud800',
      action: 'key.import',
      subject: 'party:KEG',
      reason: '"引号"\n',
      approver: 'Иван',
      before: null,
      after: { note: '\0 №\ud83d' },
      at,
    });
    await town.act('gateway.start', 'gateway');
    const [entry] = await town.audit.list({ action: 'key.import', from: at, to: at, limit: 10 });
    expect(entry).toMatchObject({
      sequence: 1,
      actor: 'Әлия\ufffd\ufffd',
      reason: '"引号"\n',
      approver: 'Иван',
      before: null,
      after: { note: '\ufffd №\ufffd' },
      at,
    });
    expect((await town.audit.list({ before: 2, limit: 10 })).map(({ sequence }) => sequence)).toEqual([1]);
    expect((await town.verify()).findings).toEqual([]);
  });

  it('is exported, and the export verifies elsewhere with nothing but the public keys', async () => {
    await town.live();
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-export-'));
    try {
      const file = join(folder, 'log.jsonl');
      const keys = await KeyFolder.open(join(folder, 'keys'), await loadMasterKey(undefined, join(folder, 'master.key')));
      for (const party of ['LBG', 'LSW', 'KEG']) await keys.store(town.world.directory.document(party)!);
      const environment = { LANDBRIDGE_DATA: folder };
      const exported = await runCli(['log', 'export', file], { environment: { ...environment, DATABASE_URL: town.database.url } });
      expect(exported).toMatchObject({ code: 0 });
      const verified = await runCli(['log', 'verify', file, '--json'], { environment });
      expect(jsonOf(verified)).toMatchObject({ findings: [], roots: 3, entries: 28 });
      expect(verified.code).toBe(0);

      const lines = (await readFile(file, 'utf8')).split('\n');
      const first = lines.findIndex((line) => line.startsWith('{"entry"'));
      await writeFile(file, lines.filter((_, i) => i !== first).join('\n'));
      expect((await runCli(['log', 'verify', file], { environment })).code).toBe(2);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
