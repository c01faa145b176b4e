import { PassThrough } from 'node:stream';
import { Terminal } from './terminal/terminal.ts';

/** A terminal for unit tests: what was written to it, and whether it pretends to be looked at. */
export function recordingTerminal({ isTTY = false } = {}): { terminal: Terminal; out: () => string; err: () => string } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const written = { out: '', err: '' };
  stdout.on('data', (chunk: Buffer) => (written.out += chunk.toString()));
  stderr.on('data', (chunk: Buffer) => (written.err += chunk.toString()));
  const dressed = (stream: PassThrough): PassThrough => Object.assign(stream, { isTTY, getColorDepth: () => 1, hasColors: () => false });
  return { terminal: new Terminal(stdin, dressed(stdout), dressed(stderr)), out: () => written.out, err: () => written.err };
}
