import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as later, clearTimeout } from 'node:timers';
import { ExchangeError, type Link } from '#model';
import type { Group } from '#onboarding';

/** `waiting`: for the partner's system to connect. `stopped`: by a person, with the gateway, or because it took too long. */
export type RunState = 'waiting' | 'running' | 'passed' | 'failed' | 'stopped';

/** One run of the suite against the system of a partner. */
export interface ConformanceRun {
  readonly link: string;
  readonly state: RunState;
  readonly software: string;
  readonly groups: readonly Group[];
  readonly short: boolean;
  /** Where the partner's system has to connect, as it would to us. */
  readonly url?: string;
  readonly by: string;
  readonly reason: string;
  readonly started: string;
  readonly ended?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly assertions?: number;
  readonly failed?: readonly { readonly id: string; readonly verdict: string }[];
  readonly certified?: boolean;
  /** What went wrong with the run itself. */
  readonly trouble?: string;
}

export interface RunWish extends Pick<ConformanceRun, 'software' | 'groups' | 'short' | 'by' | 'reason'> {
  readonly link: Link;
}

export interface ConformanceRunsOptions {
  /** Holds a folder a link: run.json, the reports, certificate.jws. */
  readonly folder: string;
  /** Program and arguments that run the suite; the rest is added. */
  readonly program: readonly string[];
  readonly keys: string;
  readonly gateway: string;
  readonly listen: string;
  readonly now: () => Date;
  readonly mostMilliseconds: number;
  readonly report: (error: unknown) => void;
}

interface Running {
  readonly link: string;
  readonly child: ChildProcess;
  readonly ended: Promise<void>;
}

/**
 * The conformance suite, run by the gateway against a partner's system: in a process of its own, the same program as `landbridge conformance run`,
 * which stands where the gateway would, on an address of its own. One at a time. What it found lies in files of the data folder, as the
 * private keys do; every process of the gateway sees them.
 */
export class ConformanceRuns {
  readonly #options: ConformanceRunsOptions;
  #running: Running | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ConformanceRunsOptions) {
    this.#options = options;
  }

  /** Throws CONFORMANCE_RUNNING, and NOT_ALLOWED for a link that carries production messages. */
  async start({ link, ...wish }: RunWish): Promise<ConformanceRun> {
    if (!link.test)
      throw new ExchangeError('NOT_ALLOWED', { pointer: 'link', detail: 'It carries production messages; the suite is for test links.' });
    if (this.#running) throw new ExchangeError('CONFORMANCE_RUNNING', { pointer: this.#running.link });
    // Until the process is there nothing waits: nobody else starts one between.
    mkdirSync(this.#place(link.id), { recursive: true });
    const run: ConformanceRun = { link: link.id, state: 'waiting', ...wish, started: this.#options.now().toISOString() };
    const child = this.#spawn(link, run);
    const ended = this.#follow(link.id, child);
    this.#running = { link: link.id, child, ended };
    await this.#write(link.id, run);
    return run;
  }

  #spawn({ id, partner }: Link, { software, groups, short }: ConformanceRun): ChildProcess {
    const { program, keys, gateway, listen } = this.#options;
    const [command = '', ...first] = program;
    const words = [
      ...[...first, 'conformance', 'run', '--json', '--role', 'partner', '--listen', listen, '--link', id, '--self', gateway],
      // Values stand behind `=`: none of them is ever taken for an option.
      ...[`--peer=${partner}`, `--keys=${keys}`, `--report=${this.#place(id)}`, `--software=${software}`, ...(short ? ['--short'] : [])],
      ...groups.map((group) => `--group=${group}`),
    ];
    return spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async #follow(link: string, child: ChildProcess): Promise<void> {
    const said = { out: '', error: '' };
    const tooLong = later(() => child.kill(), this.#options.mostMilliseconds);
    child.stdout?.on('data', (some: Buffer) => (said.out = (said.out + some.toString('utf8')).slice(0, 1_000_000)));
    child.stderr?.on('data', (some: Buffer) => {
      said.error = (said.error + some.toString('utf8')).slice(-10_000);
      const url = /Listening on (\S+):/.exec(said.error)?.[1];
      if (url !== undefined) void this.#change(link, (run) => (run.url === undefined ? { ...run, url } : run));
      if (said.error.includes('Connected.'))
        void this.#change(link, (run) => (run.state === 'waiting' ? { ...run, state: 'running' } : run));
    });
    const code = await new Promise<number | null>((resolve) => {
      child.once('error', (error) => ((said.error += error.message), resolve(-1)));
      child.once('close', resolve);
    });
    clearTimeout(tooLong);
    await this.#change(link, (run) => ({ ...run, ...outcome(code, said), ended: this.#options.now().toISOString() }));
    this.#running = undefined;
  }

  /** Ends the run of a link; what it had found until then is not judged. */
  async stop(link: string): Promise<ConformanceRun | undefined> {
    if (this.#running?.link === link) {
      this.#running.child.kill();
      await this.#running.ended;
    }
    return this.find(link);
  }

  async close(): Promise<void> {
    if (this.#running) await this.stop(this.#running.link);
  }

  /** The last run of a link. One that no process runs any more is shown as stopped. */
  async find(link: string): Promise<ConformanceRun | undefined> {
    await this.#turn;
    const text = await readFile(join(this.#place(link), 'run.json'), 'utf8').catch(unlessAbsent);
    if (text === undefined) return undefined;
    const run = JSON.parse(text) as ConformanceRun;
    const alive = this.#running?.link === link;
    return !alive && (run.state === 'waiting' || run.state === 'running') ? { ...run, state: 'stopped' } : run;
  }

  /** A file of the last finished run: report.json, report.<language>.xml, report.<language>.html, certificate.jws. */
  async file(link: string, name: string): Promise<Buffer | undefined> {
    return readFile(join(this.#place(link), name)).catch(unlessAbsent);
  }

  /** Links are named by the agreements, never by a path. */
  #place(link: string): string {
    return join(this.#options.folder, encodeURIComponent(link));
  }

  #change(link: string, change: (run: ConformanceRun) => ConformanceRun): Promise<void> {
    const turn = this.#turn.then(async () => {
      const text = await readFile(join(this.#place(link), 'run.json'), 'utf8').catch(unlessAbsent);
      if (text !== undefined) await this.#put(link, change(JSON.parse(text) as ConformanceRun));
    });
    this.#turn = turn.catch(this.#options.report);
    return turn;
  }

  #write(link: string, run: ConformanceRun): Promise<void> {
    const turn = this.#turn.then(async () => {
      // A certificate is of one run and of no other.
      for (const name of ['certificate.jws', 'report.json', 'drift.json']) await rm(join(this.#place(link), name), { force: true });
      await this.#put(link, run);
    });
    this.#turn = turn.catch(this.#options.report);
    return turn;
  }

  async #put(link: string, run: ConformanceRun): Promise<void> {
    const path = join(this.#place(link), 'run.json');
    await writeFile(`${path}.part`, JSON.stringify(run));
    await rename(`${path}.part`, path);
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** What the program printed, or that it ended without a word. */
function outcome(
  code: number | null,
  { out, error }: { readonly out: string; readonly error: string },
): Partial<ConformanceRun> & Pick<ConformanceRun, 'state'> {
  if (code === null) return { state: 'stopped' };
  try {
    const { passed, counts, assertions, failed, certificate } = JSON.parse(out) as {
      readonly passed: boolean;
      readonly counts: Readonly<Record<string, number>>;
      readonly assertions: number;
      readonly failed: readonly { readonly id: string; readonly verdict: string }[];
      readonly certificate?: string;
    };
    return { state: passed ? 'passed' : 'failed', counts, assertions, failed, certified: certificate !== undefined };
  } catch {
    return { state: 'stopped', trouble: error.trim().split('\n').at(-1)?.slice(0, 300) ?? '' };
  }
}
