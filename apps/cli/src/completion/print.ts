import type { Command } from 'commander';
import type { CommonOptions } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Terminal } from '../terminal/terminal.ts';
import { completionScript, type Shell } from './scripts.ts';

/** `landbridge completion`. */
export const printScript =
  (program: Command) =>
  async (terminal: Terminal, shell: Shell, { json }: CommonOptions): Promise<ExitCode> => {
    const script = completionScript(program, shell);
    if (json) terminal.json({ shell, script });
    else await terminal.bytes(Buffer.from(script));
    return EXIT.OK;
  };
