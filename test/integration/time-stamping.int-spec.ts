import { randomBytes } from 'node:crypto';
import { Rfc3161TimeStamper } from '#adapters';
import { TimeStamping, type LogStore, type StampingState, type StoredRoot } from '#exchange';
import { TestClock, World } from '../../libs/exchange/src/testing/world.ts';
import { FakeTsa } from '../support/fake-tsa.ts';

let tsa: FakeTsa;
let other: FakeTsa;
beforeAll(async () => {
  [tsa, other] = await Promise.all([FakeTsa.start(), FakeTsa.start()]);
});
afterAll(() => Promise.all([tsa.close(), other.close()]));
beforeEach(() => {
  tsa.conduct = 'stamps';
});

const octets = randomBytes(500);
const stamper = () => new Rfc3161TimeStamper({ url: tsa.url, trusted: tsa.authority, timeoutMilliseconds: 5_000 });

describe('time-stamps of RFC 3161', () => {
  it('are believed when they are about our octets and lead to the authority', async () => {
    const token = await stamper().stamp(octets);
    const time = await stamper().judge(token, octets);
    expect(Math.abs(Date.now() - time!.getTime())).toBeLessThan(60_000);
  });

  it('are not believed about other octets, of another authority, or changed anywhere that counts', async () => {
    const token = await stamper().stamp(octets);
    expect(await stamper().judge(token, randomBytes(32))).toBeUndefined();
    expect(await new Rfc3161TimeStamper({ url: tsa.url, trusted: other.authority }).judge(token, octets)).toBeUndefined();
    const time = token.indexOf(Buffer.from('Z', 'latin1'));
    for (const at of [0, 20, time - 1, token.length - 1, token.length - 40]) {
      const changed = Buffer.from(token);
      changed[at] = changed[at]! ^ 0x01;
      expect(await stamper().judge(changed, octets)).toBeUndefined();
    }
    expect(await stamper().judge(randomBytes(100), octets)).toBeUndefined();
  });

  it.each(['is down', 'refuses', 'babbles', 'replays'] as const)('are not got from an authority that %s', async (conduct) => {
    await stamper().stamp(randomBytes(32));
    tsa.conduct = conduct;
    await expect(stamper().stamp(randomBytes(32))).rejects.toMatchObject({ code: 'TIMESTAMP_UNAVAILABLE' });
  });
});

describe('an outage of the authority', () => {
  /** Roots in memory, with the tokens they got. */
  function store(roots: StoredRoot[]): LogStore {
    return {
      unstamped: async (limit: number) => roots.filter(({ token }) => token === undefined).slice(0, limit),
      addTimestamp: async (sequence: number, token: Buffer) => {
        roots[sequence - 1] = { ...roots[sequence - 1]!, token };
      },
    } as unknown as LogStore;
  }

  it('is pending, then warned about, then stops the intake, and ends by itself', async () => {
    const clock = new TestClock();
    const roots: StoredRoot[] = [];
    const told: StampingState[] = [];
    const failures: unknown[] = [];
    const close = () => roots.push({ sequence: roots.length + 1, lastId: 0, closedAt: clock.now(), jws: randomBytes(50) });
    const stamping = new TimeStamping({
      store: store(roots),
      stamper: stamper(),
      clock,
      warnMinutes: 30,
      stopMinutes: 240,
      report: (error) => failures.push(error),
      changed: (state) => told.push(state),
    });
    close();
    await stamping.turn();
    expect(stamping.state).toBe('current');
    tsa.conduct = 'is down';
    close();
    await stamping.turn();
    expect(stamping.state).toBe('pending');
    stamping.admit();
    clock.pass(31 * 60);
    close();
    await stamping.turn();
    expect(stamping.state).toBe('late');
    stamping.admit();
    clock.pass(210 * 60);
    await stamping.turn();
    expect(() => stamping.admit()).toThrow(expect.objectContaining({ code: 'EVIDENCE_OVERDUE' }));
    expect(failures).toHaveLength(3);
    tsa.conduct = 'stamps';
    await stamping.turn();
    stamping.admit();
    expect(told).toEqual(['pending', 'late', 'stopped', 'current']);
    for (const { jws, token } of roots) expect(await stamper().judge(token!, jws)).toBeDefined();
  });

  it('refuses what is offered as a whole, and takes the very same when it is over', async () => {
    const world = await new World().start();
    const { pipeline } = world;
    world.admit = () => {
      throw new TypeError('overdue');
    };
    const { frame } = world.seal('LSW', { note: 'N1', text: '报文' });
    await expect(pipeline.receive([world.delivery('lsw', frame)])).rejects.toThrow('overdue');
    world.admit = () => undefined;
    expect(await pipeline.receive([world.delivery('lsw', frame)])).toMatchObject([{ verdict: 'accepted' }]);
    await world.stop();
  });
});
