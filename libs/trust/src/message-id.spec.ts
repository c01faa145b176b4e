import { later, NOW } from '../../../test/support/trust-world.ts';
import { derivedMessageId, isMessageId, newMessageId } from './message-id.ts';

describe('message ids', () => {
  it('are UUIDs of version 7 that sort by time', () => {
    const [a, b] = [newMessageId(NOW), newMessageId(later(1))];
    expect([isMessageId(a), isMessageId(b), a < b]).toEqual([true, true, true]);
    expect(newMessageId(NOW)).not.toBe(a);
  });
  it('derive the same from the same, and another from anything else', () => {
    const source = newMessageId(NOW);
    const derived = derivedMessageId(source, 'KEG', 'rule', '0');
    expect([isMessageId(derived), derived.slice(0, 13)]).toEqual([true, source.slice(0, 13)]);
    expect(derivedMessageId(source, 'KEG', 'rule', '0')).toBe(derived);
    expect(
      new Set([
        derived,
        derivedMessageId(source, 'KEG', 'rule', '1'),
        derivedMessageId(source, 'KEGr', 'ule', '0'),
        derivedMessageId(newMessageId(NOW), 'KEG', 'rule', '0'),
      ]).size,
    ).toBe(4);
  });
});
