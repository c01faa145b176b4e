import { readFileSync } from 'node:fs';
import { ERRORS, ExchangeError, issue, type ErrorCode } from './errors.ts';
import { mayMove, OUTBOUND_MOVES, statesBefore, type OutboundState } from './states.ts';

describe('the error catalogue', () => {
  test.each(Object.entries(ERRORS))('%s says what is wrong and what to do', (code, row) => {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(row.text).toMatch(/^[A-Z].*\.$/);
    expect(row.action).toMatch(/^[A-Z].*\.$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
  });

  test('failed authentication is told in one way only', () => {
    const codes: ErrorCode[] = ['SIGNATURE_INVALID', 'PARTY_UNKNOWN', 'PART_MISMATCH', 'ADDRESSEE_WRONG'];
    expect(new Set(codes.map((code) => `${ERRORS[code].status} ${ERRORS[code].text}`)).size).toBe(1);
  });

  test('a warning is what is only reported', () => {
    expect(issue('CHECK_DIGIT', '/x').severity).toBe('warning');
    expect(issue('FIELD_MISSING', '/x').severity).toBe('error');
  });

  test('an error carries its issues, or makes one of itself', () => {
    expect(new ExchangeError('EMPTY').issues).toEqual([issue('EMPTY', '')]);
  });
});

describe('the states of an outbound message', () => {
  test('a receipt wins over every state in which nobody knew', () => {
    for (const state of ['publishing', 'published', 'retrying', 'unknown', 'expired', 'dead'] as const) {
      for (const to of ['stored', 'valid', 'accepted', 'refused'] as const)
        expect([state, to, mayMove(state, to)]).toEqual([state, to, true]);
    }
  });

  test('no receipt takes a message back', () => {
    expect(mayMove('accepted', 'valid')).toBe(false);
    expect(mayMove('valid', 'stored')).toBe(false);
    expect(mayMove('refused', 'accepted')).toBe(false);
  });

  test('every state but the first has a way in', () => {
    const reached = (Object.keys(OUTBOUND_MOVES) as OutboundState[]).filter((state) => statesBefore(state).length > 0 || state === 'ready');
    expect(reached).toEqual(Object.keys(OUTBOUND_MOVES));
  });
});

test('the glossary names every state and noun once', () => {
  const rows = readFileSync('docs/glossary.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| [a-z]/.test(line) && !line.startsWith('| term'));
  const terms = rows.map((line) => line.split('|')[1]!.trim());
  expect(new Set(terms).size).toBe(terms.length);
  for (const row of rows) expect(row.split('|').filter((cell) => cell.trim() !== '')).toHaveLength(5);
});
