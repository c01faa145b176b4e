import { randomUUID } from 'node:crypto';
import { PostgresAgreementStore, PostgresDeadLetterStore, PostgresExchangeStore, PostgresLinkRequestStore } from '#adapters';
import {
  AgreementBook,
  AgreementDesk,
  DeadLetterDesk,
  LinkDesk,
  Scope,
  type Actor,
  type AuditRecord,
  type DeadQueue,
  type NewDeadLetter,
  type ReplayDesk,
  type VerdictLine,
} from '#exchange';
import { RIGHTS, type Agreements, type Link, type Right } from '#model';
import type { SealedMessage } from '#trust';
import { waitFor, World } from '../../libs/exchange/src/testing/world.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';
import { batch, inboxRow } from '../support/store-rows.ts';

const person = (name: string, more: Partial<Actor> = {}): Actor => ({
  account: { id: `id-of-${name}`, name, kind: 'person' },
  roles: [],
  rights: new Set(Object.keys(RIGHTS) as Right[]),
  scope: Scope.everything,
  ...more,
});
const AIGUL = person('Айгүл');
const LI = person('李伟');
const LSW_ONLY = person('lsw', { scope: Scope.of(['LSW'], { linkTo: (party) => ({ id: party.toLowerCase() }) as Link }) });

describe('links by two', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let world: World;
  let desk: LinkDesk;
  let letters: DeadLetterDesk;
  let kept: PostgresDeadLetterStore;
  let broker: DeadQueue[];
  let planned: string[];
  const audited: AuditRecord[] = [];

  beforeEach(async () => {
    database = await testDatabase();
    const dataSource = await database.application();
    store = new PostgresExchangeStore(dataSource);
    world = await new World(store).start();
    [broker, planned] = [[], []];
    audited.length = 0;
    const audit = { append: (record: AuditRecord) => Promise.resolve(void audited.push(record)) };
    const { clock, book } = world;
    kept = new PostgresDeadLetterStore(dataSource);
    desk = new LinkDesk({ store: new PostgresLinkRequestStore(dataSource, book), letters: kept, audit, clock });
    letters = new DeadLetterDesk({
      store: kept,
      queues: { standing: () => broker },
      receive: world.pipeline.receive,
      replays: {
        verdict: async (_actor, { messages }) => [
          { subject: messages[0], verdict: 'safe', reasons: ['GAVE_UP'] } as unknown as VerdictLine,
        ],
        plan: async (_actor, wish) => {
          planned.push(...wish.messages);
          return { id: 'plan-1' } as Awaited<ReturnType<ReplayDesk['plan']>>;
        },
      },
      audit,
      clock,
    });
  });
  afterEach(async () => {
    await world.stop();
    await store.close();
    await database.drop();
  });

  const query = <T>(text: string, values: unknown[] = []): Promise<T[]> => database.dataSource.query(text, values);
  const stateOf = async (id: string) =>
    (await query<{ state: string }>('SELECT d.state FROM outbox o JOIN delivery d USING (id) WHERE o.message_id = $1', [id]))[0]?.state;
  const come = async (note: string) => {
    const sealed = world.seal('LSW', { note, text: '货物 жүк груз' });
    await world.receive('lsw', sealed.frame);
    const [row] = await query<{ message_id: string }>(`SELECT message_id FROM outbox WHERE source_message_id = $1 AND kind = 'message'`, [
      sealed.manifest.messageId,
    ]);
    return row!.message_id;
  };

  it('changes the agreements once two persons saw the same ones whole, and brings an earlier version back', async () => {
    const versions = new PostgresAgreementStore(database.dataSource);
    const { book, clock } = world;
    const sound = (wanted: Agreements) => void new AgreementBook(wanted, { mappings: new Set(['test/out']), projections: new Set() });
    const requests = new LinkDesk({
      store: new PostgresLinkRequestStore(database.dataSource, book),
      letters: kept,
      audit: { append: (record) => Promise.resolve(void audited.push(record)) },
      clock,
      requireSound: sound,
    });
    const agreements = new AgreementDesk({ book, store: versions, requests, requireSound: sound });
    const first = {
      digest: book.edition.digest,
      origin: 'file',
      author: 'file',
      reason: 'start',
      at: clock.now(),
      agreements: book.agreements,
    } as const;
    expect(await versions.add({ ...first, version: 1 })).toBe(true);
    expect([await versions.add({ ...first, version: 1 }), await versions.add({ ...first, version: 3 })]).toEqual([false, false]);

    const suspended = { ...book.agreements, links: book.agreements.links.map((link) => ({ ...link, suspended: link.id === 'keg' })) };
    const propose = (actor: Actor, wanted: unknown, basedOn = 1) =>
      agreements.propose(actor, wanted, basedOn, randomUUID(), 'Қорғас тоқтады');
    await expect(propose(AIGUL, { ...suspended, routes: [{ from: 'NOBODY', messageType: 'Manifest', to: 'KEG' }] })).rejects.toMatchObject({
      code: 'CONFIGURATION_INVALID',
    });
    await expect(propose(LSW_ONLY, suspended)).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(propose(AIGUL, book.agreements)).rejects.toMatchObject({ code: 'REQUEST_STATE' });
    const asked = await propose(AIGUL, suspended);
    await expect(requests.approve(AIGUL, asked.id, asked.digest, 'my own')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(requests.approve(LI, asked.id, 'x'.repeat(43), 'not what I saw')).rejects.toMatchObject({ code: 'APPROVAL_OTHER' });
    expect(await versions.newest()).toBe(1);
    expect(await requests.approve(LI, asked.id, asked.digest, '核对无误')).toMatchObject({ state: 'done', results: ['2'] });
    const second = await versions.find(2);
    expect(second).toMatchObject({ origin: 'request', approver: 'person:id-of-李伟:李伟', reason: 'Қорғас тоқтады' });
    expect(second?.agreements.links.find(({ id }) => id === 'keg')?.suspended).toBe(true);
    // Who looked at the version before has to look again.
    await expect(propose(AIGUL, suspended, 1)).rejects.toMatchObject({ code: 'REQUEST_STATE' });

    const back = await agreements.rollBack(AIGUL, 1, 2, randomUUID(), 'Хоргос снова работает');
    // Before it is decided, a file is taken in: nothing of the decision remains.
    const third = { ...first, version: 3, agreements: suspended, digest: 'of a file' };
    expect(await versions.add(third)).toBe(true);
    await expect(requests.approve(LI, back.id, back.digest, '同意')).rejects.toMatchObject({ code: 'REQUEST_STATE' });
    expect(await requests.find(LI, back.id)).toMatchObject({ state: 'submitted' });
    const again = await agreements.rollBack(AIGUL, 1, 3, randomUUID(), 'Хоргос снова работает');
    await requests.approve(LI, again.id, again.digest, '同意');
    expect(await versions.find(4)).toMatchObject({ restores: 1, digest: first.digest, agreements: book.agreements });
    expect((await agreements.list(AIGUL, { limit: 2 })).map(({ version }) => version)).toEqual([4, 3]);
    await expect(
      versions.add({ ...first, version: 5 }).then(() => database.application().then((app) => app.query('DELETE FROM agreement_version'))),
    ).rejects.toThrow('permission denied');
  });

  it('lets what stands behind a failing message go once two persons give it up, and a late receipt still wins', async () => {
    world.transport.failures = ['TOO_LARGE'];
    const stuck = await come('N1');
    await waitFor(async () => (await stateOf(stuck)) === 'retrying', 'the failure');
    const [behind, other] = [await come('N1'), await come('N2')];
    await waitFor(async () => (await stateOf(other)) === 'published', 'another key');
    const [line] = await desk.blocked(AIGUL, { limit: 10 });
    expect(line).toMatchObject({ link: 'keg', state: 'retrying', code: 'TOO_LARGE', messageId: stuck, behind: { count: 1, more: false } });
    expect(await desk.blocked(LSW_ONLY, { limit: 10 })).toEqual([]);
    await expect(desk.release(LSW_ONLY, 'keg', line!.key, randomUUID(), 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(desk.release(AIGUL, 'keg', 'note:nobody', randomUUID(), 'no such key')).rejects.toMatchObject({ code: 'NOT_FOUND' });

    const token = randomUUID();
    const asked = await desk.release(AIGUL, 'keg', line!.key, token, 'на бумаге у Хоргоса');
    expect((await desk.release(AIGUL, 'keg', line!.key, token, 'pressed twice')).id).toBe(asked.id);
    await expect(desk.release(LI, 'keg', line!.key, randomUUID(), 'at the same time')).rejects.toMatchObject({ code: 'REQUEST_TAKEN' });
    expect(JSON.parse(asked.action.toString())).toMatchObject({ kind: 'release-key', messages: [{ messageId: stuck, state: 'retrying' }] });
    await expect(desk.approve(AIGUL, asked.id, asked.digest, 'my own')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    await expect(desk.approve(LI, asked.id, 'x'.repeat(43), 'something else')).rejects.toMatchObject({ code: 'APPROVAL_OTHER' });
    await expect(desk.approve(LSW_ONLY, asked.id, asked.digest, 'not mine')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await stateOf(stuck)).toBe('retrying');

    const done = await desk.approve(LI, asked.id, asked.digest, '核对无误');
    expect(done).toMatchObject({ state: 'done', results: [stuck], approver: { id: 'id-of-李伟' } });
    expect(await stateOf(stuck)).toBe('dead');
    await expect(desk.approve(LI, asked.id, asked.digest, 'again')).rejects.toMatchObject({ code: 'REQUEST_STATE' });
    await waitFor(() => world.transport.messagesTo('keg').some(({ messageId }) => messageId === behind), 'what stood behind');
    expect(audited.map(({ action, reason }) => [action, reason])).toEqual([
      ['release-key.request', 'на бумаге у Хоргоса'],
      // On record before it was found to be asked for already.
      ['release-key.request', 'at the same time'],
      ['release-key.approve', '核对无误'],
    ]);
    const events = await query<{ actor: string; cause: string }>(
      `SELECT actor, cause FROM event WHERE subject = $1 AND to_state = 'dead'`,
      [`out:${stuck}`],
    );
    expect(events).toEqual([{ actor: 'person:id-of-李伟:李伟', cause: `release ${asked.id}` }]);
    expect(await desk.blocked(AIGUL, { limit: 10 })).toEqual([]);
  });

  it('leaves alone what moved on by itself, and lets nothing through after its time', async () => {
    const id = await come('U1');
    await waitFor(async () => (await stateOf(id)) === 'published');
    await query(`UPDATE delivery SET state = 'unknown' WHERE id = (SELECT id FROM outbox WHERE message_id = $1)`, [id]);
    const [line] = await desk.blocked(AIGUL, { link: 'keg', limit: 10 });
    expect(line).toMatchObject({ state: 'unknown', behind: { count: 0 } });
    const late = await desk.release(AIGUL, 'keg', line!.key, randomUUID(), 'nobody answers');
    world.clock.pass(25 * 3_600);
    await expect(desk.approve(LI, late.id, late.digest, 'too late')).rejects.toMatchObject({ code: 'REQUEST_STATE' });
    expect((await desk.find(AIGUL, late.id)).state).toBe('expired');

    const asked = await desk.release(AIGUL, 'keg', line!.key, randomUUID(), 'nobody answers');
    const frame = world.transport.messagesTo('keg').find(({ messageId }) => messageId === id)!.frame;
    const receiptId = world.seal('EVE', { note: 'X', text: '' }).manifest.messageId;
    await world.receive('keg', world.receiptFor(frame, 'KEG', { receiptId, levels: ['R1', 'R2'], status: 'valid', issues: [] }));
    expect(await desk.approve(LI, asked.id, asked.digest, 'agreed')).toMatchObject({ state: 'done', results: [] });
    expect(await stateOf(id)).toBe('valid');
  });

  const letter = (frame: Buffer, more: Partial<NewDeadLetter> = {}): NewDeadLetter => ({
    link: 'lsw',
    way: 'in',
    reason: 'delivery_limit',
    queue: 'lb.lsw.in',
    exchange: 'lbx.lsw.in',
    routingKey: 'lb.lsw.in',
    diedAt: new Date('2026-03-14T01:29:00Z'),
    deaths: 1,
    at: world.clock.now(),
    frame,
    ...more,
  });
  const only = async () => (await letters.list(AIGUL, { state: 'open', limit: 10 }))[0]!;

  it('takes in a letter that never came to us, once, and knows what came in another way', async () => {
    const sealed: SealedMessage = world.seal('LSW', { note: 'D1', text: 'қазақша' });
    await kept.keep(letter(sealed.frame));
    await kept.keep(letter(sealed.frame));
    broker = [{ link: 'lsw', queue: 'lb.lsw.dead', count: 2, at: world.clock.now() }];
    expect(await letters.queues(AIGUL)).toMatchObject([
      { kept: 1, count: 2, difference: 2, letters: [{ queue: 'lb.lsw.in', reason: 'delivery_limit', count: 1 }] },
    ]);
    const { id } = await only();
    expect(await letters.show(AIGUL, id)).toMatchObject({
      // Its sender names no keys, so nobody can tell whether something newer went before.
      verdict: 'care',
      reasons: ['NOT_TAKEN_IN'],
      claims: { sender: 'LSW', messageId: sealed.manifest.messageId },
    });
    const done = await letters.replay(AIGUL, id, randomUUID(), 'the broker gave it up');
    expect(done).toMatchObject({ outcome: 'accepted', letter: { state: 'replayed', outcome: 'accepted' } });
    await waitFor(() => world.transport.messagesTo('keg').length === 1);
    await expect(letters.replay(AIGUL, id, randomUUID(), 'once more')).rejects.toMatchObject({ code: 'REQUEST_STATE' });
    await kept.keep(letter(sealed.frame, { deaths: 2 }));
    const again = await only();
    expect(await letters.show(AIGUL, again.id)).toMatchObject({ verdict: 'pointless', reasons: ['ALREADY_RECEIVED'] });
    await expect(letters.replay(AIGUL, again.id, randomUUID(), 'it is here')).rejects.toMatchObject({ code: 'REPLAY_EMPTY' });
  });

  it.each([
    ['other bills of its voyage', 'Manifest', ['journey:9074729/026E', 'bill:QZ9'], 'safe'],
    ['one of its bills', 'Manifest', ['journey:9074729/026E', 'bill:QZ1', 'bill:QZ9'], 'harmful'],
    ['the whole voyage', 'Manifest', ['journey:9074729/026E'], 'harmful'],
    ['where what lies on board', 'StowagePlan', ['journey:9074729/026E', 'bill:QZ9'], 'harmful'],
  ])('judges a letter about bills of a voyage behind what came later about %s', async (_, canonicalType, businessKeys, verdict) => {
    const sealed = world.seal(
      'LSW',
      { note: 'D9', text: '舱单' },
      {
        businessKeys: [
          { type: 'journey', value: '9074729/026E' },
          { type: 'bill', value: 'QZ1' },
        ],
      },
    );
    await kept.keep(letter(sealed.frame));
    const later = inboxRow({ sender: 'LSW', link: 'lsw', messageId: 'ffffffff-0000-7000-8000-000000000000', canonicalType, businessKeys });
    await store.commit(batch({ inbox: [later] }));
    expect(await letters.show(AIGUL, (await only()).id)).toMatchObject({ verdict });
  });

  it('plans ours again, says what is no message, and discards only with a second person', async () => {
    await come('D2');
    await waitFor(() => world.transport.messagesTo('keg').length === 1);
    const ours = world.transport.messagesTo('keg')[0]!;
    await kept.keep(letter(ours.frame, { link: 'keg', way: 'out', reason: 'rejected', queue: 'lb.keg.out' }));
    const sent = await letters.replay(AIGUL, (await only()).id, randomUUID(), 'KEG is back');
    expect([sent.outcome, planned]).toEqual(['plan plan-1', [`out:${ours.messageId}`]]);

    await kept.keep(letter(Buffer.from('<html>\0мусор</html>'), { messageId: 'x\0y', reason: 'other' }));
    const junk = await only();
    expect(await letters.show(AIGUL, junk.id)).toMatchObject({
      verdict: 'pointless',
      reasons: ['UNREADABLE'],
      letter: { messageId: 'x\ufffdy' },
    });
    await expect(letters.show(person('keg', { scope: Scope.of([], { linkTo: () => undefined }) }), junk.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const asked = await desk.discard(AIGUL, junk.id, randomUUID(), 'it is no message');
    await expect(desk.approve(AIGUL, asked.id, asked.digest, 'my own')).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await desk.refuse(LI, asked.id, asked.digest, 'ask them first')).toMatchObject({ state: 'refused', results: [] });
    const second = await desk.discard(AIGUL, junk.id, randomUUID(), 'they were asked');
    expect(await desk.approve(LI, second.id, second.digest, 'agreed')).toMatchObject({ state: 'done', results: [junk.id] });
    expect(await letters.list(AIGUL, { state: 'open', limit: 10 })).toEqual([]);
    expect((await letters.show(AIGUL, junk.id)).letter).toMatchObject({ state: 'discarded', decidedBy: 'person:id-of-李伟:李伟' });
    expect((await letters.frame(AIGUL, junk.id)).toString()).toContain('мусор');
    // What it was stays as it is, whoever asks the database.
    await expect((await database.application()).query('UPDATE dead_letter SET frame = $1', [Buffer.from('x')])).rejects.toThrow(
      'permission denied',
    );
  });
});
