import { recordingTerminal } from '../testing.ts';
import { printable } from './terminal.ts';

describe('Terminal', () => {
  it('writes tables as tab-separated lines in a pipe, one line a row whatever the cells hold', async () => {
    const { terminal, out } = recordingTerminal();
    await terminal.table(
      ['a', 'b'],
      [
        ['1', undefined],
        ['x\ty\nz', 2],
      ],
    );
    expect(out()).toBe('a\tb\n1\t\nx y z\t2\n');
  });

  it('draws tables on a terminal', async () => {
    const { terminal, out } = recordingTerminal({ isTTY: true });
    await terminal.table(['head'], [['cell']]);
    expect(out()).toMatch(/┌─+┐\n│ head/);
  });

  it('does not colour a pipe, with one style or several', () => {
    const { terminal } = recordingTerminal();
    expect(terminal.paint('red', 'x') + terminal.paintNote(['green', 'bold'], 'y')).toBe('xy');
  });

  it('resolves when the bytes were taken', async () => {
    const { terminal, out } = recordingTerminal();
    await terminal.bytes(Buffer.from('груз'));
    expect(out()).toBe('груз');
  });
});

it('makes control characters visible, escape sequences among them', () => {
  expect(printable('a\u001b[31mb\u0007\u009b\tc\n')).toBe('a·[31mb··\tc\n');
});
