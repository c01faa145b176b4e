import { PostgresExchangeStore, PostgresIncidentStore, PostgresMessageView } from '#adapters';
import {
  IncidentDesk,
  IncidentKeeper,
  parseQuery,
  Scope,
  type Actor,
  type AuditRecord,
  type Incident,
  type InboxRow,
  type PlanWish,
} from '#exchange';
import { issue, RIGHTS, type Right } from '#model';
import { AT, batch, inboxRow, LATER, outboxRow, quarantineRow } from '../support/store-rows.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const nsw = Scope.of(['NSW'], { linkTo: (partner) => ({ id: partner.toLowerCase() }) });
const keg = Scope.of(['KEG'], { linkTo: (partner) => ({ id: partner.toLowerCase() }) });
const person = (scope: Scope): Actor => ({
  account: { id: 'id-of-李伟', name: '李伟', kind: 'person' },
  roles: [],
  rights: new Set(Object.keys(RIGHTS) as Right[]),
  scope,
});
const hours = (n: number) => new Date(AT.getTime() + n * 3_600_000);

describe('incidents', () => {
  let database: TestDatabase;
  let exchange: PostgresExchangeStore;
  let store: PostgresIncidentStore;
  let now = LATER;
  const clock = { now: () => now };

  beforeEach(async () => {
    now = LATER;
    database = await testDatabase();
    // With the rights of the gateway: a table it may not change would show here.
    const application = await database.application();
    exchange = new PostgresExchangeStore(application);
    store = new PostgresIncidentStore(application);
  });
  afterEach(async () => {
    await exchange.close();
    await database.drop();
  });

  const parked = (parts: Partial<InboxRow> = {}) =>
    inboxRow({ state: 'parked', issues: [issue('TRANSLATION_FAILED', '/Манифест/提单[1]')], ...parts });
  const event = ({ sender, messageId, state, receivedAt }: InboxRow) => ({
    subject: `in:${sender}/${messageId}`,
    kind: 'state',
    from: 'received',
    to: state,
    actor: 'LBG',
    at: receivedAt,
  });
  const fail = async (...rows: InboxRow[]) => exchange.commit(batch({ inbox: rows, events: rows.map(event) }));
  const othersEnded = () => database.othersEnded();
  /** The first turn learns where the end is, the second reads up to it. */
  const turns = async (from = store, between: () => Promise<void> = othersEnded) => {
    for (let turn = 0; turn < 3; turn += 1) {
      while ((await from.follow()) === 'more');
      await between();
    }
  };
  const follow = (from = store) => turns(from);
  const all = (scope = Scope.everything) => store.list(scope, { limit: 100, now });

  const deskOf = (audited: AuditRecord[], planned: PlanWish[]) =>
    new IncidentDesk({
      store,
      clock,
      mappings: () => [
        { id: 'customs-mt1101', version: '14' },
        { id: 'other', version: '2' },
      ],
      audit: { append: async (record) => void audited.push(record) },
      replays: { plan: async (_, wish) => (planned.push(wish), { id: 'plan-1' } as never) },
    });

  it('gather what fails for one cause, each message once for each of its causes, each by its own scope', async () => {
    await fail(parked(), parked({ issues: [issue('TRANSLATION_FAILED', '/м:Манифест/提单[9]'), issue('CODE_UNMAPPED', '/x')] }));
    const quarantined = quarantineRow({ link: 'keg', reason: 'SIGNATURE_WRONG' });
    await exchange.commit(
      batch({
        quarantine: [quarantined],
        events: [{ subject: `quarantine:${quarantined.sha256}`, kind: 'state', to: 'quarantined', actor: 'LBG', at: AT }],
      }),
    );
    const late = outboxRow({ link: 'keg' });
    await exchange.commit(
      batch({ outbox: [late], events: [{ subject: `out:${late.messageId}`, kind: 'state', to: 'expired', actor: 'LBG', at: AT }] }),
    );
    await follow();
    const told = (found: readonly Incident[]) =>
      found.map(({ stage, code, path, count, messages }) => [stage, code, path, count, messages].join(' ')).sort();
    expect(told(await all(nsw))).toEqual(['translate CODE_UNMAPPED /x 1 1', 'translate TRANSLATION_FAILED /Манифест/提单 2 2']);
    expect(told(await all(keg))).toEqual(['authenticate SIGNATURE_INVALID  1 1', 'deliver INTERNAL  1 1']);
    expect(await all()).toHaveLength(4);
    const [mine] = await all(nsw);
    expect(await store.find(keg, mine!.id, now)).toBeUndefined();
    expect(mine).toMatchObject({ keys: ['BILL-1', 'MSKU0000000'], mappings: ['customs-mt1101@1'], firstAt: AT, lastAt: AT });
  });

  it('count once when the process dies in between, and when two work at once', async () => {
    await fail(parked(), parked(), parked());
    await store.follow();
    await othersEnded();
    // Dies with everything written and nothing committed.
    const dying = await database.dataSource.createQueryRunner();
    await dying.startTransaction();
    await dying.query(`SELECT 1 FROM incident_place FOR UPDATE`);
    expect(await store.follow()).toBe('busy');
    await dying.rollbackTransaction();
    await dying.release();
    await database.dataSource.query(`ALTER TABLE incident_place ADD CONSTRAINT dies CHECK (low = 0)`);
    await expect(store.follow()).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(await all()).toEqual([]);
    await database.dataSource.query(`ALTER TABLE incident_place DROP CONSTRAINT dies`);
    const second = new PostgresIncidentStore(await database.application());
    await Promise.all([follow(), follow(second), follow(), follow(second)]);
    expect(await all()).toMatchObject([{ count: 3, messages: 3 }]);
  });

  it('miss nothing that commits late with an earlier number', async () => {
    const slow = parked();
    const runner = database.dataSource.createQueryRunner();
    await runner.startTransaction();
    await exchange.commit(batch({ inbox: [slow] }));
    await runner.query(`INSERT INTO event (subject, kind, to_state, actor, at) VALUES ($1, 'state', 'parked', 'x', $2)`, [
      event(slow).subject,
      AT,
    ]);
    await fail(parked());
    await turns(store, async () => undefined);
    expect(await all()).toEqual([]);
    await runner.commitTransaction();
    await runner.release();
    await follow();
    expect(await all()).toMatchObject([{ count: 2, messages: 2 }]);
  });

  it('are walked in batches, and a sender who invents names gets no more than a bounded number of them', async () => {
    const small = new PostgresIncidentStore(await database.application(), { batch: 2, perLink: 3 });
    for (let n = 0; n < 7; n += 1) await fail(parked({ issues: [issue('CODE_UNMAPPED', `/名${String.fromCodePoint(0x4e00 + n)}`)] }));
    await follow(small);
    const found = await all();
    expect(found).toHaveLength(4);
    expect(found.find(({ path }) => path === '*')).toMatchObject({ count: 4, messages: 4 });
  });

  it('resolve after clean hours, and come back with a mark', async () => {
    const troubles: unknown[] = [];
    const keeper = new IncidentKeeper({ store, clock, pollMilliseconds: 60_000, cleanHours: 24, report: (error) => troubles.push(error) });
    const tick = async () => {
      await keeper.tick();
      await othersEnded();
    };
    await fail(parked());
    for (let turn = 0; turn < 3; turn += 1) await tick();
    expect(await all()).toMatchObject([{ state: 'open' }]);
    now = hours(23);
    await tick();
    expect(await all()).toMatchObject([{ state: 'open' }]);
    // What waits for somebody is not mended by waiting.
    now = hours(25);
    await tick();
    expect(await all()).toMatchObject([{ state: 'open' }]);
    await database.dataSource.query(`UPDATE inbox SET state = 'routed'`);
    await tick();
    expect(await all()).toMatchObject([{ state: 'open' }]);
    now = hours(25.5);
    await tick();
    const [resolved] = await all();
    expect(resolved).toMatchObject({ state: 'resolved', repairedAt: AT, openedAt: AT });
    expect(await store.notes([resolved!.id])).toMatchObject([{ kind: 'state', value: 'resolved', author: 'gateway' }]);
    await fail(parked({ receivedAt: hours(26) }));
    for (let turn = 0; turn < 3; turn += 1) await tick();
    expect(await all()).toMatchObject([{ state: 'open', cameBack: 1, cameBackAt: hours(26), openedAt: hours(26), firstAt: AT, count: 2 }]);
    expect((await store.notes([resolved!.id])).map(({ value, text }) => [value, text]).at(-1)).toEqual(['open', 'came back']);
    await keeper.stop();
    expect(troubles).toEqual([]);
  });

  it('are owned, noted, ignored for a while and replayed by people, each time with a reason in the audit', async () => {
    await fail(parked({ messageId: 'm1' }), parked({ messageId: 'm2' }));
    await exchange.commit(batch({ moves: [] }));
    await follow();
    const audited: AuditRecord[] = [];
    const planned: PlanWish[] = [];
    const desk = deskOf(audited, planned);
    const me = person(nsw);
    const [{ id }] = (await desk.list(me, { limit: 10 })) as [Incident];
    await desk.own(me, id, false, 'моя работа');
    await desk.note(me, id, '联系了海关');
    await expect(desk.move(me, id, 'ignored', 'жөндеу күтілуде', { until: AT })).rejects.toMatchObject({ code: 'USAGE' });
    await desk.move(me, id, 'ignored', 'жөндеу күтілуде', { until: hours(48) });
    expect(await store.settle(hours(47), hours(-1))).toBe(0);
    expect(await store.settle(hours(49), hours(-1))).toBe(1);
    await database.dataSource.query(`UPDATE inbox SET state = 'routed' WHERE message_id = 'm1'`);
    const wish = {
      kind: 'retranslate' as const,
      request: 'r',
      reason: 'mapping mended',
      canary: 1,
      rate: 5,
      maxFailures: 0,
      fixedBy: 'customs-mt1101@14',
    };
    await desk.replay(me, id, wish);
    expect(planned).toMatchObject([{ messages: ['in:NSW/m2'], kind: 'retranslate', reason: 'mapping mended' }]);
    now = hours(50);
    await expect(desk.move(me, id, 'resolved', 'mended')).rejects.toMatchObject({ code: 'INCIDENT_STANDING' });
    expect(await desk.show(me, id)).toMatchObject({ failing: 1, standing: 1, mended: ['customs-mt1101@14'] });
    const resolved = await desk.move(me, id, 'resolved', 'mended', { despite: true });
    expect(resolved).toMatchObject({
      state: 'resolved',
      fixedBy: 'customs-mt1101@14',
      repairedAt: now,
      // It says so from then on.
      leftStanding: 1,
      owner: { name: expect.stringContaining('李伟') },
    });
    const { notes } = await desk.show(me, id);
    expect(notes.map(({ kind, value }) => [kind, value])).toEqual([
      ['owner', expect.stringContaining('李伟')],
      ['note', undefined],
      ['state', 'ignored'],
      ['state', 'open'],
      ['replay', 'plan-1'],
      ['state', 'resolved'],
    ]);
    expect(audited.map(({ action, reason }) => [action, reason])).toEqual([
      ['incident.owner', 'моя работа'],
      ['incident.note', '联系了海关'],
      ['incident.state', 'жөндеу күтілуде'],
      ['incident.replay', 'mapping mended'],
      ['incident.state', 'mended'],
    ]);
    await expect(desk.note(person(keg), id, 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(database.dataSource.query('DELETE FROM incident_note')).rejects.toThrow(/append-only/);
  });

  it('count as one once merged, over partners too, as far as each scope reaches, and as before once split', async () => {
    now = hours(3);
    await fail(
      parked({ messageId: 'a1', receivedAt: hours(1) }),
      parked({ messageId: 'a2', receivedAt: hours(2.5) }),
      parked({ messageId: 'b1', issues: [issue('CODE_UNMAPPED', '/箱')], businessKeys: ['note:7'], receivedAt: hours(3) }),
      parked({ messageId: 'k1', link: 'keg', sender: 'KEG', receivedAt: hours(2) }),
    );
    await follow();
    const [audited, planned]: [AuditRecord[], PlanWish[]] = [[], []];
    const desk = deskOf(audited, planned);
    const everybody = person(Scope.everything);
    const one = async (link: string, code: string) => (await all()).find((it) => it.link === link && it.code === code)!;
    const [head, part, theirs] = [
      await one('nsw', 'TRANSLATION_FAILED'),
      await one('nsw', 'CODE_UNMAPPED'),
      await one('keg', 'TRANSLATION_FAILED'),
    ];
    // Failures by the hour, the running one last.
    expect(head.hours).toHaveLength(24);
    expect(head.hours.slice(-4)).toEqual([0, 1, 1, 0]);
    await desk.merge(everybody, part.id, head.id, '同一个映射');
    await desk.merge(everybody, theirs.id, head.id, 'один и тот же классификатор');
    await expect(desk.merge(everybody, head.id, part.id, 'in a circle')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(desk.merge(everybody, head.id, head.id, 'with itself')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(desk.merge(person(nsw), theirs.id, head.id, 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await all()).toMatchObject([
      {
        id: head.id,
        parts: 2,
        count: 4,
        messages: 4,
        links: ['nsw', 'keg'],
        lastAt: hours(3),
        keys: expect.arrayContaining(['note:7', 'BILL-1']),
      },
    ]);
    const shown = await desk.show(everybody, head.id);
    expect(shown).toMatchObject({ failing: 4, standing: 4, parts: [{ id: part.id }, { id: theirs.id }] });
    expect([shown.days.length, shown.days.at(-1)]).toEqual([30, 4]);
    expect((shown.incident.hours ?? []).slice(-4)).toEqual([0, 1, 2, 1]);
    // Each scope sees its own of it, and who sees no head sees the part by itself.
    expect(await all(nsw)).toMatchObject([{ id: head.id, parts: 1, count: 3, links: ['nsw'] }]);
    await expect(desk.move(person(nsw), head.id, 'acknowledged', 'half of it')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await all(keg)).toMatchObject([{ id: theirs.id, parts: 0, count: 1, mergedInto: head.id }]);
    await desk.replay(everybody, head.id, { kind: 'retranslate', request: 'r', reason: 'one plan', canary: 1, rate: 5, maxFailures: 0 });
    expect(planned[0]!.messages).toEqual(['in:NSW/a1', 'in:KEG/k1', 'in:NSW/a2', 'in:NSW/b1']);
    // The group moves as one, and one that fails again brings all of it back.
    await database.dataSource.query(`UPDATE inbox SET state = 'routed'`);
    now = hours(4);
    await desk.move(everybody, head.id, 'resolved', 'mended');
    expect(await store.find(Scope.everything, theirs.id, now)).toMatchObject({ state: 'resolved' });
    await fail(parked({ messageId: 'k2', link: 'keg', sender: 'KEG', receivedAt: hours(5) }));
    await follow();
    expect(await all()).toMatchObject([{ id: head.id, state: 'open', cameBack: 1, lastAt: hours(5), count: 5 }]);
    expect((await store.notes([head.id])).at(-1)).toMatchObject({ text: 'came back', author: 'gateway' });
    await desk.split(everybody, head.id, theirs.id, 'it was another thing');
    expect((await all()).map(({ id, count, lastAt }) => [id, count, lastAt])).toEqual([
      [theirs.id, 2, hours(5)],
      [head.id, 3, hours(3)],
    ]);
    await expect(desk.split(everybody, head.id, theirs.id, 'twice')).rejects.toMatchObject({ code: 'USAGE' });
    expect((await store.notes([theirs.id])).map(({ kind, value }) => [kind, value])).toEqual([
      ['merge', head.id],
      ['state', 'open'],
      ['split', head.id],
    ]);
    expect(audited.map(({ action }) => action)).toEqual(expect.arrayContaining(['incident.merge', 'incident.split']));
  });

  it('stand with their messages, and are a field of the query', async () => {
    const [failing, other] = [parked(), inboxRow()];
    await fail(failing);
    await exchange.commit(batch({ inbox: [other] }));
    const late = outboxRow({ link: 'nsw' });
    await exchange.commit(
      batch({ outbox: [late], events: [{ subject: `out:${late.messageId}`, kind: 'state', to: 'expired', actor: 'LBG', at: AT }] }),
    );
    await follow();
    const found = await all();
    const view = new PostgresMessageView(database.dataSource, { partnerOf: (link) => link, linksOf: (partner) => [partner] });
    const query = async (q: string, scope = Scope.everything) => {
      const parsed = parseQuery(q);
      const { messages } = await view.list(scope, { chips: parsed.ok ? parsed.chips : [], now, limit: 10 });
      return messages.map(({ messageId, incidents }) => [messageId, incidents]);
    };
    const of = (stage: string) => found.find((one) => one.stage === stage)!.id;
    expect(await query(`incident:${of('translate')}`)).toEqual([[failing.messageId, [of('translate')]]]);
    expect(await query(`incident:${of('deliver')}`)).toEqual([[late.messageId, [of('deliver')]]]);
    expect(await query(`incident:${of('translate')}`, keg)).toEqual([]);
    expect(await query(`id:${other.messageId}`)).toEqual([[other.messageId, []]]);
    expect((await view.detail(Scope.everything, failing.messageId))[0]).toMatchObject({ incidents: [of('translate')] });
    expect(parseQuery('incident:abc').ok).toBe(false);
    await view.close();
  });
});
