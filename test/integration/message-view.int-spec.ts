import { PostgresExchangeStore, PostgresMessageView } from '#adapters';
import { parseQuery, Scope, type MessagePage } from '#exchange';
import { AT, batch, DEADLINE, inboxRow, LATER, outboxRow, quarantineRow, receiptRow } from '../support/store-rows.ts';
import { testDatabase, type TestDatabase } from '../support/postgres.ts';

const nobody = () => undefined;
const chipsOf = (q: string) => {
  const parsed = parseQuery(q);
  return parsed.ok ? parsed.chips : [];
};
const ids = (rows: readonly { messageId: string }[]) => rows.map(({ messageId }) => messageId);

describe('the view of messages for people', () => {
  let database: TestDatabase;
  let store: PostgresExchangeStore;
  let view: PostgresMessageView;

  beforeEach(async () => {
    database = await testDatabase();
    store = new PostgresExchangeStore(database.dataSource);
    view = new PostgresMessageView(database.dataSource, {
      partnerOf: (link) => link.toUpperCase(),
      linksOf: (partner) => [partner.toLowerCase()],
    });
  });
  afterEach(async () => {
    await view.close();
    await store.close();
    await database.drop();
  });

  const minutes = (count: number) => new Date(AT.getTime() + count * 60_000);

  const list = (q: string, more: { limit?: number; cursor?: string; scope?: Scope } = {}): Promise<MessagePage> => {
    const parsed = parseQuery(q);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.faults));
    const { scope = Scope.everything, ...rest } = more;
    return view.list(scope, { chips: parsed.chips, now: LATER, limit: 100, ...rest });
  };
  const found = async (q: string) => ids((await list(q)).messages).sort();
  const pages = async (q: string, limit: number, between: () => Promise<void> = async () => undefined): Promise<string[]> => {
    const all: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await list(q, { limit, ...(cursor !== undefined && { cursor }) });
      all.push(...ids(page.messages));
      cursor = page.next;
      if (cursor === undefined) return all;
      await between();
    }
  };

  it('lists both directions, newest first, page by page without a gap at equal times', async () => {
    const inbox = [0, 1, 1, 2].map((minute) => inboxRow({ receivedAt: minutes(minute) }));
    const outbox = [1, 1, 3].map((minute) => outboxRow({ createdAt: minutes(minute) }));
    await store.commit(batch({ inbox, outbox: [...outbox, outboxRow({ kind: 'receipt' })] }));
    const { messages, next } = await list('');
    expect(next).toBeUndefined();
    expect(ids(messages).sort()).toEqual(ids([...inbox, ...outbox]).sort());
    expect(messages.map(({ at }) => at.getTime())).toEqual(messages.map(({ at }) => at.getTime()).sort((a, b) => b - a));
    for (const limit of [1, 2, 3]) expect(await pages('', limit)).toEqual(ids(messages));
    for (const limit of [1, 2, 3]) expect((await pages('-type:none', limit)).sort()).toEqual(ids(messages).sort());
  });

  it('loses and repeats nothing while messages come in', async () => {
    const before = [0, 1, 1, 1, 2, 3].map((minute) => inboxRow({ receivedAt: minutes(minute), link: minute === 1 ? 'khorgos' : 'nsw' }));
    const sent = [0, 1, 2, 3].map((minute) => outboxRow({ createdAt: minutes(minute) }));
    await store.commit(batch({ inbox: before, outbox: sent }));
    let count = 0;
    const seen = await pages('', 2, async () => {
      count += 1;
      await store.commit(
        batch({ inbox: [inboxRow({ receivedAt: minutes(10 + count) })], outbox: [outboxRow({ createdAt: minutes(10 + count) })] }),
      );
    });
    expect(count).toBeGreaterThan(3);
    expect([...seen].sort()).toEqual(ids([...before, ...sent]).sort());
  });

  it('keeps two senders with one message id at one moment apart', async () => {
    const rows = ['NSW', 'HRG', 'KEG'].map((sender) => inboxRow({ messageId: 'same', sender }));
    await store.commit(batch({ inbox: rows }));
    expect(await pages('', 1)).toEqual(['same', 'same', 'same']);
  });

  it('filters by every field of the language, alone and together', async () => {
    const issues = [{ code: 'CHECK_DIGIT', severity: 'error', pointer: '', message: '' }] as const;
    const parked = inboxRow({
      state: 'parked',
      type: 'IFTMIN',
      link: 'khorgos',
      businessKeys: ['note:Накладная-1', 'bill:运单'],
      issues,
      test: true,
    });
    const plain = inboxRow({ receivedAt: minutes(1) });
    const ready = outboxRow({
      businessKeys: ['bill:运单'],
      source: { sender: 'NSW', messageId: plain.messageId },
      type: 'cn-manifest/MT1101',
    });
    const other = outboxRow({ link: 'horgos', deadline: new Date(LATER.getTime() + 3_600_000) });
    await store.commit(batch({ inbox: [parked, plain], outbox: [ready, other] }));
    const cases: readonly (readonly [string, readonly { messageId: string }[]])[] = [
      ['direction:in link:khorgos', [parked]],
      ['partner:khorgos', [parked, ready]],
      ['state:parked', [parked]],
      ['state:parked,ready', [parked, ready, other]],
      ['-state:parked', [plain, ready, other]],
      ['state:routed', [plain]],
      ['type:iftmin', [parked, other]],
      ['type:MT1101', [plain, ready]],
      ['type:cn-manifest/*', [ready]],
      ['-type:MT1101', [parked, other]],
      ['type:nothing', []],
      ['key:bill:运单', [parked, ready]],
      ['运单', [parked, ready]],
      ['Накладная-1', [parked]],
      ['key:Накл*', [parked]],
      ['-key:bill:运单', [plain, other]],
      [`id:${plain.messageId}`, [plain]],
      [`conversation:${plain.conversationId}`, [plain, ready]],
      [plain.messageId, [plain, ready]],
      ['code:CHECK_DIGIT', [parked]],
      ['-code:CHECK_DIGIT', [plain, ready, other]],
      ['mapping:customs-mt1101@1', [parked, plain]],
      ['mapping:customs-mt1101@2', []],
      ['since:59m', [plain]],
      ['until:59m', [parked, ready, other]],
      ['until:2026-03-01', []],
      ['attempts:1', []],
      ['attempts:0 direction:out', [ready, other]],
      ['deadline:2h', [other]],
      ['test:yes', [parked]],
      ['partner:nobody', []],
      ['state:parked type:IFTMIN link:khorgos key:bill:运单 test:yes code:CHECK_DIGIT direction:in since:2h', [parked]],
    ];
    for (const [q, rows] of cases) expect([q, await found(q)]).toEqual([q, ids(rows).sort()]);
    for (const [q, rows] of cases)
      expect([q, await view.count(Scope.everything, { chips: chipsOf(q), now: LATER })]).toEqual([q, { count: rows.length, more: false }]);
    for (const [q, rows] of cases) expect([q, (await pages(q, 1)).sort()]).toEqual([q, ids(rows).sort()]);
  });

  it('takes every odd text as a text', async () => {
    await store.commit(batch({ inbox: [inboxRow()], outbox: [outboxRow()] }));
    const odd = [
      "'; DROP TABLE inbox; --",
      '%',
      '_',
      '\\',
      '$1',
      '{}',
      '{"a"}',
      'NULL',
      '\u202e',
      '𠀀',
      'ﷺ',
      '0x1',
      "1' OR '1'='1",
      '*',
      ' ',
      'bill:',
      '<script>',
    ];
    for (const value of odd)
      for (const field of ['partner', 'link', 'type', 'key', 'id', 'conversation', 'mapping'] as const) {
        const query = { chips: [{ field, values: [value], not: false }], now: LATER, limit: 5 };
        const expected = value === '*' && (field === 'type' || field === 'key') ? 2 : 0;
        expect([field, value, (await view.list(Scope.everything, query)).messages.length]).toEqual([field, value, expected]);
      }
    for (const cursor of [
      'x',
      'WzEsMl0',
      Buffer.from('[["1","2","3"],null]').toString('base64url'),
      Buffer.from('[[1e99,"",""],0]').toString('base64url'),
    ])
      await expect(list('', { cursor })).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('shows only what is in scope', async () => {
    const mine = inboxRow({ link: 'khorgos', businessKeys: ['bill:A'] });
    const theirs = inboxRow({ businessKeys: ['bill:A'] });
    await store.commit(batch({ inbox: [mine, theirs], outbox: [outboxRow({ link: 'horgos', businessKeys: ['bill:A'] })] }));
    const scope = Scope.of(['KHORGOS'], { linkTo: (partner) => ({ id: partner.toLowerCase() }) });
    for (const q of ['', 'bill:A', 'link:nsw,khorgos', 'partner:NSW,KHORGOS', 'direction:in'])
      expect(ids((await list(q, { scope })).messages)).toEqual([mine.messageId]);
    expect((await list('link:nsw', { scope })).messages).toEqual([]);
    expect(await view.detail(scope, theirs.messageId)).toEqual([]);
    expect(await view.countKeys(scope, ['bill:A', 'bill:B'])).toEqual([
      { key: 'bill:A', count: { count: 1, more: false } },
      { key: 'bill:B', count: { count: 0, more: false } },
    ]);
    const timeline = await view.timeline(scope, { keys: ['bill:A'] });
    expect(ids(timeline.messages)).toEqual([mine.messageId]);
  });

  it('counts to a thousand and stops', async () => {
    await store.commit(batch({ inbox: Array.from({ length: 1_010 }, () => inboxRow({ businessKeys: ['journey:X/1'] })) }));
    for (const q of ['', 'link:nsw', 'key:journey:X/1', '-type:none'])
      expect([q, await view.count(Scope.everything, { chips: chipsOf(q), now: LATER })]).toEqual([q, { count: 1_000, more: true }]);
  });

  it('shows a message with its bytes, issues, receipts, events and what was made from it', async () => {
    const inbound = inboxRow({ issues: [{ code: 'CHECK_DIGIT', severity: 'warning', pointer: '/a', message: 'odd' }] });
    const outbound = outboxRow({ source: { sender: inbound.sender, messageId: inbound.messageId } });
    const receipt = receiptRow({ aboutMessageId: inbound.messageId });
    const event = { subject: `in:NSW/${inbound.messageId}`, kind: 'state', to: 'routed', actor: 'exchange', at: AT };
    await store.commit(
      batch({ inbox: [inbound], outbox: [outbound], receipts: [receipt], events: [event], duplicates: [inbound, inbound] }),
    );
    expect(await view.detail(Scope.everything, inbound.messageId)).toEqual([
      expect.objectContaining({
        direction: 'in',
        partner: 'NSW',
        state: 'routed',
        duplicates: 2,
        orderKey: inbound.orderKey,
        frame: inbound.frame,
        issues: inbound.issues,
        mapping: inbound.mapping,
        receipts: [expect.objectContaining({ direction: 'issued', levels: ['R1', 'R2'], jws: receipt.jws.toString() })],
        events: [{ kind: 'state', to: 'routed', actor: 'exchange', at: AT }],
        related: [{ direction: 'out', messageId: outbound.messageId, link: 'khorgos', state: 'ready' }],
      }),
    ]);
    const [sent] = await view.detail(Scope.everything, outbound.messageId);
    expect(sent).toMatchObject({ direction: 'out', partner: 'KHORGOS', frame: outbound.frame, attempt: 0, receipts: [] });
    expect(sent?.related).toEqual([{ direction: 'in', messageId: inbound.messageId, link: 'nsw', state: 'routed' }]);
    expect(await view.detail(Scope.everything, 'nobody')).toEqual([]);
  });

  it('counts each link', async () => {
    const known = inboxRow();
    await store.holdLink('khorgos', nobody);
    const rows = [outboxRow({ state: 'publishing' }), outboxRow({ state: 'publishing' }), outboxRow(), outboxRow({ deadline: AT })];
    const { outboxIds } = await store.commit(
      batch({
        inbox: [known, inboxRow({ state: 'refused' }), inboxRow({ state: 'parked' })],
        outbox: [...rows, outboxRow({ kind: 'receipt', link: 'nsw' })],
        quarantine: [quarantineRow(), quarantineRow()],
      }),
    );
    await store.commit(batch({ duplicates: [known] }));
    await store.markPublished(
      rows.slice(0, 2).map(({ messageId }) => outboxIds.get(messageId) as string),
      AT,
    );
    await store.commit(batch({ moves: [{ messageId: (rows[0] as { messageId: string }).messageId, to: 'accepted', cause: 'R3' }] }));
    await store.markUnknown('khorgos', LATER);
    await store.claimDue('khorgos', 0, new Date(DEADLINE.getTime() - 1));
    const zero = { received: 0, accepted: 0, refused: 0, parked: 0, quarantined: 0, duplicates: 0 };
    const none = { sent: 0, delivered: 0, receipted: 0, waiting: 0, unknown: 0, expired: 0 };
    expect(await view.counts(Scope.everything)).toEqual([
      { ...zero, link: 'khorgos', partner: 'KHORGOS', sent: 4, delivered: 2, receipted: 1, waiting: 1, unknown: 1, expired: 1 },
      { ...none, link: 'nsw', partner: 'NSW', received: 3, accepted: 1, refused: 1, parked: 1, quarantined: 2, duplicates: 1 },
    ]);
  });

  describe('a shipment', () => {
    /** Sea manifest of two bills, the note of one container, a train with two notes, another train later. */
    const manifest = () =>
      inboxRow({
        receivedAt: minutes(0),
        businessKeys: ['journey:UN1/V1', 'bill:A', 'bill:B', 'equipment:CSQU3054383', 'equipment:MSKU0000000'],
        keyGroups: [
          [1, 3],
          [2, 4],
        ],
      });
    const note = () =>
      inboxRow({
        receivedAt: minutes(5),
        type: 'IFTMIN',
        link: 'khorgos',
        businessKeys: ['note:31046586', 'equipment:CSQU3054383', 'equipment:OTHU0000001', 'wagon:95236196'],
        keyGroups: [[0, 1, 2, 3]],
      });
    const train = () =>
      inboxRow({
        receivedAt: minutes(10),
        type: 'TRAIN',
        businessKeys: ['train:3300-001-7077', 'note:31046586', 'note:99', 'wagon:95236196', 'wagon:1111111'],
        keyGroups: [
          [1, 3],
          [2, 4],
        ],
      });

    it('is found by any of its numbers, with the carriers named and their other goods left alone', async () => {
      const rows = [manifest(), note(), train()];
      const departure = inboxRow({ receivedAt: minutes(12), businessKeys: ['train:3300-001-7077'] });
      const others = [
        inboxRow({ businessKeys: ['bill:B'] }),
        inboxRow({ businessKeys: ['note:99', 'wagon:95236196'], keyGroups: [[0, 1]] }),
        inboxRow({ businessKeys: ['equipment:OTHU0000001', 'bill:Z'], keyGroups: [[0, 1]] }),
      ];
      const onward = outboxRow({
        createdAt: minutes(1),
        source: { sender: 'NSW', messageId: rows[0]!.messageId },
        businessKeys: ['bill:A'],
      });
      await store.commit(batch({ inbox: [...rows, departure, ...others], outbox: [onward] }));
      const shipment = ids([...rows, departure, onward]).sort();
      for (const key of ['bill:A', 'note:31046586']) {
        const { messages, keys, truncated } = await view.timeline(Scope.everything, { keys: [key] });
        expect(truncated).toBeUndefined();
        const roles = Object.fromEntries(keys.map((one) => [one.key, one.role]));
        expect(roles).toMatchObject({
          'bill:A': 'goods',
          'equipment:CSQU3054383': 'goods',
          'note:31046586': 'goods',
          'wagon:95236196': 'carrier',
          'train:3300-001-7077': 'carrier',
        });
        expect(Object.keys(roles)).not.toContain('note:99');
        if (key === 'bill:A') expect(ids(messages).sort()).toEqual(shipment);
        else expect(ids(messages)).toEqual(expect.arrayContaining(shipment));
      }
      const byMessage = await view.timeline(Scope.everything, { keys: [], messageId: onward.messageId });
      expect(ids(byMessage.messages).sort()).toEqual(shipment);
      const byContainer = await view.timeline(Scope.everything, { keys: ['equipment:CSQU3054383'], from: minutes(-60) });
      expect(ids(byContainer.messages).sort()).toEqual(shipment);
      const byWagon = await view.timeline(Scope.everything, { keys: ['wagon:95236196'], from: minutes(-60) });
      expect(byWagon.keys).toEqual([{ key: 'wagon:95236196', role: 'carrier', hops: 0 }]);
      expect(byWagon.messages).toHaveLength(3);
    });

    it('tells every hop, receipt, repetition and quarantine in the order of time', async () => {
      const received = manifest();
      const sent = outboxRow({ createdAt: minutes(1), source: { sender: 'NSW', messageId: received.messageId } });
      const about = { aboutMessageId: received.messageId, aboutSender: 'NSW' };
      const event = {
        subject: `out:${sent.messageId}`,
        kind: 'state',
        from: 'publishing',
        to: 'published',
        actor: 'exchange',
        at: minutes(2),
      };
      await store.commit(
        batch({
          inbox: [received],
          outbox: [sent],
          receipts: [
            receiptRow({ ...about, at: minutes(1) }),
            receiptRow({
              direction: 'received',
              issuer: 'KEG',
              aboutMessageId: sent.messageId,
              aboutSender: 'LBG',
              levels: ['R3'],
              at: minutes(4),
            }),
          ],
          events: [event],
          quarantine: [quarantineRow({ claimedMessageId: received.messageId, receivedAt: minutes(5) })],
        }),
      );
      await store.commit(batch({ duplicates: [received] }));
      const { entries } = await view.timeline(Scope.everything, { keys: ['bill:A'] });
      expect(entries.slice(0, 6).map(({ kind, direction, state, cause }) => [kind, direction, state, cause])).toEqual([
        ['received', 'in', 'routed', undefined],
        ['made', 'out', undefined, undefined],
        ['receipt-issued', 'in', 'accepted', 'R1 R2'],
        ['state', 'out', 'published', undefined],
        ['receipt-received', 'out', 'accepted', 'R3'],
        ['quarantined', 'in', undefined, 'SIGNATURE_INVALID'],
      ]);
      expect(entries[6]).toMatchObject({ kind: 'repeated', count: 1 });
    });

    it('follows a few hops and says so', async () => {
      const schemes = ['bill', 'equipment', 'note', 'declaration', 'delivery-order', 'tally'];
      const chain = schemes
        .slice(1)
        .map((scheme, i) => inboxRow({ businessKeys: [`${schemes[i]}:X`, `${scheme}:X`], keyGroups: [[0, 1]] }));
      await store.commit(batch({ inbox: chain }));
      const { keys, truncated } = await view.timeline(Scope.everything, { keys: ['bill:X'] });
      expect(keys.map(({ key, hops }) => [key, hops])).toEqual([
        ['bill:X', 0],
        ['equipment:X', 1],
        ['note:X', 2],
        ['declaration:X', 3],
      ]);
      expect(truncated).toEqual(['hops']);
    });
  });

  it('shows what is in quarantine, and its bytes', async () => {
    const forged = quarantineRow({ claimedMessageId: 'claimed' });
    await store.commit(batch({ quarantine: [forged, forged] }));
    expect(await view.quarantine(Scope.everything, 10)).toEqual([
      { link: 'nsw', sha256: forged.sha256, code: forged.code, reason: forged.reason, at: AT, count: 2, claimedMessageId: 'claimed' },
    ]);
    expect(await view.quarantinedFrame(Scope.everything, forged.sha256)).toEqual(forged.frame);
    expect(await view.quarantinedFrame(Scope.everything, '0')).toBeUndefined();
  });
});
