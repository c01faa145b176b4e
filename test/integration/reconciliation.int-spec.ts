import type { DataSource } from 'typeorm';
import { countersignDay, PostgresAuditLog, PostgresExchangeStore, PostgresLog, PostgresReconciliationStore } from '#adapters';
import { advised, Reconciler, Scope, type ExchangeStore } from '#exchange';
import { readReconciliation, sha256, verifyMessage, type CountedMessage } from '#trust';
import { waitFor, World } from '../../libs/exchange/src/testing/world.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

/** A gateway over PostgreSQL and two partners with journals of their own: LSW sends, KEG receives. */
class Corridor {
  readonly store: PostgresReconciliationStore;
  readonly audit: PostgresAuditLog;
  /** What each partner has in its journal. */
  readonly journals: Record<string, { sent: CountedMessage[]; received: CountedMessage[] }> = {
    lsw: { sent: [], received: [] },
    keg: { sent: [], received: [] },
  };

  private constructor(
    readonly database: TestDatabase,
    readonly application: DataSource,
    readonly world: World,
  ) {
    this.store = new PostgresReconciliationStore(application);
    this.audit = new PostgresAuditLog(application);
  }

  static async open(): Promise<Corridor> {
    const database = await testDatabase();
    const application = await database.application();
    return new Corridor(database, application, await new World(new PostgresExchangeStore(application)).start());
  }

  /** A process of the gateway. */
  process(exchange: Pick<ExchangeStore, 'commit'> = this.world.store): Reconciler {
    const { world, store, audit } = this;
    const reconciler = new Reconciler({
      gateway: 'LBG',
      links: world.book.links,
      directory: world.directory,
      signers: { current: () => world.signers['LBG']! },
      store,
      log: new PostgresLog(this.application),
      exchange,
      relays: world.relays,
      clock: world.clock,
      audit,
      report: (error) => world.reported.push(error),
    });
    world.reconciler = reconciler;
    return reconciler;
  }

  /** LSW's messages go through to KEG, which receipts them; both write them down. */
  async exchange(count: number): Promise<void> {
    const { world } = this;
    const before = world.transport.messagesTo('keg').length;
    const sealed = Array.from({ length: count }, (_, i) => world.seal('LSW', { note: `N${before + i}`, text: '集装箱 Контейнер' }));
    await world.pipeline.receive(sealed.map(({ frame }) => world.delivery('lsw', frame)));
    for (const { manifestDigest } of sealed)
      this.journals['lsw']!.sent.push({ sequence: this.journals['lsw']!.sent.length + 1, manifestDigest });
    await waitFor(() => world.transport.messagesTo('keg').length === before + count);
    for (const { frame } of world.transport.messagesTo('keg').slice(before)) {
      const got = verifyMessage(frame, world.directory, { addressee: 'KEG', sender: 'LBG', test: false, now: world.clock.now() });
      if (!got.ok) throw new TypeError(got.reason);
      this.journals['keg']!.received.push({ sequence: got.manifest.link.sequence, manifestDigest: got.manifestDigest });
      await world.pipeline.receive([world.delivery('keg', world.receiptFor(frame, 'KEG', { levels: ['R1', 'R2'], status: 'valid' }))]);
    }
  }

  statementsTo(link: string): Buffer[] {
    const sent = this.world.transport.sent.filter((one) => one.link === link && one.item.kind === 'reconciliation');
    return sent.map(({ item }) => item.frame);
  }

  async statement(link: string, count = 1): Promise<Buffer> {
    await waitFor(() => this.statementsTo(link).length >= count);
    return this.statementsTo(link)[count - 1]!;
  }

  /** The partner's end: its answer from its journal. */
  countersign(link: string, statement: Buffer, signer = this.world.signers[link.toUpperCase()]!): Buffer {
    const party = link.toUpperCase();
    const options = { party, gateway: 'LBG', link, directory: this.world.directory, signer, now: () => this.world.clock.now() };
    const signed = countersignDay(statement, this.journals[link]!, options);
    if (!signed.ok) throw new TypeError(signed.reason);
    return signed.answer.frame;
  }

  async deliver(link: string, frame: Buffer) {
    return (await this.world.pipeline.receive([this.world.delivery(link, frame)]))[0];
  }

  state(link?: string) {
    return this.store.list(Scope.everything, { link, limit: 50 });
  }

  async close(): Promise<void> {
    await this.world.stop();
    await this.world.store.close();
    await this.database.drop();
  }
}

/** From 01:30 to twenty past midnight. */
const UNTIL_MORNING = 22 * 3600 + 50 * 60;
const NOTHING = { missingThere: [], missingHere: [], differing: [], unexplained: [] };

let corridor: Corridor;
beforeEach(async () => {
  corridor = await Corridor.open();
});
afterEach(() => corridor.close());

describe('the daily reconciliation', () => {
  it('is stated once the day is over, countersigned, and kept with both signatures', async () => {
    await corridor.exchange(3);
    const gateway = corridor.process();
    await gateway.turn();
    expect(await corridor.state()).toEqual([]);
    corridor.world.clock.pass(UNTIL_MORNING);
    await gateway.turn();
    expect(await corridor.state()).toMatchObject([
      { link: 'keg', day: '2026-03-14', state: 'open', sent: 3, received: 0 },
      { link: 'lsw', day: '2026-03-14', state: 'open', sent: 0, received: 3 },
    ]);
    for (const link of ['keg', 'lsw']) {
      const answer = corridor.countersign(link, await corridor.statement(link));
      expect(await corridor.deliver(link, answer)).toEqual({ verdict: 'reconciliation' });
    }
    expect((await corridor.state()).map(({ state }) => state)).toEqual(['agreed', 'agreed']);
    expect(await corridor.audit.list({ action: 'reconciliation.agree', limit: 9 })).toHaveLength(2);
    await expect(corridor.application.query(`UPDATE reconciliation_answer SET agreed = false`)).rejects.toThrow('permission denied');
    await expect(corridor.application.query(`DELETE FROM reconciliation`)).rejects.toThrow('permission denied');
    expect(corridor.world.reported).toEqual([]);
  });

  it('names a message that is missing from the partner’s journal, and one of the partner’s that we do not have', async () => {
    await corridor.exchange(4);
    corridor.world.clock.pass(UNTIL_MORNING);
    await corridor.process().turn();
    corridor.journals['keg']!.received.splice(1, 1);
    await corridor.deliver('keg', corridor.countersign('keg', await corridor.statement('keg')));
    const [keg] = await corridor.state('keg');
    expect(keg).toMatchObject({ state: 'disagreed', differences: { out: { ...NOTHING, missingThere: [[2, 2]] }, in: NOTHING } });
    const [record] = await corridor.audit.list({ action: 'reconciliation.disagree', limit: 9 });
    expect(record).toMatchObject({ actor: 'partner:KEG', subject: 'link:keg', after: { day: '2026-03-14' } });
    const events = await corridor.application.query(`SELECT kind, cause FROM event WHERE subject = 'link:keg'`);
    expect(events).toEqual([{ kind: 'reconciliation', cause: 'disagreed 2026-03-14' }]);

    // One whose digest is another at the partner's.
    corridor.journals['lsw']!.sent[2] = { ...corridor.journals['lsw']!.sent[0]!, sequence: 3 };
    await corridor.deliver('lsw', corridor.countersign('lsw', await corridor.statement('lsw')));
    expect((await corridor.state('lsw'))[0]).toMatchObject({
      state: 'disagreed',
      differences: { in: { ...NOTHING, differing: [[3, 3]] } },
    });
  });

  it('is not changed by an answer that is forged, for another day, from another link, or comes again', async () => {
    await corridor.exchange(2);
    const gateway = corridor.process();
    corridor.world.clock.pass(UNTIL_MORNING);
    await gateway.turn();
    const statement = await corridor.statement('keg');
    const good = corridor.countersign('keg', statement);
    expect(await corridor.deliver('keg', corridor.countersign('keg', statement, corridor.world.signers['EVE']))).toEqual({
      verdict: 'quarantined',
    });
    expect(await corridor.deliver('lsw', good)).toEqual({ verdict: 'quarantined' });
    expect(await corridor.deliver('keg', statement)).toEqual({ verdict: 'quarantined' });
    expect((await corridor.state()).map(({ state }) => state)).toEqual(['open', 'open']);
    await corridor.deliver('keg', good);
    corridor.journals['keg']!.received.pop();
    expect(await corridor.deliver('keg', corridor.countersign('keg', statement))).toEqual({ verdict: 'reconciliation' });
    expect(await corridor.deliver('keg', good)).toEqual({ verdict: 'reconciliation' });
    expect(await corridor.audit.list({ action: 'reconciliation.agree', limit: 9 })).toHaveLength(1);
    // Signed twice and differently: both stay, the day is agreed no longer, and it is an alarm, once however often it comes and to whom.
    const [day] = (await corridor.state('keg')).map(advised);
    expect(day).toMatchObject({
      state: 'contradicted',
      code: 'RECONCILIATION_CONTRADICTED',
      action: expect.stringContaining('Call the partner'),
    });
    expect(day!.answers).toMatchObject([
      { digest: sha256(good), agreed: true },
      { agreed: false, differences: { out: { ...NOTHING, missingThere: [[2, 2]] }, in: NOTHING } },
    ]);
    corridor.process();
    await corridor.deliver('keg', corridor.countersign('keg', statement));
    await corridor.deliver('keg', good);
    expect((await corridor.state('keg'))[0]).toMatchObject({ state: 'contradicted' });
    const [alarm, ...more] = await corridor.audit.list({ action: 'reconciliation.contradict', limit: 9 });
    expect([alarm, more]).toMatchObject([
      {
        actor: 'partner:KEG',
        subject: 'link:keg',
        after: { day: '2026-03-14', first: sha256(good), received: { count: 1 }, differences: { out: { missingThere: [[2, 2]] } } },
      },
      [],
    ]);
    expect(await corridor.application.query(`SELECT cause FROM event WHERE subject = 'link:keg' AND kind = 'reconciliation'`)).toEqual([
      { cause: 'contradicted 2026-03-14' },
    ]);

    // The day after: yesterday's answer says nothing about it.
    await corridor.exchange(1);
    corridor.world.clock.pass(86_400);
    await gateway.turn();
    await corridor.deliver('keg', good);
    expect((await corridor.state('keg')).map(({ day, state }) => `${day} ${state}`)).toEqual([
      '2026-03-15 open',
      '2026-03-14 contradicted',
    ]);
    await expect(corridor.application.query(`DELETE FROM reconciliation_contradiction`)).rejects.toThrow('permission denied');
  });

  it('is the same statement after a crash between making and sending it, and is sent until it is answered', async () => {
    await corridor.exchange(1);
    corridor.world.clock.pass(UNTIL_MORNING);
    const dying = corridor.process({ commit: () => Promise.reject(new TypeError('killed')) });
    await dying.turn();
    expect(corridor.world.reported.splice(0)).toHaveLength(2);
    const kept = await corridor.store.last('keg');
    expect(corridor.statementsTo('keg')).toEqual([]);

    corridor.world.clock.pass(60);
    const next = corridor.process();
    await next.turn();
    expect(await corridor.statement('keg')).toEqual(kept!.jws);
    // Another process, or this one: nothing is sent twice within the same span.
    await next.turn();
    await corridor.process().turn();
    corridor.world.clock.pass(6 * 3600);
    await next.turn();
    expect(await corridor.statement('keg', 2)).toEqual(kept!.jws);
    expect(corridor.statementsTo('keg')).toHaveLength(2);
    await corridor.deliver('keg', corridor.countersign('keg', kept!.jws));
    corridor.world.clock.pass(6 * 3600);
    await next.turn();
    await corridor.statement('lsw', 3);
    expect(corridor.statementsTo('keg')).toHaveLength(2);
    expect(corridor.world.reported).toEqual([]);
  });

  it('catches up after days in which no process ran, every message in one day and none in two', async () => {
    await corridor.exchange(2);
    corridor.world.clock.pass(86_400);
    await corridor.exchange(3);
    corridor.world.clock.pass(3 * 86_400);
    await corridor.process().turn();
    const statements = await corridor.state('keg');
    expect(statements.map(({ day, sent }) => [day, sent])).toEqual([
      ['2026-03-17', 0],
      ['2026-03-16', 0],
      ['2026-03-15', 3],
      ['2026-03-14', 2],
    ]);
    const last = await corridor.store.last('keg');
    expect(readReconciliation(last!.jws)?.sent).toMatchObject({ after: 5, last: 5, count: 0 });
  });

  it('waits for messages that are still on their way, but not for ever', async () => {
    corridor.world.transport.up = false;
    const { frame } = corridor.world.seal('LSW', { note: 'N', text: 'late' });
    await corridor.world.pipeline.receive([corridor.world.delivery('lsw', frame)]);
    corridor.world.clock.pass(UNTIL_MORNING);
    const gateway = corridor.process();
    await gateway.turn();
    expect((await corridor.state()).map(({ link }) => link)).toEqual(['lsw']);
    corridor.world.clock.pass(6 * 3600);
    await gateway.turn();
    expect(await corridor.state('keg')).toMatchObject([{ sent: 1, state: 'open' }]);
  });
});
