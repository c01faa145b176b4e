import { ERRORS, ExchangeError, issue, type Issue } from '#model';
import { EXIT, exitCodeOf, type ExitCode } from '../exit-codes.ts';
import { printable, type Terminal } from './terminal.ts';

/** Findings printed for a person; programs ask for --json and get all. */
const MOST = 200;

/** Findings on stderr, for each: code, what is wrong, where, what to do. As JSON where asked. */
export function reportIssues(terminal: Terminal, issues: readonly Issue[], json = false): void {
  if (json) {
    if (issues.length > 0) terminal.note(JSON.stringify({ issues: issues.map(described) }));
    return;
  }
  for (const found of issues.slice(0, MOST)) reportOne(terminal, found);
  if (issues.length > MOST) terminal.note(`… and ${issues.length - MOST} more; --json prints all of them.`);
}

function reportOne(terminal: Terminal, { code, severity, pointer, message }: Issue): void {
  const style = severity === 'error' ? 'red' : 'yellow';
  terminal.note(`${terminal.paintNote(style, `${severity} ${code}`)}  ${printable(message)}`);
  if (pointer) terminal.note(`  ${terminal.paintNote('dim', 'where')}  ${printable(pointer)}`);
  terminal.note(`  ${terminal.paintNote('dim', 'do')}     ${ERRORS[code].action}`);
}

const described = (found: Issue) => ({ ...found, action: ERRORS[found.code].action });

/** Prints why a command failed and gives the exit code. An unknown failure is INTERNAL and keeps its stack for the developers. */
export function reportFailure(terminal: Terminal, failure: unknown, json = false): ExitCode {
  if (failure instanceof ExchangeError) {
    reportIssues(terminal, failure.issues.length > 0 ? failure.issues : [issue(failure.code, '')], json);
    return exitCodeOf(failure.code);
  }
  reportIssues(terminal, [issue('INTERNAL', '')], json);
  terminal.note(failure instanceof Error ? (failure.stack ?? failure.message) : String(failure));
  return EXIT.INTERNAL;
}

/** The failure of a command that was not used as described. */
export const usage = (pointer: string, detail: string): ExchangeError => new ExchangeError('USAGE', { pointer, detail });
