import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installationFolder } from '#config';
import type { World } from './world.ts';

const READY_MS = 90_000;

/** The gateway under test: the product's own main, or with a bug the harness's main that composes the product around it. */
export class GatewayProcess {
  readonly #world: World;
  readonly #bug: string | undefined;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #ready: Promise<boolean> = Promise.resolve(false);
  #expectedToDie = false;
  /** Ends that nobody asked for: a fault of the broker or the database must not end the gateway. */
  deaths = 0;
  readonly #killOnExit = () => void this.#child?.kill('SIGKILL');

  constructor(world: World, bug: string | undefined) {
    this.#world = world;
    this.#bug = bug;
    this.#log = createWriteStream(join(world.folder, 'gateway.log'), { flags: 'a' });
    process.on('exit', this.#killOnExit);
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Starts the process; `crashAt` arms a named crash point in it. Resolves at once, see `ready`. */
  start(crashAt?: string): void {
    const { database, urlOf, agreements, agreementsFile, gatewayData, masterKey } = this.#world;
    const home = join(installationFolder(), 'dist');
    const program =
      this.#bug === undefined ? [join(home, 'apps/gateway/src/main.js')] : [join(home, 'test/chaos/buggy-gateway.js'), this.#bug];
    const child = spawn(process.execPath, program, {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Own process group: Ctrl-C reaches the harness, which ends the rest in order.
      detached: true,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        AMQP_URL: urlOf(agreements.gateway),
        LANDBRIDGE_AGREEMENTS: agreementsFile,
        LANDBRIDGE_DATA: gatewayData,
        MASTER_KEY: masterKey,
        HTTP_PORT: '0',
        LOG_LEVEL: 'info',
        ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }),
      },
    });
    this.#expectedToDie = crashAt !== undefined;
    child.stderr.on('data', (text) => void this.#log.write(text));
    this.#ready = new Promise((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        this.#log.write(text);
        if (text.includes('"msg":"listening"')) resolve(true);
      });
      child.once('exit', () => {
        if (!this.#expectedToDie) this.deaths += 1;
        resolve(false);
      });
      setTimeout(() => resolve(false), READY_MS).unref();
    });
    this.#child = child;
  }

  /** True when it takes messages in; false when it ended before, or did not come up in time. */
  ready(): Promise<boolean> {
    return this.#ready;
  }

  async kill9(): Promise<void> {
    this.#expectedToDie = true;
    if (this.running) this.#child?.kill('SIGKILL');
    await this.died(10_000);
  }

  /** Waits until it has ended by itself; false when it still runs after the deadline. */
  async died(deadlineMs: number): Promise<boolean> {
    const child = this.#child;
    if (!child || !this.running) return true;
    const exited = new Promise<boolean>((resolve) => child.once('exit', () => resolve(true)));
    return Promise.race([exited, sleep(deadlineMs, false, { ref: false })]);
  }

  async stop(): Promise<void> {
    this.#expectedToDie = true;
    if (this.running) this.#child?.kill('SIGTERM');
    if (!(await this.died(20_000))) await this.kill9();
    process.off('exit', this.#killOnExit);
    await new Promise((resolve) => this.#log.end(resolve));
  }
}
