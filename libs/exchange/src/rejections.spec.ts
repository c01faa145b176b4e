/** What is not believed stands in the audit as well as in quarantine: who did it as far as that is known, how often, which octets; no payload. */
import { createHash } from 'node:crypto';
import { newMessageId } from '#trust';
import type { AuditRecord } from './ports/audit-log.port.ts';
import { InMemoryDatabase, InMemoryExchangeStore } from './testing/in-memory-store.ts';
import { World } from './testing/world.ts';

const digest = (octets: Buffer): string => createHash('sha256').update(octets).digest('hex');

describe('a delivery that is not believed', () => {
  const audited: AuditRecord[] = [];
  let auditFails = false;
  let database: InMemoryDatabase;
  let world: World;
  beforeEach(async () => {
    audited.length = 0;
    auditFails = false;
    database = new InMemoryDatabase();
    const append = async (record: AuditRecord) => {
      if (auditFails) throw new TypeError('no audit');
      audited.push(record);
    };
    world = await new World(new InMemoryExchangeStore(database), undefined, { append }).start();
  });
  afterEach(() => world.stop());

  const forged = (text: string) => world.seal('LSW', { note: 'A', text }, { signer: world.signers['EVE']! }).frame;

  it('is one record for all of a batch, with the digests that stand in quarantine', async () => {
    const [one, other] = [forged('伪造'), forged('подделка')];
    await world.pipeline.receive([world.delivery('lsw', one), world.delivery('lsw', other)]);
    const after = { code: 'SIGNATURE_INVALID', count: 2, sha256: [digest(one), digest(other)] };
    expect(audited).toEqual([{ actor: 'unknown', action: 'delivery.reject', subject: 'link:lsw', after, at: world.clock.now() }]);
    expect([...database.quarantine.values()].map(({ row }) => row.sha256)).toEqual(after.sha256);
    expect(JSON.stringify(audited)).not.toContain('伪造');
  });

  it('names the partner where it signed one id over two contents; a true repetition is no rejection', async () => {
    const messageId = newMessageId(world.clock.now());
    const first = world.seal('LSW', { note: 'A', text: '1' }, { messageId });
    const second = world.seal('LSW', { note: 'A', text: '2' }, { messageId });
    for (const { frame } of [first, first]) await world.receive('lsw', frame);
    expect(audited).toEqual([]);
    await world.receive('lsw', second.frame);
    expect(audited).toMatchObject([{ actor: 'partner:LSW', action: 'delivery.reject', after: { code: 'ID_CONFLICT', count: 1 } }]);
  });

  it('is a security event within one batch as across batches, and when two batches meet on their way', async () => {
    const twice = () => {
      const messageId = newMessageId(world.clock.now());
      return ['1', '2'].map((text) => world.seal('LSW', { note: `N${text}`, text }, { messageId }));
    };
    const [one, other] = twice();
    await world.receive('lsw', one!.frame, other!.frame, other!.frame);
    const after = { code: 'ID_CONFLICT', count: 2, sha256: [digest(other!.frame), digest(other!.frame)] };
    expect(audited).toEqual([{ actor: 'partner:LSW', action: 'delivery.reject', subject: 'link:lsw', after, at: world.clock.now() }]);
    audited.length = 0;
    const [first, second] = twice();
    await Promise.all([world.receive('lsw', first!.frame), world.receive('lsw', second!.frame)]);
    expect(audited).toMatchObject([{ actor: 'partner:LSW', after: { code: 'ID_CONFLICT', count: 1 } }]);
  });

  it('is on record too where it is a receipt about nothing we sent', async () => {
    const { frame } = world.seal('LBG', { note: 'B', text: '' }, { to: 'KEG' });
    await world.receive('keg', world.receiptFor(frame, 'KEG', { levels: ['R1'], status: 'stored' }));
    expect(audited).toMatchObject([{ actor: 'partner:KEG', action: 'delivery.reject', after: { code: 'RECEIPT_INVALID', count: 1 } }]);
  });

  it('of one id with two contents is not let pass while it cannot be put on record', async () => {
    const messageId = newMessageId(world.clock.now());
    const frames = ['1', '2'].map((text) => world.seal('LSW', { note: 'A', text }, { messageId }).frame);
    auditFails = true;
    await expect(world.receive('lsw', ...frames)).rejects.toThrow('no audit');
    expect([database.inbox.size, database.quarantine.size]).toEqual([0, 0]);
    auditFails = false;
    expect((await world.receive('lsw', ...frames)).map(({ verdict }) => verdict)).toEqual(['accepted', 'quarantined']);
    expect(audited).toHaveLength(1);
  });

  it('is neither quarantined nor answered while it cannot be put on record', async () => {
    auditFails = true;
    const frame = forged('қолдан жасалған');
    await expect(world.receive('lsw', frame)).rejects.toThrow('no audit');
    expect(database.quarantine.size).toBe(0);
    auditFails = false;
    expect((await world.receive('lsw', frame))[0]?.verdict).toBe('quarantined');
    expect(audited).toHaveLength(1);
  });
});
