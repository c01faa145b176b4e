import { EXIT, EXIT_MEANINGS, exitCodeOf } from './exit-codes.ts';

describe('exit codes', () => {
  it.each([
    ['XML_MALFORMED', EXIT.INVALID],
    ['SIGNATURE_INVALID', EXIT.INVALID],
    ['USAGE', EXIT.USAGE],
    ['FILE_UNREADABLE', EXIT.NO_INPUT],
    ['GATEWAY_UNREACHABLE', EXIT.UNAVAILABLE],
    ['CONFIGURATION_INVALID', EXIT.CONFIGURATION],
    ['INTERNAL', EXIT.INTERNAL],
  ] as const)('%s ends with %d', (code, exit) => {
    expect(exitCodeOf(code)).toBe(exit);
  });

  it('explains each of them', () => {
    expect(Object.keys(EXIT_MEANINGS).map(Number).sort()).toEqual(Object.values(EXIT).sort());
  });
});
