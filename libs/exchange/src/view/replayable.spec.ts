import { INBOUND_MOVES, mayMove, OUTBOUND_MOVES, type OutboundState } from '#model';
import { replayable } from './replayable.ts';

describe('whether a message can be sent again', () => {
  it('is decided for every state', () => {
    for (const state of Object.keys(INBOUND_MOVES))
      expect([state, replayable('in', state).kinds.includes('redeliver')]).toEqual([state, false]);
    for (const state of Object.keys(OUTBOUND_MOVES)) {
      const { possible, kinds } = replayable('out', state);
      expect([state, possible]).toEqual([state, kinds.length > 0]);
    }
  });

  it('never promises a redelivery that the state table forbids', () => {
    for (const state of Object.keys(OUTBOUND_MOVES) as OutboundState[])
      if (replayable('out', state).kinds.includes('redeliver')) expect([state, mayMove(state, 'retrying')]).toEqual([state, true]);
  });

  it('tells unknown from failed, and what the partner has from what it lacks', () => {
    expect(replayable('out', 'unknown').because).toBe('OUTCOME_UNKNOWN');
    expect(replayable('out', 'valid')).toEqual({ possible: false, kinds: [], because: 'PARTNER_HAS_IT' });
    expect(replayable('in', 'refused').because).toBe('REFUSED_TO_SENDER');
    expect(replayable('in', 'toString').possible).toBe(false);
  });
});
