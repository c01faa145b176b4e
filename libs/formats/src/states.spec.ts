import fc from 'fast-check';
import { currentState, supersedes, type StateNotice, type StateOrder } from './states.ts';

/** 1 to 9 are steps, U gives back early, V late; X has no rank. */
const RANKS: Readonly<Record<string, number>> = { '1': 10, '2': 20, '3': 30, U: 15, V: 35, '6': 60, '9': 90, '7': 60 };
const order: StateOrder = { rank: (code) => RANKS[code], returns: (code) => code === 'U' || code === 'V' };
const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toISOString();
const notice = (code: string, seconds?: number): StateNotice => ({ code, ...(seconds !== undefined && { dateTime: at(seconds) }) });

const time = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined });
const notices = (codes: string) => fc.array(fc.tuple(fc.constantFrom(...codes), time).map(([code, seconds]) => notice(code, seconds)));

describe('the state that counts', () => {
  it('is the same whatever the order of arrival', () => {
    fc.assert(
      fc.property(
        notices('123679UVX').chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(currentState(shuffled, order)).toEqual(currentState(all, order));
        },
      ),
    );
  });
  it('never goes back while the matter is not given back', () => {
    fc.assert(
      fc.property(notices('123679X'), notices('123679X'), (before, more) => {
        const rank = (found: StateNotice | undefined) => (found ? (order.rank(found.code) ?? -1) : -1);
        expect(rank(currentState([...before, ...more], order))).toBeGreaterThanOrEqual(rank(currentState(before, order)));
      }),
    );
  });
  it('is the last of a history in which every step is later and higher, or begins again after a return', () => {
    const round = fc.subarray(['1', '2', '3'], { minLength: 1 });
    const history = fc
      .tuple(fc.array(fc.tuple(round, fc.constantFrom('V'))), fc.subarray(['1', '2', '3', '6', '9'], { minLength: 1 }))
      .map(([returned, last]) => [...returned.flatMap(([steps, back]) => [...steps, back]), ...last].map((code, i) => notice(code, i)));
    fc.assert(
      fc.property(
        history.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(currentState(shuffled, order)).toEqual(all.at(-1));
        },
      ),
    );
  });
  it('is none where no code has a rank', () => {
    expect(currentState([notice('X', 1)], order)).toBeUndefined();
    expect(currentState([], order)).toBeUndefined();
  });
});

describe('one state and another', () => {
  it('never replace each other both ways, nor themselves', () => {
    const one = fc.tuple(fc.constantFrom(...'123679UVX'), time).map(([code, seconds]) => notice(code, seconds));
    fc.assert(
      fc.property(one, one, (a, b) => {
        expect(supersedes(a, b, order) && supersedes(b, a, order)).toBe(false);
        expect(supersedes(a, { ...a }, order)).toBe(false);
      }),
    );
  });
  it.each([
    ['release and clearance of one second, reversed', notice('6', 1), notice('9', 1), false],
    ['clearance after release', notice('9', 1), notice('6', 1), true],
    ['an old step late', notice('1', 9), notice('3', 1), false],
    ['a return after a step', notice('V', 2), notice('3', 1), true],
    ['a step after a return', notice('1', 3), notice('V', 2), true],
    ['a step before the return', notice('3', 1), notice('V', 2), false],
    ['a release, whatever the clocks say of the return', notice('6', 1), notice('V', 2), true],
    ['a return after the release', notice('V', 2), notice('6', 1), false],
    ['the later of one rank', notice('7', 2), notice('6', 1), true],
    ['an unknown code', notice('X', 9), notice('1', 1), false],
    ['what is known after what is unknown', notice('1', 1), notice('X', 9), true],
    ['a step without a time', notice('2'), notice('1', 5), true],
  ])('%s', (_name, next, current, expected) => expect(supersedes(next, current, order)).toBe(expected));
});
