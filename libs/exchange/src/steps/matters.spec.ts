import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { currentState } from '#formats';
import { MODEL_VERSION } from '#model';
import { openReceipt } from '#trust';
import { InMemoryDatabase, InMemoryExchangeStore } from '../testing/in-memory-store.ts';
import { waitFor, World } from '../testing/world.ts';
import { statesOf } from './matters.ts';

const head = (type: string, messageId: string) => ({
  model: MODEL_VERSION,
  type,
  header: { messageId, functionCode: { value: '11', listId: 'UN-1225' } },
});
const notice = (step: string, minute?: number, numbers: object = { platformId: 'I2026-1' }) => ({
  canonical: {
    ...head('DeclarationResponse', `notice ${step} ${minute}`),
    kind: 'status',
    ...numbers,
    status: { code: { value: step, listId: 'STEPS' }, text: '放行 / выпуск / шығарылды' },
    ...(minute !== undefined && { noticeDateTime: new Date(Date.UTC(2026, 2, 14, 1, minute)).toISOString() }),
  },
});
const office = (value: string) => ({ id: { value, listId: 'CN-CustomsOffice' }, name: '霍尔果斯海关' });
const envelope = (seal = 'S1') => ({
  canonical: {
    ...head('CustomsEnvelope', 'E1'),
    id: 'GF-1',
    issueDateTime: '2026-03-14T01:00:00Z',
    issuingCustomsOffice: office('2301'),
    destinationCustomsOffice: office('9405'),
    validityPeriod: { endDateTime: '2026-03-20T00:00:00Z' },
    customsDocument: [{ id: 'D1' }],
    usedTransportEquipment: [{ id: 'CSQU3054383', affixedSeal: [{ id: seal }] }],
  },
});
const closeOut = (changes: object = {}) => ({
  canonical: {
    ...head('CustomsEnvelopeCloseOut', 'C1'),
    envelopeId: 'GF-1',
    closingCustomsOffice: office('9405'),
    closedDateTime: '2026-03-16T10:00:00Z',
    resultCode: { value: 'matched', listId: 'EnvelopeMatch' },
    ...changes,
  },
});

describe('what is remembered of a matter', () => {
  let database: InMemoryDatabase;
  let store: InMemoryExchangeStore;
  let world: World;
  beforeEach(async () => {
    database = new InMemoryDatabase();
    store = new InMemoryExchangeStore(database);
    world = await new World(store).start();
  });
  afterEach(() => world.stop());

  const send = async (party: string, content: object, files?: Record<string, Buffer>) => {
    const sealed = world.seal(party, content, { ...(files && { files }) });
    const [outcome] = await world.receive(party.toLowerCase(), sealed.frame);
    const opened = openReceipt(outcome!.receipt!, world.directory, { now: world.clock.now(), issuer: 'LBG' });
    if (!opened.ok) throw new TypeError(opened.reason);
    const found = opened.receipt.issues.map(({ code, severity, pointer }) => `${severity} ${code} ${pointer}`);
    return { verdict: outcome!.verdict, found, messageId: sealed.manifest.messageId };
  };
  const stateOf = async (subject: string) => statesOf(await store.notices([subject]), world.orders).map(({ code }) => code);
  const marks = () =>
    world.transport
      .messagesTo('keg')
      .map(({ frame }) => world.opened(frame, 'KEG').manifest)
      .sort((a, b) => a.link.sequence - b.link.sequence)
      .map(({ superseded }) => superseded ?? false);

  describe('states of declarations', () => {
    test('go forward, and a late notice of an earlier state is passed on, marked, and changes nothing', async () => {
      expect(await send('LSW', notice('3', 1))).toMatchObject({ verdict: 'accepted', found: [] });
      expect(await send('LSW', notice('7', 5))).toMatchObject({ verdict: 'accepted', found: [] });
      const late = await send('LSW', notice('5', 3));
      expect(late).toMatchObject({ verdict: 'accepted', found: ['warning STATE_SUPERSEDED /Document/status/code'] });
      expect(await stateOf('declaration:I2026-1')).toEqual(['7']);
      await waitFor(() => world.transport.messagesTo('keg').length === 3);
      expect(marks()).toEqual([false, false, true]);
      const history = database.events
        .filter(({ subject }) => subject === 'declaration:I2026-1')
        .map(({ from, to, cause }) => [from, to, cause]);
      expect(history).toEqual([
        [undefined, '3', expect.any(String)],
        ['3', '7', expect.any(String)],
        ['7', '7', `superseded 5 ${late.messageId}`],
      ]);
    });

    test('hold inside one batch too', async () => {
      const frames = ['7', '3'].map((step, i) => world.seal('LSW', notice(step, i)).frame);
      await world.receive('lsw', ...frames);
      await waitFor(() => world.transport.messagesTo('keg').length === 2);
      expect(marks()).toEqual([false, true]);
      expect(await stateOf('declaration:I2026-1')).toEqual(['7']);
    });

    test('are found by the number of the platform and by that of customs', async () => {
      await send('LSW', notice('3', 1));
      await send('LSW', notice('5', 2, { platformId: 'I2026-1', declarationId: '020120260000000001' }));
      expect(await stateOf('declaration:I2026-1')).toEqual(['5']);
      expect(await stateOf('declaration:020120260000000001')).toEqual(['5']);
    });

    test('are told by nobody who may not tell them, and not by a message that is refused or sent again', async () => {
      await send('KEG', notice('9', 9));
      expect(await stateOf('declaration:I2026-1')).toEqual([]);
      const { frame } = world.seal('LSW', notice('3', 1));
      await world.receive('lsw', frame, frame);
      expect(database.events.filter(({ kind }) => kind === 'declaration-state')).toHaveLength(1);
    });

    test('count by rank whatever the order of arrival, with at most one row kept for each code', async () => {
      const told = fc.record({ code: fc.constantFrom('1', '3', '5', '7', 'X'), minute: fc.option(fc.nat({ max: 9 }), { nil: undefined }) });
      await fc.assert(
        fc.asyncProperty(fc.array(told, { minLength: 1, maxLength: 12 }), async (all) => {
          const rows = all.map(({ code, minute }, i) => ({
            subject: 'declaration:1',
            listId: 'STEPS',
            code,
            ...(minute !== undefined && { dateTime: new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString() }),
            sender: 'LSW',
            messageId: String(i),
            receivedAt: new Date(i),
          }));
          const kept = new InMemoryExchangeStore();
          const nothing = { inbox: [], quarantine: [], duplicates: [], outbox: [], receipts: [], moves: [], events: [], heads: [] };
          for (const row of rows) await kept.commit({ ...nothing, notices: [row], envelopes: [], closings: [] });
          const found = await kept.notices(['declaration:1']);
          expect(new Set(found.map(({ code }) => code)).size).toBe(found.length);
          const order = { rank: (code: string) => (code === 'X' ? undefined : Number(code)), returns: () => false };
          const [state] = statesOf(found, () => order);
          const expected = currentState(rows, order);
          expect([state?.code, state?.dateTime]).toEqual([expected?.code, expected?.dateTime]);
        }),
      );
    });
  });

  describe('customs envelopes', () => {
    test('are closed out once, with what is wrong told at its place in the answer', async () => {
      const issued = await send('LSW', envelope());
      const opened = await send('KEG', closeOut({ closingCustomsOffice: office('9999') }));
      expect(opened).toMatchObject({ verdict: 'accepted', found: ['warning FIELDS_CONTRADICT /Document/closingCustomsOffice/id'] });
      expect((await store.envelopes(['GF-1']))[0]?.closedAt).toEqual(world.clock.now());
      expect(database.events.filter(({ kind }) => kind === 'customs-envelope')).toMatchObject([
        { subject: `in:LSW/${issued.messageId}`, to: 'closed', actor: 'KEG' },
      ]);
      expect((await send('KEG', closeOut())).found).toEqual(['warning FIELDS_CONTRADICT /Document/envelopeId']);
    });

    test('refuse an answer about a container that is not in them, and stay open', async () => {
      await send('LSW', envelope());
      const answer = await send('KEG', closeOut({ usedTransportEquipment: [{ id: 'CSQU3054383' }, { id: 'TEXU5220010' }] }));
      expect(answer).toMatchObject({ verdict: 'refused', found: ['error LINK_UNDECLARED /Document/usedTransportEquipment/1/id'] });
      expect((await store.envelopes(['GF-1']))[0]?.closedAt).toBeUndefined();
      expect(world.transport.messagesTo('lsw')).toEqual([]);
    });

    test('are closed out only by whom they were passed on to', async () => {
      await send('LSW', envelope());
      expect((await send('EVE', closeOut({ closingCustomsOffice: office('1') }))).found).toEqual([]);
      expect((await store.envelopes(['GF-1']))[0]?.closedAt).toBeUndefined();
    });

    test('are asked for before and after their validity ends, by the relays on their own', async () => {
      const { messageId } = await send('LSW', envelope());
      const told = () =>
        database.events.filter(({ subject, kind }) => subject === `in:LSW/${messageId}` && kind === 'customs-envelope').map(({ to }) => to);
      world.clock.time = new Date('2026-03-19T12:00:00Z');
      await waitFor(() => told().length === 1);
      world.clock.time = new Date('2026-03-20T00:00:01Z');
      await waitFor(() => told().length === 2);
      expect(told()).toEqual(['due', 'overdue']);
    });
  });

  describe('files beside a document', () => {
    const invoice = Buffer.from('%PDF 发票 счёт-фактура');
    const sha256 = createHash('sha256').update(invoice).digest('hex');
    const declaration = (file: object) => ({
      canonical: { ...head('GoodsDeclaration', 'D1'), attachedFile: [{ fileName: 'invoice.pdf', ...file }] },
    });

    test('go on unchanged under the signature of the gateway', async () => {
      expect((await send('LSW', declaration({ sizeInBytes: String(invoice.length), sha256 }), { 'invoice.pdf': invoice })).verdict).toBe(
        'accepted',
      );
      await waitFor(() => world.transport.messagesTo('keg').length === 1);
      const { parts } = world.opened(world.transport.messagesTo('keg')[0]!.frame, 'KEG');
      expect(parts.map(({ name, mediaType }) => [name, mediaType])).toEqual([
        ['document', 'application/edifact'],
        ['invoice.pdf', 'application/pdf'],
      ]);
      expect(parts[1]!.bytes.equals(invoice)).toBe(true);
    });

    test.each([
      ['another size', { sizeInBytes: '1' }, { 'invoice.pdf': invoice }, 'ATTACHMENT_MISMATCH /Document/attachedFile/0/sizeInBytes'],
      ['another content', { sha256: '0'.repeat(64) }, { 'invoice.pdf': invoice }, 'ATTACHMENT_MISMATCH /Document/attachedFile/0/sha256'],
      ['another name', {}, { 'other.pdf': invoice }, 'ATTACHMENT_MISSING /Document/attachedFile/0/fileName'],
      ['another content inside', { sha256, content: 'AAAA' }, {}, 'ATTACHMENT_MISMATCH /Document/attachedFile/0/sha256'],
    ])('are refused with %s', async (_, file, files, expected) => {
      expect(await send('LSW', declaration(file), files as Record<string, Buffer>)).toMatchObject({
        verdict: 'refused',
        found: [`error ${expected}`],
      });
      expect(world.transport.messagesTo('keg')).toEqual([]);
    });

    test('are not asked for where they go another way', async () => {
      expect((await send('LSW', declaration({ sizeInBytes: '12' }))).verdict).toBe('accepted');
    });

    test('keep their names even when one is called document', async () => {
      await send('LSW', { note: 'N1', text: '' }, { document: invoice });
      await waitFor(() => world.transport.messagesTo('keg').length === 1);
      expect(world.opened(world.transport.messagesTo('keg')[0]!.frame, 'KEG').parts.map(({ name }) => name)).toEqual([
        'document-2',
        'document',
      ]);
    });
  });
});
