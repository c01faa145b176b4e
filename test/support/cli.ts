import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface CliRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface CliOptions {
  readonly stdin?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the built command line as a process of its own; settings of the machine stay outside. */
export function runCli(args: readonly string[], { stdin = '', environment = {} }: CliOptions = {}): Promise<CliRun> {
  const child = spawn(process.execPath, ['bin/landbridge.mjs', ...args], { env: { PATH: process.env['PATH'], ...environment } });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  // A command that has read enough closes its stdin; that is not the test's failure.
  child.stdin.on('error', () => undefined);
  child.stdin.end(stdin);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }));
  });
}

export const jsonOf = <T>({ stdout }: CliRun): T => JSON.parse(stdout.toString()) as T;
export const jsonLines = <T>({ stdout }: CliRun): T[] =>
  stdout
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

/** Samples by name. */
export type Samples = Readonly<Record<string, string | Buffer>>;

/** Writes samples as files into a new folder and returns their paths, in order. */
export async function writeSamples(folder: string, samples: Samples): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  return Promise.all(
    Object.entries(samples).map(async ([name, content], index) => {
      const path = join(folder, `${String(index).padStart(3, '0')} ${name.replace(/[^\w -]/g, '_')}`);
      await writeFile(path, content);
      return path;
    }),
  );
}
