import fc from 'fast-check';
import { OUTBOUND_MOVES } from '#model';
import { judge, PLAN_KINDS, REPLAY_VERDICTS, type ReplayFacts } from './verdict.ts';

const facts = (change: Partial<ReplayFacts>): ReplayFacts => ({
  kind: 'redeliver',
  direction: 'out',
  state: 'missing',
  deadlinePassed: false,
  publishedBefore: true,
  mappingChanged: false,
  key: 'current',
  stopped: false,
  crossing: false,
  linkGone: false,
  sameLink: false,
  purged: false,
  ...change,
});
const told = (change: Partial<ReplayFacts>) => {
  const { verdict, reasons } = judge(facts(change));
  return `${verdict}: ${reasons.join(' ')}`;
};

describe('the verdict before the click', () => {
  it.each<[string, Partial<ReplayFacts>]>([
    ['safe: PARTNER_LACKS_IT', { state: 'missing' }],
    ['safe: GAVE_UP', { state: 'dead' }],
    ['care: OUTCOME_UNKNOWN', { state: 'unknown' }],
    ['pointless: PARTNER_HAS_IT', { state: 'accepted' }],
    ['pointless: UNDER_WAY', { state: 'retrying' }],
    ['pointless: EXPIRED DEADLINE_PASSED DUPLICATE_WINDOW_CLOSED', { state: 'expired', deadlinePassed: true }],
    ['pointless: DEADLINE_PASSED', { state: 'dead', deadlinePassed: true, publishedBefore: false }],
    ['harmful: NEWER_RECEIVED', { newer: 'received' }],
    ['care: NEWER_WAITS', { newer: 'waits' }],
    ['care: MAPPING_CHANGED', { mappingChanged: true }],
    ['care: KEY_CHANGED', { key: 'older' }],
    ['pointless: KEY_NOT_VALID', { key: 'not-valid' }],
    ['care: PARTNER_PAUSED', { stopped: true }],
    ['harmful: TEST_CROSSING', { crossing: true }],
    ['pointless: PURGED', { purged: true }],
    ['harmful: LINK_GONE', { linkGone: true }],
    ['pointless: ALREADY_REPLAYED', { successor: 'other' }],
    ['pointless: OPEN_REPLAY', { openPlan: 'other' }],
    ['pointless: WRONG_KIND', { direction: 'in', state: 'parked' }],
  ])('says of the same bytes again: %s', (expected, change) => {
    const [head, ...rest] = expected.split(' ');
    const answer = told(change);
    expect(answer.startsWith(head!)).toBe(true);
    for (const reason of rest) expect(answer).toContain(reason);
  });

  it.each<[string, Partial<ReplayFacts>]>([
    ['safe: REFUSED_BY_PARTNER MAPPING_CHANGED', { state: 'refused', mappingChanged: true, trial: 'differs' }],
    ['pointless: NOTHING_CHANGED', { state: 'refused', trial: 'same' }],
    ['safe: PARKED', { direction: 'in', state: 'parked', trial: 'differs' }],
    ['pointless: TRANSLATION_FAILS', { direction: 'in', state: 'parked', trial: 'fails' }],
    ['pointless: REFUSED_TO_SENDER', { direction: 'in', state: 'refused' }],
    ['care: ALREADY_ACCEPTED', { state: 'accepted', trial: 'differs' }],
    // A second id beside one that may still arrive would be applied twice.
    ['harmful: OUTCOME_UNKNOWN', { state: 'unknown', trial: 'differs' }],
    ['harmful: UNDER_WAY', { state: 'retrying', trial: 'differs' }],
    ['care: EXPIRED', { state: 'expired', deadlinePassed: true, trial: 'same' }],
    ['harmful: NEWER_RECEIVED', { state: 'refused', newer: 'received', trial: 'differs' }],
    ['harmful: NEWER_WAITS', { state: 'refused', newer: 'waits', trial: 'differs' }],
    ['harmful: NEWER_RECEIVED', { direction: 'in', state: 'parked', newer: 'received', trial: 'differs' }],
  ])('says of a new message in its place: %s', (expected, change) => {
    const answer = told({ kind: 'retranslate', ...change });
    const [head, ...rest] = expected.split(' ');
    expect(answer.startsWith(head!)).toBe(true);
    for (const reason of rest) expect(answer).toContain(reason);
  });

  it('has a verdict for every state and kind, and one fact more never makes it milder', () => {
    const bad: Partial<ReplayFacts>[] = [
      { crossing: true },
      { linkGone: true },
      { stopped: true },
      { newer: 'received' },
      { successor: 'x' },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...PLAN_KINDS),
        fc.constantFrom(...Object.keys(OUTBOUND_MOVES)),
        fc.subarray(bad),
        fc.constantFrom(...bad),
        (kind, state, some, more) => {
          const rank = (change: Partial<ReplayFacts>) => REPLAY_VERDICTS.indexOf(judge(facts({ kind, state, ...change })).verdict);
          const before = Object.assign({}, ...some) as Partial<ReplayFacts>;
          expect(rank({ ...before, ...more })).toBeGreaterThanOrEqual(rank(before));
        },
      ),
    );
  });
});
