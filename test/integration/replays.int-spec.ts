import { randomUUID } from 'node:crypto';
import { Scope, type PlanWish } from '#exchange';
import { issue, MODEL_VERSION } from '#model';
import { decodeFrame, openJws, TYPES } from '#trust';
import { waitFor } from '../../libs/exchange/src/testing/world.ts';
import { AIGUL, LI, person, Process } from '../support/replay-process.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

describe('replays', () => {
  let database: TestDatabase;
  let one: Process;
  const others: Process[] = [];

  beforeEach(async () => {
    database = await testDatabase();
    one = await Process.start(database);
    await waitFor(() => one.world.book.links.every(({ id }) => one.world.relays.of(id)?.held));
  });
  afterEach(async () => {
    expect(one.dieAt ? [] : one.troubles.map(String)).toEqual([]);
    for (const process of [...others.splice(0), one]) await process.end();
    await database.drop();
  });

  const query = <T>(text: string, values: unknown[] = []): Promise<T[]> => database.dataSource.query(text, values);
  const stateOf = async (id: string) =>
    (await query<{ state: string }>('SELECT d.state FROM outbox o JOIN delivery d USING (id) WHERE o.message_id = $1', [id]))[0]?.state;
  const notes = async () =>
    (await query<{ message_id: string }>(`SELECT message_id FROM outbox WHERE link = 'keg' AND kind = 'message' ORDER BY id`)).map(
      (row) => row.message_id,
    );

  /** A consignment note comes in, goes out to Khorgos and is answered there. */
  const sent = async (note: string, status?: 'refused' | 'valid'): Promise<string> => {
    const before = one.world.transport.messagesTo('keg').length;
    const sealed = one.world.seal('LSW', { note, text: '货物 жүк груз' });
    await one.world.pipeline.receive([one.world.delivery('lsw', sealed.frame)]);
    await waitFor(() => one.world.transport.messagesTo('keg').length > before, 'the note to leave');
    const { frame, messageId } = one.world.transport.messagesTo('keg').at(-1)!;
    await waitFor(async () => (await stateOf(messageId)) === 'published', 'the mark');
    if (status) await answered(frame, status);
    return messageId;
  };
  const answered = async (frame: Buffer, status: 'refused' | 'valid') => {
    const issues = status === 'refused' ? [issue('TRANSLATION_FAILED', '/note')] : [];
    const receipt = one.world.receiptFor(frame, 'KEG', { receiptId: newId(), levels: ['R1', 'R2'], status, issues });
    await one.world.pipeline.receive([one.world.delivery('keg', receipt)]);
  };
  const newId = () => one.world.seal('EVE', { note: 'X', text: '' }).manifest.messageId;
  const wish = (messages: readonly string[], more: Partial<PlanWish> = {}): PlanWish => ({
    kind: 'retranslate',
    messages,
    request: randomUUID(),
    reason: 'the mapping is mended',
    canary: 0,
    rate: 100,
    maxFailures: 0,
    ...more,
  });
  /** From now on notes are written in another way. */
  const mend = (process: Process) => {
    const encode = process.world.translator.encode.bind(process.world.translator);
    process.world.translator.encode = (message) => ({ ...encode(message), bytes: Buffer.from(`MENDED+${JSON.stringify(message)}'`) });
  };

  it('translates what was refused anew: new id, linked, in place of the old one, in the chain of its link', async () => {
    const id = await sent('N1', 'refused');
    expect((await one.desk.verdict(AIGUL, wish([id])))[0]).toMatchObject({
      verdict: 'pointless',
      reasons: ['NOTHING_CHANGED', 'REFUSED_BY_PARTNER'],
    });
    mend(one);
    const [line] = await one.desk.verdict(AIGUL, wish([id]));
    expect(line).toMatchObject({ verdict: 'safe', preview: { same: false, link: 'keg' } });
    const plan = await one.desk.plan(AIGUL, wish([id]));
    expect(plan).toMatchObject({ state: 'ready', needsSecondPerson: false });
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work();
    await waitFor(() => one.world.transport.messagesTo('keg').length === 2);
    const successor = one.world.opened(one.world.transport.messagesTo('keg')[1]!.frame, 'KEG');
    expect(successor.manifest).toMatchObject({ refTo: id, link: { sequence: 2 } });
    expect(successor.parts[0]!.bytes.toString()).toMatch(/^MENDED.*货物/);
    expect(await stateOf(id)).toBe('superseded');
    await answered(one.world.transport.messagesTo('keg')[1]!.frame, 'valid');
    await one.work(1);
    const { plan: done, items } = await one.desk.show(AIGUL, plan.id, -1, 10);
    expect(done.state).toBe('done');
    expect(items).toMatchObject([{ state: 'sent', results: [{ messageId: successor.manifest.messageId, state: 'valid' }] }]);
    const report = openJws(Buffer.from(done.report!, 'latin1'), {
      typ: TYPES.replay,
      resolve: (kid) => one.world.directory.resolve(kid, { at: one.world.clock.now(), purpose: 'verify' }),
    });
    expect(report.ok && JSON.parse(report.payload.toString())).toMatchObject({
      plan: plan.id,
      action: plan.digest,
      state: 'done',
      counts: { sent: 1, good: 1 },
    });
    expect(one.audited.map(({ action }) => action)).toEqual(['replay.plan', 'replay.run']);
    // The old one is never sent again; its successor may be.
    expect((await one.desk.verdict(AIGUL, wish([id])))[0]!.reasons).toContain('ALREADY_REPLAYED');
  });

  it('passes on what was parked once its translation works', async () => {
    one.world.translator.encodeFailure = 'TRANSLATION_FAILED';
    const sealed = one.world.seal('LSW', { note: 'P1', text: 'грузы' });
    await one.world.pipeline.receive([one.world.delivery('lsw', sealed.frame)]);
    expect((await one.desk.verdict(AIGUL, wish([sealed.manifest.messageId])))[0]).toMatchObject({
      verdict: 'pointless',
      reasons: ['TRANSLATION_FAILS', 'PARKED'],
    });
    one.world.translator.encodeFailure = undefined;
    const plan = await one.desk.plan(AIGUL, wish([`LSW/${sealed.manifest.messageId}`]));
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work();
    await waitFor(() => one.world.transport.messagesTo('keg').length === 1);
    expect(await query('SELECT state FROM inbox WHERE message_id = $1', [sealed.manifest.messageId])).toEqual([{ state: 'routed' }]);
  });

  it('sends the same bytes under the same id to who signed that it lacks them', async () => {
    const id = await sent('N2');
    await query(`UPDATE delivery SET state = 'missing' WHERE id = (SELECT id FROM outbox WHERE message_id = $1)`, [id]);
    const plan = await one.desk.plan(AIGUL, wish([id], { kind: 'redeliver' }));
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work();
    await waitFor(() => one.world.transport.messagesTo('keg').length === 2);
    const [first, again] = one.world.transport.messagesTo('keg');
    expect(again!.frame.equals(first!.frame)).toBe(true);
    expect(again).toMatchObject({ messageId: id, possibleDuplicate: true });
  });

  it.each(['before', 'after'] as const)(
    'repeats nothing when a process dies %s any commit of a plan, and goes on in another one',
    async (when) => {
      const ids = [await sent('K1', 'refused'), await sent('K2', 'refused'), await sent('K3', 'refused')];
      mend(one);
      const plan = await one.desk.plan(AIGUL, wish(ids, { maxFailures: 9 }));
      await one.desk.run(AIGUL, plan.id, 'go');
      one.dieAt = { when, nth: 2 };
      await one.runner.turn();
      await one.runner.turn().catch(() => undefined);
      // It never comes back; after the time of its lease another process works on.
      const two = await Process.start(database, one.world);
      others.push(two);
      mend(two);
      two.world.clock.time = new Date(one.world.clock.time.getTime() + 60_000);
      await two.work(2);
      const lineage = await query<{ predecessor: string }>('SELECT predecessor FROM replay_successor');
      expect(lineage.map(({ predecessor }) => predecessor).sort()).toEqual([...ids].sort());
      expect(await notes()).toHaveLength(6);
      expect(await one.desk.show(AIGUL, plan.id, -1, 10)).toMatchObject({ counts: { sent: 3, waiting: 0 } });
    },
  );

  it('keeps the order of a key: what stands in place of an older message is not newer than the next one', async () => {
    const ids = [await sent('O1', 'refused'), await sent('O1', 'refused')];
    mend(one);
    // Planned the wrong way round.
    const plan = await one.desk.plan(AIGUL, wish([...ids].reverse(), { canary: 1 }));
    await one.desk.run(AIGUL, plan.id, 'go');
    const replaced = async (count: number) => {
      await one.work(1);
      await waitFor(() => one.world.transport.messagesTo('keg').length === 2 + count, `successor ${count}`);
      const { frame } = one.world.transport.messagesTo('keg')[1 + count]!;
      expect(one.world.opened(frame, 'KEG').manifest.refTo).toBe(ids[count - 1]);
      await answered(frame, 'valid');
    };
    await replaced(1);
    await replaced(2);
    await one.work(1);
    expect(await one.desk.show(AIGUL, plan.id, -1, 10)).toMatchObject({
      plan: { state: 'done' },
      counts: { sent: 2, good: 2, skipped: 0 },
    });
  });

  it('sends each message once when two processes work on one plan at the same time', async () => {
    const ids = [await sent('C1', 'refused'), await sent('C2', 'refused'), await sent('C3', 'refused'), await sent('C4', 'refused')];
    const two = await Process.start(database, one.world);
    others.push(two);
    for (const process of [one, two]) mend(process);
    two.world.clock.time = one.world.clock.time;
    const plan = await one.desk.plan(AIGUL, wish(ids));
    await one.desk.run(AIGUL, plan.id, 'go');
    for (let round = 0; round < 6; round += 1) {
      // No lease keeps them apart: only the commits do.
      await query('UPDATE replay_plan SET lease_by = NULL, next_at = NULL');
      const far = new Date(one.world.clock.time.getTime() + 60_000);
      [one.world.clock.time, two.world.clock.time] = [far, far];
      await Promise.all([one.runner.turn().catch(() => false), two.runner.turn().catch(() => false)]);
    }
    expect(await notes()).toHaveLength(8);
    expect((await query('SELECT 1 FROM replay_successor')).length).toBe(4);
  });

  it('makes one plan of a button pressed twice, and lets a message be in one open plan only', async () => {
    const id = await sent('D1', 'refused');
    mend(one);
    const pressed = wish([id]);
    const plans = await Promise.all(
      [one.desk.plan(AIGUL, pressed), one.desk.plan(AIGUL, pressed)].map((made) => made.catch(() => undefined)),
    );
    const made = plans.flatMap((plan) => plan?.id ?? []);
    expect(new Set(made).size).toBe(1);
    expect((await one.desk.plan(AIGUL, pressed)).id).toBe(made[0]);
    await expect(one.desk.plan(AIGUL, wish([id]))).rejects.toMatchObject({ code: 'REPLAY_EMPTY' });
    await one.desk.stop(AIGUL, made[0]!, 'not wanted');
    const second = await one.desk.plan(AIGUL, wish([id]));
    expect(second.state).toBe('ready');
  });

  it('sends an edited document only after another person approved exactly that', async () => {
    const id = await sent('E1', 'refused');
    const payload = Buffer.from(JSON.stringify({ note: 'E1', text: '更正后的重量' }));
    const plan = await one.desk.plan(AIGUL, wish([id], { kind: 'edit', payload }));
    expect(plan).toMatchObject({ state: 'submitted', needsSecondPerson: true });
    const code = (work: Promise<unknown>) =>
      work.then(
        () => 'done',
        (error: { code: string }) => error.code,
      );
    // The author, whatever rights; a machine; somebody who looked at something else; somebody without the links; running it anyway.
    expect(await code(one.desk.approve(AIGUL, plan.id, plan.digest, 'myself'))).toBe('NOT_ALLOWED');
    expect(
      await code(one.desk.approve(person('bot', { account: { id: 'bot', name: 'bot', kind: 'service' } }), plan.id, plan.digest, 'auto')),
    ).toBe('NOT_ALLOWED');
    expect(await code(one.desk.approve(LI, plan.id, 'A'.repeat(43), 'other'))).toBe('APPROVAL_OTHER');
    expect(await code(one.desk.approve(person('eve', { scope: Scope.of(['EVE'], one.world.book) }), plan.id, plan.digest, 'peek'))).toBe(
      'NOT_FOUND',
    );
    expect(await code(one.desk.run(AIGUL, plan.id, 'now'))).toBe('REPLAY_STATE');
    await expect(query(`SET ROLE landbridge_app; UPDATE replay_edit SET digest = 'x'`)).rejects.toThrow(/permission|append-only/);
    await query('RESET ROLE');
    await one.desk.approve(LI, plan.id, plan.digest, '重量已核对');
    expect(await code(one.desk.approve(LI, plan.id, plan.digest, 'twice'))).toBe('REPLAY_STATE');
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work();
    await waitFor(() => one.world.transport.messagesTo('keg').length === 2);
    const { manifest, parts } = one.world.opened(one.world.transport.messagesTo('keg')[1]!.frame, 'KEG');
    expect(parts[0]!.bytes.equals(payload)).toBe(true);
    expect(manifest.translatedFrom).toBeUndefined();
    const [original] = await query<{ frame: Buffer }>('SELECT frame FROM outbox WHERE message_id = $1', [id]);
    const kept = decodeFrame(original!.frame);
    expect(kept.ok && kept.parts[0]!.bytes.toString()).toContain('货物');
    expect((await one.desk.find(AIGUL, plan.id)).approver).toMatchObject({ id: 'id-of-李伟' });
    // Whoever looks later sees both, and that they looked is on record.
    const [preview] = await one.desk.preview(LI, plan.id, 0);
    expect(preview).toMatchObject({ link: 'keg', after: payload });
    expect(preview!.before.toString()).toContain('货物');
    expect(one.audited.at(-1)).toMatchObject({ action: 'payload.view', subject: `message:${id}` });
  });

  it('shows the exact documents before anything is planned, for a reason that is on record first', async () => {
    const id = await sent('Q1', 'refused');
    mend(one);
    const { verdicts, previews } = await one.desk.dryRun(AIGUL, { kind: 'retranslate', message: id }, '核对重量');
    expect(verdicts).toMatchObject([{ verdict: 'safe' }]);
    expect(previews[0]!.before.toString()).toContain('货物');
    expect(previews[0]!.after.toString()).toMatch(/^MENDED/);
    expect(one.audited).toMatchObject([{ action: 'payload.reveal', subject: `message:${id}`, reason: '核对重量' }]);
    expect(await notes()).toHaveLength(1);
    const stranger = person('eve', { scope: Scope.of(['EVE'], one.world.book) });
    await expect(one.desk.dryRun(stranger, { kind: 'retranslate', message: id }, 'curious')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('lets an approval run out after a day', async () => {
    const id = await sent('X1', 'refused');
    const plan = await one.desk.plan(AIGUL, wish([id], { kind: 'edit', payload: Buffer.from('{"note":"X1","text":"Ә"}') }));
    await one.desk.approve(LI, plan.id, plan.digest, 'looked at it');
    one.world.clock.pass(24 * 3_600 + 1);
    await expect(one.desk.run(AIGUL, plan.id, 'late')).rejects.toMatchObject({ code: 'REPLAY_STATE' });
    expect((await one.desk.find(AIGUL, plan.id)).state).toBe('expired');
  });

  it('stops everything everywhere, keeps it through a restart, and goes on where it was', async () => {
    const id = await sent('S1', 'refused');
    mend(one);
    const plan = await one.desk.plan(AIGUL, wish([id]));
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.desk.stopLink(LI, 'keg', 'Khorgos asks us to hold');
    await one.work(1);
    const sealed = one.world.seal('LSW', { note: 'S2', text: 'x' });
    await one.world.pipeline.receive([one.world.delivery('lsw', sealed.frame)]);
    expect(await notes()).toHaveLength(2);
    const two = await Process.start(database, one.world);
    others.push(two);
    expect(two.stops.stopped('keg')).toBe(true);
    expect(await one.store.claimDue('keg', 10, one.world.clock.time)).toEqual([]);
    expect(one.world.transport.messagesTo('keg')).toHaveLength(1);
    await one.desk.goLink(LI, 'keg', 'they are ready');
    await one.work(1);
    await waitFor(() => one.world.transport.messagesTo('keg').length === 3, 'what waited');
    expect(await query(`SELECT kind FROM event WHERE subject = 'link:keg'`)).toHaveLength(2);
  });

  it('freezes what a query describes, and refuses more than was allowed rather than leaving the older out', async () => {
    const ids = [await sent('G1', 'refused'), await sent('G2', 'refused'), await sent('G3', 'valid')];
    mend(one);
    const chosen = await one.desk.choose(AIGUL, { query: 'state:refused  partner:KEG' });
    expect(chosen).toEqual({ query: 'state:refused partner:KEG', messages: [`out:${ids[1]}`, `out:${ids[0]}`] });
    const plan = await one.desk.plan(AIGUL, { ...wish([]), ...chosen });
    // What fails meanwhile is not in the frozen set.
    await sent('G4', 'refused');
    expect(plan.query).toBe('state:refused partner:KEG');
    expect(JSON.parse(plan.action.toString())).toMatchObject({
      query: 'state:refused partner:KEG',
      items: [{ subject: `out:${ids[0]}` }, {}],
    });
    expect(await one.desk.show(AIGUL, plan.id, -1, 10)).toMatchObject({ counts: { waiting: 2 } });
    await expect(one.desk.choose(AIGUL, { query: 'partner:KEG', limit: 2 })).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringMatching(/more than 2/),
    });
    await expect(one.desk.choose(AIGUL, { query: 'stat:refused' })).rejects.toMatchObject({ code: 'USAGE' });
    await expect(one.desk.choose(AIGUL, { query: ' ' })).rejects.toMatchObject({ code: 'USAGE' });
    const stranger = person('eve', { scope: Scope.of(['EVE'], one.world.book) });
    expect((await one.desk.choose(stranger, { query: 'state:refused' })).messages).toEqual([]);
    await expect(one.desk.choose(stranger, { again: plan.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('sends exactly the documents that were approved: when the mapping changed since, the plan ends and needs another approval', async () => {
    const ids = [await sent('B1', 'valid'), await sent('B2', 'valid')];
    mend(one);
    const plan = await one.desk.plan(AIGUL, wish(ids));
    // What a partner had accepted needs a second person, who decides on digests of what will come out.
    expect(plan.state).toBe('submitted');
    const { items } = JSON.parse(plan.action.toString()) as { items: { becomes: string[] }[] };
    expect(items.map(({ becomes }) => becomes)).toEqual([[expect.stringMatching(/^keg [\w-]{43}$/)], [expect.stringMatching(/^keg /)]]);
    await one.desk.approve(LI, plan.id, plan.digest, '已核对');
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.runner.turn();
    expect(await notes()).toHaveLength(3);
    // A restart with another mapping, in the middle of the plan.
    mend(one);
    const encode = one.world.translator.encode.bind(one.world.translator);
    one.world.translator.encode = (message) => ({ ...encode(message), bytes: Buffer.concat([encode(message).bytes, Buffer.from('v3')]) });
    await one.work(1);
    const ended = await one.desk.show(AIGUL, plan.id, -1, 10);
    expect(ended).toMatchObject({ plan: { state: 'stopped', cause: 'OUTPUT_CHANGED' }, counts: { sent: 1, dropped: 1 } });
    expect(await notes()).toHaveLength(3);
    const report = openJws(Buffer.from(ended.plan.report!, 'latin1'), {
      typ: TYPES.replay,
      resolve: (kid) => one.world.directory.resolve(kid, { at: one.world.clock.now(), purpose: 'verify' }),
    });
    expect(report.ok && JSON.parse(report.payload.toString())).toMatchObject({ state: 'stopped', cause: 'OUTPUT_CHANGED' });
    await expect(one.desk.run(AIGUL, plan.id, 'anyway')).rejects.toMatchObject({ code: 'REPLAY_STATE' });
    const rest = await one.desk.choose(AIGUL, { again: plan.id });
    expect(rest.messages).toEqual([`out:${ids[1]}`]);
    expect(await one.desk.plan(AIGUL, { ...wish([]), ...rest })).toMatchObject({ state: 'submitted' });
  });

  it('never passes on what was parked once a newer message of its key has gone', async () => {
    one.world.translator.encodeFailure = 'TRANSLATION_FAILED';
    const old = one.world.seal('LSW', { note: 'V1', text: '旧版本' });
    await one.world.pipeline.receive([one.world.delivery('lsw', old.frame)]);
    one.world.translator.encodeFailure = undefined;
    const id = `LSW/${old.manifest.messageId}`;
    expect((await one.desk.verdict(AIGUL, wish([id])))[0]).toMatchObject({ verdict: 'safe' });
    const plan = await one.desk.plan(AIGUL, wish([id]));
    one.world.clock.pass(60);
    await sent('V1');
    expect((await one.desk.verdict(AIGUL, wish([id])))[0]).toMatchObject({
      verdict: 'harmful',
      reasons: expect.arrayContaining(['NEWER_RECEIVED']),
    });
    // Also a plan from before sends nothing any more.
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work(1);
    expect(await one.desk.show(AIGUL, plan.id, -1, 10)).toMatchObject({ counts: { sent: 0, skipped: 1 } });
    expect(await notes()).toHaveLength(1);
  });

  const manifest = (bills: readonly string[], type = 'Manifest') => ({
    canonical: {
      model: MODEL_VERSION,
      type,
      header: { messageId: `舱单${bills.join('')}`, functionCode: { value: '9', listId: 'UN-1225' } },
      mainCarriageTransportMovement: { id: '026E', usedTransportMeans: { id: '9074729' } },
      consignment: bills.map((id) => ({ transportContractDocument: { id } })),
    },
  });

  it('passes a parked manifest on behind a newer one of its voyage with other bills', async () => {
    const announced = async (bills: readonly string[], type?: string) => {
      const sealed = one.world.seal('LSW', manifest(bills, type));
      await one.world.pipeline.receive([one.world.delivery('lsw', sealed.frame)]);
      one.world.clock.pass(60);
      return `LSW/${sealed.manifest.messageId}`;
    };
    const verdictOn = async (id: string) => (await one.desk.verdict(AIGUL, wish([id])))[0]!;
    one.world.translator.encodeFailure = 'TRANSLATION_FAILED';
    const parked = await announced(['QZ1', 'QZ2']);
    const overtaken = await announced(['QZ3']);
    const whole = await announced([]);
    one.world.translator.encodeFailure = undefined;
    await announced(['QZ3', 'QZ4']);
    await waitFor(async () => (await notes()).length === 1 && (await stateOf((await notes())[0]!)) === 'published', 'the newer one');
    expect(await verdictOn(parked)).toMatchObject({ verdict: 'safe', reasons: ['PARKED'] });
    expect(await verdictOn(overtaken)).toMatchObject({ verdict: 'harmful' });
    // What names no bill is about the whole voyage.
    expect(await verdictOn(whole)).toMatchObject({ verdict: 'harmful' });
    const plan = await one.desk.plan(AIGUL, wish([parked]));
    await one.desk.run(AIGUL, plan.id, 'go');
    await one.work(1);
    expect(await one.desk.show(AIGUL, plan.id, -1, 10)).toMatchObject({ counts: { sent: 1, skipped: 0 } });
    const [newer, again] = await notes();
    await waitFor(async () => (await stateOf(again!)) === 'published', 'its turn');
    expect(one.world.transport.messagesTo('keg').map(({ messageId }) => messageId)).toEqual([newer, again]);

    // The same of one that its receiver lacks, when the newer one has gone: to the database, too, in the commit of the step.
    await query(`UPDATE delivery SET state = 'missing' WHERE id = (SELECT id FROM outbox WHERE message_id = $1)`, [newer]);
    const redeliver = wish([`out:${newer}`], { kind: 'redeliver' });
    expect((await one.desk.verdict(AIGUL, redeliver))[0]).toMatchObject({ verdict: 'safe' });
    const repeat = await one.desk.plan(AIGUL, redeliver);
    await one.desk.run(AIGUL, repeat.id, 'go');
    await one.work(1);
    expect(await one.desk.show(AIGUL, repeat.id, -1, 10)).toMatchObject({ counts: { sent: 1, skipped: 0 } });
  });
});
