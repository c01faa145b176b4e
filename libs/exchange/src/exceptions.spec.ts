/** What a partner may be forgiven for a time: two small things, by name of who allowed it, audited at every use, gone by themselves. */
import { Exception, exceptionCounts, Link } from '#model';
import { sealMessage, signJws, TYPES, verifyMessage, type Signer } from '#trust';
import { fields, forge, NOW, PARTS, trustWorld } from '../../../test/support/trust-world.ts';
import type { AuditRecord } from './ports/audit-log.port.ts';
import { exceptionUses } from './steps/exceptions.ts';
import { leniencyOf, open } from './steps/open.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { World } from './testing/world.ts';

const terms = { reason: 'Прошивка модуля подписи обновится летом', approvedBy: 'Айгүл Сәтбаева', from: '2026-03-01', until: '2026-03-31' };
const eddsa = { kind: 'eddsa-name', ...terms };
const clock = { kind: 'clock-tolerance', seconds: 900, ...terms };
const linkWith = (...exceptions: object[]) => Link.parse({ id: 'keg', partner: 'KEG', transport: 'amqp', exceptions });

describe('an exception in the agreements', () => {
  it.each([
    ['without a reason', { ...eddsa, reason: undefined }],
    ['without who approved', { ...eddsa, approvedBy: '' }],
    ['without an end', { ...eddsa, until: undefined }],
    ['longer than a year', { ...eddsa, until: '2027-04-01' }],
    ['that ends before it begins', { ...eddsa, until: '2026-02-01' }],
    ['of a tolerance without bound', { ...clock, seconds: 3601 }],
    ['of another kind', { ...eddsa, kind: 'unsigned' }],
    ['with anything else', { ...eddsa, verify: false }],
  ])('is refused %s', (_name, exception) => expect(Exception.safeParse(exception).success).toBe(false));

  it('stands once a kind', () => {
    expect(() => linkWith(eddsa, eddsa)).toThrow();
    expect(linkWith(eddsa, clock).exceptions).toHaveLength(2);
  });

  it('counts from its first to its last day, and then no more', () => {
    const exception = Exception.parse(eddsa);
    const counts = ['2026-02-28T23:59:59.999Z', '2026-03-01T00:00:00.000Z', '2026-03-31T23:59:59.999Z', '2026-04-01T00:00:00.000Z'];
    expect(counts.map((time) => exceptionCounts(exception, new Date(time)))).toEqual([false, true, true, false]);
    expect(leniencyOf(linkWith(eddsa, clock), new Date('2026-04-01T00:00:00.000Z'))).toBeUndefined();
    expect(leniencyOf(linkWith(clock), NOW)).toEqual({ eddsaName: false, toleranceSeconds: 900 });
  });
});

describe('the name EdDSA', () => {
  const { directory, expected, keg, keys, lsw } = trustWorld();
  const manifest = sealMessage(fields({ from: { party: 'KEG' }, to: { party: 'LSW' } }), PARTS, keg, NOW);
  const header = { alg: 'EdDSA', kid: keg.kid, typ: TYPES.message, iat: NOW.getTime() / 1000 };
  const verify = (jws: Buffer, leniency?: object) => {
    const frame = Buffer.from(manifest.frame);
    const framed = Buffer.concat([frame.subarray(0, 7), Buffer.alloc(4), jws, frame.subarray(11 + manifest.jws.length)]);
    framed.writeUInt32BE(jws.length, 7);
    return verifyMessage(framed, directory, { ...expected, sender: 'KEG', addressee: 'LSW', ...(leniency ? { leniency } : {}) });
  };
  const legacy = forge(header, manifest.manifestBytes, keys.KEG);

  it('passes by exception only, and says so', () => {
    expect(verify(legacy)).toMatchObject({ ok: false, reason: 'ALG_NOT_OF_KEY' });
    expect(verify(legacy, { toleranceSeconds: 900 })).toMatchObject({ ok: false, reason: 'ALG_NOT_OF_KEY' });
    expect(verify(legacy, { eddsaName: true })).toMatchObject({ ok: true, leniency: ['eddsa-name'] });
    const byTheRules = verify(manifest.jws, { eddsaName: true });
    expect(byTheRules.ok && byTheRules.leniency).toBeUndefined();
  });

  it('forgives the name and nothing else: the signature, the key and its algorithm are checked as ever', () => {
    const broken = Buffer.from(legacy);
    broken[broken.length - 5] = broken[broken.length - 5] === 0x41 ? 0x42 : 0x41;
    expect(verify(broken, { eddsaName: true })).toMatchObject({ ok: false });
    const foreign = forge({ ...header, kid: lsw.kid }, manifest.manifestBytes, keys.LSW);
    expect(verify(foreign, { eddsaName: true })).toMatchObject({ ok: false });
    for (const alg of ['none', 'HS256', 'RS256'])
      expect(verify(forge({ ...header, alg }, manifest.manifestBytes, keys.KEG), { eddsaName: true })).toMatchObject({ ok: false });
  });
});

describe('each use', () => {
  let database: InMemoryDatabase;
  let world: World;
  const audited: AuditRecord[] = [];
  let auditFails = false;

  beforeEach(async () => {
    database = new InMemoryDatabase();
    audited.length = 0;
    auditFails = false;
    world = new World(new InMemoryExchangeStore(database), undefined, {
      append: async (record) => {
        if (auditFails) throw new TypeError('no audit');
        audited.push(record);
      },
    });
    await world.start();
  });
  afterEach(async () => {
    Object.assign(world.book.link('lsw')!, { exceptions: [] });
    await world.stop();
  });
  /** A message whose sender's clock is ten minutes ahead. */
  const early = () => {
    world.clock.pass(600);
    const { frame, manifest } = world.seal('LSW', { note: 'A', text: '提前' });
    world.clock.pass(-600);
    return { frame, manifest };
  };
  const receive = async (frame: Buffer) => (await world.receive('lsw', frame))[0];
  const allow = () => Object.assign(world.book.link('lsw')!, { exceptions: [Exception.parse(clock)] });

  test('is refused without an exception, and once it has expired', async () => {
    expect((await receive(early().frame))?.verdict).toBe('refused');
    allow();
    world.clock.pass(30 * 86_400);
    expect((await receive(early().frame))?.verdict).toBe('refused');
    expect(audited).toEqual([]);
  });

  test('is audited with reason and approver, and seen among the events of the link', async () => {
    allow();
    const { frame, manifest } = early();
    expect((await receive(frame))?.verdict).toBe('accepted');
    expect(audited).toEqual([
      {
        actor: 'partner:LSW',
        action: 'exception.use',
        subject: 'link:lsw',
        reason: terms.reason,
        approver: terms.approvedBy,
        after: { exception: 'clock-tolerance', until: terms.until, ids: [manifest.messageId] },
        at: world.clock.now(),
      },
    ]);
    const events = database.events.filter(({ kind }) => kind === 'exception');
    expect(events).toMatchObject([{ subject: 'link:lsw', to: 'clock-tolerance', cause: manifest.messageId }]);
  });

  test('does not pass when it cannot be audited: the delivery is offered again', async () => {
    allow();
    const { frame } = early();
    auditFails = true;
    await expect(receive(frame)).rejects.toThrow('no audit');
    expect(database.inbox.size).toBe(0);
    auditFails = false;
    expect((await receive(frame))?.verdict).toBe('accepted');
  });

  test('of several messages in a batch is one record', () => {
    allow();
    const frames = [early().frame, early().frame];
    const { book, directory } = world;
    const opened = frames.map((frame) => open(world.delivery('lsw', frame), { book, directory, now: world.clock.now() }));
    expect(exceptionUses(opened, world.clock.now())).toMatchObject([{ after: { ids: [expect.any(String), expect.any(String)] } }]);
  });

  test('reaches receipts, questions and answers alike', () => {
    allow();
    const signer: Signer = world.signers['LSW']!;
    const later = new Date(world.clock.now().getTime() + 600_000);
    const receipt = signJws(Buffer.from('{}'), TYPES.receipt, signer, later);
    const opened = open(world.delivery('lsw', receipt), { book: world.book, directory: world.directory, now: world.clock.now() });
    // Past the clock, stopped by the form.
    expect(opened).toMatchObject({ kind: 'unproven', reason: 'PAYLOAD_MALFORMED' });
  });
});
