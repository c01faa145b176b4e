import { type Command, InvalidArgumentError } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import { Terminal } from './terminal/terminal.ts';

/** What a command does: its arguments and options as commander gives them, the exit code as the answer. */
type Handler<Arguments extends readonly unknown[]> = (terminal: Terminal, ...args: Arguments) => Promise<ExitCode>;

/**
 * An action that loads its module only when the command is called, so that `--help` and small commands start fast. The
 * handler's exit code becomes that of the process.
 */
export function lazily<Arguments extends readonly unknown[]>(load: () => Promise<Handler<Arguments>>) {
  return async (...args: unknown[]): Promise<void> => {
    const handler = await load();
    process.exitCode = await handler(Terminal.standard(), ...(args as unknown as Arguments));
  };
}

/** The option every command has. */
export interface CommonOptions {
  readonly json?: boolean;
}

/** Adds `--json` and the examples. */
export function common(command: Command, json: string, examples: readonly (readonly [call: string, what: string])[]): Command {
  const width = Math.max(...examples.map(([call]) => call.length));
  const lines = examples.map(([call, what]) => `  ${call.padEnd(width)}  # ${what}`);
  return command.option('--json', json).addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}

/** For options that may be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];

/** For `NAME=VALUE` options. */
export function pairs(value: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const at = value.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It has the form NAME=VALUE.');
  return { ...before, [value.slice(0, at)]: value.slice(at + 1) };
}

export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError('It is a whole number above 0.');
  return number;
}

export function positiveNumber(value: string): number {
  if (!/^\d{1,6}(\.\d{1,3})?$/.test(value) || Number(value) === 0) throw new InvalidArgumentError('It is a number above 0.');
  return Number(value);
}

export function wholeNumber(value: string): number {
  if (!/^-?\d{1,6}$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}

/** Bytes, with K, M or G for 1024, 1024², 1024³. */
export function byteCount(value: string): number {
  const [, digits, unit = ''] = /^(\d{1,12})([KMG]?)$/.exec(value) ?? [];
  if (digits === undefined || Number(digits) === 0) throw new InvalidArgumentError('It is a number of bytes, for example 100M.');
  return Number(digits) * 1024 ** ' KMG'.indexOf(unit || ' ');
}
