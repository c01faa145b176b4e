import { recordingTerminal } from '../testing.ts';
import { bar, Progress } from './progress.ts';

it('shows the share done', () => {
  expect(bar('reading', 1, 2)).toBe(`reading [${'#'.repeat(12)}${'-'.repeat(12)}]  50 %`);
  expect(bar('reading', 3, 2)).toBe(`reading [${'#'.repeat(24)}] 100 %`);
  expect(bar('files', 7)).toBe('files 7');
});

it('stays silent where nobody looks, and leaves nothing behind where somebody does', () => {
  const pipe = recordingTerminal();
  const screen = recordingTerminal({ isTTY: true });
  for (const { terminal } of [pipe, screen]) {
    const progress = new Progress(terminal, 'files');
    progress.advance();
    progress.end();
  }
  expect(pipe.err()).toBe('');
  expect(screen.err()).toBe('\rfiles 1\r       \r');
});
