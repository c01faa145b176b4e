import { Limits, type LinkLimits } from '#model';
import { Clock } from '../ports/clock.port.ts';
import type { InboundReply, Verdict } from '../ports/transport.port.ts';
import { Admission, type LinkUsage } from './admission.ts';

/** A frame as every sender writes it: the magic, then octets nobody reads here, in the scripts of the corridor. */
const frame = (text = '霍尔果斯 Хоргос Қорғас') => Buffer.concat([Buffer.from('LBMF'), Buffer.from(text)]);
const receipt = Buffer.from('eyJ0eXAiOiJsYi1yZWNlaXB0K2p3cyJ9.e30.c2ln');
const became = (verdict: Verdict): InboundReply[] => [{ verdict }];

class SetClock extends Clock {
  at = new Date('2026-12-01T08:00:00Z');
  override now = () => this.at;
  pass(milliseconds: number) {
    this.at = new Date(this.at.getTime() + milliseconds);
  }
}

/** A gateway's admission, with a store that keeps what is settled as kept when `keep` is called. */
function world(limits: Partial<LinkLimits>, stored: LinkUsage[] = []) {
  const clock = new SetClock();
  const agreed = Limits.parse(limits);
  const waits: number[] = [];
  const make = () =>
    new Admission({
      limitsOf: (link) => (link === 'keg' ? agreed : undefined),
      usage: { usage: async (day) => (day === clock.at.toISOString().slice(0, 10) ? stored : []) },
      clock,
      report: () => undefined,
      pause: async (milliseconds) => {
        waits.push(milliseconds);
        clock.pass(milliseconds);
      },
    });
  const waited = () => waits.reduce((sum, one) => sum + one, 0);
  return { admission: make(), make, clock, stored, waited };
}

const refusal = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    const { code, retryAfterSeconds } = error as { code: string; retryAfterSeconds: number };
    return { code, retryAfterSeconds };
  }
  return undefined;
};

describe('a partner that posts', () => {
  it('is refused above the agreed rate with the time to wait, and taken again after it', () => {
    const { admission, clock } = world({ perMinute: 60, burst: 2 });
    for (let i = 0; i < 2; i += 1) admission.admit('keg', frame()).settle(became('accepted'));
    expect(refusal(() => admission.admit('keg', frame()))).toEqual({ code: 'RATE_LIMITED', retryAfterSeconds: 1 });
    clock.pass(1_000);
    expect(refusal(() => admission.admit('keg', frame()))).toBeUndefined();
  });

  it('hears how long the quota of the day lasts, and begins anew at midnight UTC', () => {
    const { admission, clock } = world({ dayMessages: 2 });
    for (let i = 0; i < 2; i += 1) admission.admit('keg', frame()).settle(became('parked'));
    expect(refusal(() => admission.admit('keg', frame()))).toEqual({ code: 'QUOTA_USED', retryAfterSeconds: 16 * 3_600 });
    expect(admission.standing('keg')).toMatchObject({ leftMessages: 0, shut: { code: 'QUOTA_USED' }, today: { messages: 2 } });
    clock.pass(16 * 3_600_000);
    expect(refusal(() => admission.admit('keg', frame()))).toBeUndefined();
  });

  it('is held to a quota of bytes: the message that passes it is the last', () => {
    const large = frame('x'.repeat(90));
    const { admission } = world({ messageBytes: 100, dayBytes: 150 });
    for (let i = 0; i < 2; i += 1) admission.admit('keg', large).settle(became('accepted'));
    expect(refusal(() => admission.admit('keg', large))).toMatchObject({ code: 'QUOTA_USED' });
  });

  it('may have only so many open at once', () => {
    const { admission } = world({ prefetch: 1 });
    const first = admission.admit('keg', frame());
    expect(refusal(() => admission.admit('keg', frame()))).toMatchObject({ code: 'TOO_MANY_OPEN' });
    first.settle(became('accepted'));
    expect(refusal(() => admission.admit('keg', frame()))).toBeUndefined();
  });

  it('pays nothing for what others post in its name, no quota for repetitions, and nothing for receipts', () => {
    const { admission } = world({ perMinute: 60, burst: 3, dayMessages: 1 });
    for (let i = 0; i < 20; i += 1) admission.admit('keg', frame()).settle(became('quarantined'));
    admission.admit('keg', frame()).settle();
    expect(admission.standing('keg')).toMatchObject({ leftInBurst: 3, leftMessages: 1 });
    admission.admit('keg', frame()).settle(became('duplicate'));
    expect(admission.standing('keg')).toMatchObject({ leftInBurst: 2, leftMessages: 1 });
    admission.admit('keg', frame()).settle(became('accepted'));
    expect(refusal(() => admission.admit('keg', frame()))).toMatchObject({ code: 'QUOTA_USED' });
    expect(refusal(() => admission.admit('keg', receipt))).toBeUndefined();
  });

  it('pays the rate for one id with two contents, which only the partner itself can send', () => {
    const { admission } = world({ perMinute: 60, burst: 1 });
    admission.admit('keg', frame()).settle([{ verdict: 'quarantined', code: 'ID_CONFLICT' }]);
    expect(refusal(() => admission.admit('keg', frame()))).toMatchObject({ code: 'RATE_LIMITED' });
  });

  it('finds its quota as used after a restart, and shared with another process', async () => {
    const { admission, make, stored } = world({ dayMessages: 5 });
    await admission.start();
    for (let i = 0; i < 2; i += 1) admission.admit('keg', frame()).settle(became('accepted'));
    // The store counted them with their commit, and two more of another process.
    stored.push({ link: 'keg', messages: 4, bytes: 400 });
    await admission.refresh();
    expect(admission.standing('keg')).toMatchObject({ leftMessages: 1, today: { messages: 4, bytes: 400 } });
    admission.close();
    const again = make();
    await again.start();
    expect(again.standing('keg')).toMatchObject({ leftMessages: 1 });
    again.close();
  });

  it('is not counted too low while the store is being asked', async () => {
    const { admission, stored } = world({ dayMessages: 5 });
    const asked = admission.refresh();
    const open = admission.admit('keg', frame());
    open.settle(became('accepted'));
    await asked;
    expect(admission.standing('keg')).toMatchObject({ leftMessages: 4 });
    stored.push({ link: 'keg', messages: 1, bytes: 30 });
    await admission.refresh();
    expect(admission.standing('keg')).toMatchObject({ leftMessages: 4 });
  });
});

describe('a partner whose messages lie in a queue', () => {
  it('is slowed to the agreed rate in the long run, and its receipts wait for nothing', async () => {
    const { admission, waited } = world({ perMinute: 60, burst: 10 });
    for (let i = 0; i < 3; i += 1) (await admission.pace('keg', Array(10).fill(frame()))).settle(Array(10).fill({ verdict: 'accepted' }));
    // Ten at once, then each ten after one second a message that went too early.
    expect(waited()).toBe(1_000 + 10_000);
    await admission.pace('keg', [receipt]);
    expect(waited()).toBe(11_000);
  });

  it('goes on past its quota at the pace that spreads it over a day, one at a time: nothing is refused', async () => {
    const { admission, waited } = world({ dayMessages: 1_440 }, [{ link: 'keg', messages: 1_440, bytes: 9 }]);
    await admission.start();
    (await admission.pace('keg', [frame()])).settle(became('accepted'));
    expect(admission.most('keg', 100)).toBe(1);
    (await admission.pace('keg', [frame()])).settle(became('accepted'));
    expect(waited()).toBe(60_000);
    admission.close();
  });

  it('is offered again by its transport when the gateway stops while it waits', async () => {
    const { admission } = world({ perMinute: 1, burst: 1 });
    (await admission.pace('keg', [frame()])).settle(became('accepted'));
    admission.close();
    await expect(admission.pace('keg', [frame()])).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('pays for what becomes of its messages later', async () => {
    const { admission } = world({ dayMessages: 3 });
    let become: (outcome: { verdict: Verdict }) => void = () => undefined;
    const later = new Promise<{ verdict: Verdict }>((resolve) => (become = resolve));
    (await admission.pace('keg', [frame()])).settle([{ later }]);
    expect(admission.standing('keg')).toMatchObject({ open: 1, leftMessages: 2 });
    become({ verdict: 'accepted' });
    await later;
    expect(admission.standing('keg')).toMatchObject({ open: 0, leftMessages: 2 });
  });
});
