import { costOf, FairTurns } from './fair-turns.ts';

/** Turns one at a time, and who had them; each is ended by hand. */
function turns(shares: Record<string, number> = {}, places = 1) {
  const clock = { now: 0 };
  const fair = new FairTurns({ shareOf: (link) => shares[link] ?? 1, now: () => clock.now, places });
  const had: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (link: string, cost = 1) => {
    void fair.turn(link, cost).then((end) => {
      had.push(link);
      ends.push(end);
    });
  };
  const settle = async () => {
    for (let i = 0; i < 5; i += 1) await Promise.resolve();
  };
  /** Ends one turn after another until nobody waits. */
  const play = async () => {
    await settle();
    for (let end = ends.shift(); end; end = ends.shift()) {
      end();
      await settle();
    }
    return had.join(' ');
  };
  return { fair, clock, ask, play, settle, had, ends };
}

describe('turns between links', () => {
  it('lets a quiet link in after the turn that runs, however many turns of a loud one wait', async () => {
    const { ask, play, settle } = turns();
    for (let i = 0; i < 100; i += 1) ask('loud');
    await settle();
    ask('quiet');
    ask('other');
    expect((await play()).split(' ').slice(0, 5)).toEqual(['loud', 'quiet', 'other', 'loud', 'loud']);
  });

  it('alternates between links that both have more than they may', async () => {
    const { ask, play } = turns();
    for (let i = 0; i < 4; i += 1) ask('hrg');
    for (let i = 0; i < 4; i += 1) ask('keg');
    expect(await play()).toBe('hrg keg hrg keg hrg keg hrg keg');
  });

  it('counts work, not turns: who brings large batches goes less often', async () => {
    const { ask, play } = turns();
    for (let i = 0; i < 2; i += 1) ask('large', 3);
    for (let i = 0; i < 6; i += 1) ask('small', 1);
    expect(await play()).toBe('large small small small large small small small');
  });

  it('gives twice the share twice the turns', async () => {
    const { ask, play } = turns({ nsw: 2 });
    for (let i = 0; i < 6; i += 1) ask('nsw');
    for (let i = 0; i < 3; i += 1) ask('lsw');
    expect(await play()).toBe('nsw lsw nsw nsw lsw nsw nsw lsw nsw');
  });

  it('saves nothing up for a link that was silent', async () => {
    const { ask, play, had } = turns();
    for (let i = 0; i < 50; i += 1) ask('loud');
    await play();
    had.length = 0;
    // It begins where the loud one's last turn began, and is ahead by no more than that.
    for (let i = 0; i < 3; i += 1) ask('silent');
    for (let i = 0; i < 3; i += 1) ask('loud');
    expect(await play()).toBe('silent silent loud silent loud loud');
  });

  it('holds no more places than there are, and a turn that is ended twice frees one', async () => {
    const { ask, settle, had, ends } = turns({}, 2);
    for (const link of ['a', 'b', 'c', 'd']) ask(link);
    await settle();
    expect(had).toEqual(['a', 'b']);
    ends[0]!();
    ends[0]!();
    await settle();
    expect(had).toEqual(['a', 'b', 'c']);
  });

  it('cuts batches to a quantum only while another link asks too', () => {
    const { fair, clock, ask } = turns({ nsw: 3 });
    ask('hrg');
    expect(fair.most('hrg', 100)).toBe(100);
    ask('keg');
    expect([fair.most('hrg', 100), fair.most('nsw', 100), fair.most('keg', 5)]).toEqual([20, 60, 5]);
    clock.now = 1_500;
    expect(fair.most('hrg', 100)).toBe(100);
  });

  it('costs what understanding costs: a share for each message, a share for its length', () => {
    expect(costOf([Buffer.alloc(4_096)])).toBe(1);
    expect(costOf([Buffer.alloc(0), Buffer.alloc(8_192)])).toBe(2);
  });
});
