import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { Terminal } from './terminal/terminal.ts';

/** Runs one command line; every way it can end is an exit code of the table. */
export async function run(argv: readonly string[]): Promise<void> {
  const program = createProgram();
  const json = argv.includes('--json');
  try {
    if (argv.length === 0) program.help({ error: true });
    await program.parseAsync(argv, { from: 'user' });
  } catch (failure) {
    process.exitCode = await exitCodeFor(failure, json);
  }
}

async function exitCodeFor(failure: unknown, json: boolean): Promise<ExitCode> {
  if (failure instanceof CommanderError) {
    if (failure.exitCode === 0) return EXIT.OK;
    // Help was printed instead of running something: said enough.
    if (failure.code === 'commander.help') return EXIT.USAGE;
  }
  const { reportFailure, usage } = await import('./terminal/report.ts');
  return reportFailure(Terminal.standard(), failure instanceof CommanderError ? usage('', told(failure)) : failure, json);
}

/** A partner's key may have an id that begins with a dash. */
function told({ code, message }: CommanderError): string {
  const hint = code === 'commander.unknownOption' ? '. An id that begins with - stands behind --.' : '';
  return message.replace(/^error: /, '') + hint;
}
