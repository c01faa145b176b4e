import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { guardChild } from '#adapters';

export interface ChildOptions {
  readonly name: string;
  /** Compiled program, run by this very Node. */
  readonly script: string;
  readonly args: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** The whole environment of the process: nothing is inherited, so a demo runs the same on every machine. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingFolder: string;
  readonly log: string;
  readonly onLine?: (line: string) => void;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** How long an orderly stop may take before the process is killed. */
const STOP_MS = 15_000;

/** One process of the stage. What it prints is kept in a log file; lines of standard output are also handed on. */
export class Child {
  readonly ended: Promise<Ended>;
  readonly #process: ChildProcess;
  readonly #log: WriteStream;

  constructor(readonly options: ChildOptions) {
    const { script, args, nodeFlags = [], environment, workingFolder, log, onLine } = options;
    this.#log = createWriteStream(log, { flags: 'a' });
    this.#process = spawn(process.execPath, [...nodeFlags, script, ...args], {
      cwd: workingFolder,
      env: { ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C in the terminal reaches us alone, and we stop everybody in order.
      detached: true,
    });
    guardChild(this.#process, 'SIGKILL');
    this.#process.stderr?.pipe(this.#log, { end: false });
    this.#process.stdin?.on('error', () => undefined);
    if (onLine && this.#process.stdout) createInterface({ input: this.#process.stdout }).on('line', onLine);
    else this.#process.stdout?.pipe(this.#log, { end: false });
    this.ended = new Promise((resolve) => {
      this.#process.once('error', () => resolve({ code: null, signal: null }));
      this.#process.once('close', (code, signal) => {
        this.#log.end();
        resolve({ code, signal });
      });
    });
  }

  get running(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** One JSON line on its standard input. */
  tell(command: unknown): void {
    this.#process.stdin?.write(`${JSON.stringify(command)}\n`);
  }

  /** Ends it as a power cut would. */
  async kill9(): Promise<Ended> {
    this.#process.kill('SIGKILL');
    return this.ended;
  }

  /** Asks it to stop; kills it when it does not. */
  async stop(): Promise<Ended> {
    if (!this.running) return this.ended;
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), STOP_MS);
    const ended = await this.ended;
    clearTimeout(timer);
    return ended;
  }
}
