import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GATEWAY_NODE_FLAGS, guardChild } from '#adapters';
import { installationFolder } from '#config';
import type { World } from './world.ts';

const READY_MS = 90_000;
/** Characters of what it said last that are shown when it ends by itself. */
const LAST_WORDS = 4_000;
export const HEARTBEAT_SECONDS = 2;

/** The gateway under test: the product's own main, or with a bug the harness's main that composes the product around it. */
export class GatewayProcess {
  readonly #world: World;
  readonly #bug: string | undefined;
  readonly #log: WriteStream;
  #child: ChildProcess | undefined;
  #ready: Promise<boolean> = Promise.resolve(false);
  #expectedToDie = false;
  #url: string | undefined;
  /** Ends that nobody asked for: a fault of the broker or the database must not end the gateway. */
  deaths = 0;

  /** `name` tells apart the gateways of a run, which share database, broker and keys. */
  constructor(
    world: World,
    bug: string | undefined,
    readonly name = 'gateway',
  ) {
    this.#world = world;
    this.#bug = bug;
    this.#log = createWriteStream(join(world.folder, `${name}.log`), { flags: 'a' });
  }

  get running(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Where its HTTP interface listens; undefined while it does not. */
  get url(): string | undefined {
    return this.running ? this.#url : undefined;
  }

  /** Starts the process; `crashAt` arms a named crash point in it. Resolves at once, see `ready`. */
  start(crashAt?: string): void {
    const { database, urlOf, agreements, agreementsFile, gatewayData, masterKey } = this.#world;
    const home = installationFolder();
    const program = this.#bug === undefined ? [join(home, 'bin/gateway.mjs')] : [join(home, 'dist/test/chaos/buggy-gateway.js'), this.#bug];
    const child = spawn(process.execPath, [...GATEWAY_NODE_FLAGS, ...program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      // Own process group: Ctrl-C reaches the harness, which ends the rest in order.
      detached: true,
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: database.url,
        // The broker gives a gateway up that is silent for two of these.
        AMQP_URL: `${urlOf(agreements.gateway)}?heartbeat=${HEARTBEAT_SECONDS}`,
        LANDBRIDGE_AGREEMENTS: agreementsFile,
        LANDBRIDGE_DATA: gatewayData,
        MASTER_KEY: masterKey,
        HTTP_PORT: '0',
        LOG_LEVEL: 'info',
        ...(crashAt === undefined ? {} : { CRASH_AT: crashAt }),
      },
    });
    guardChild(child, 'SIGKILL');
    this.#expectedToDie = crashAt !== undefined;
    this.#url = undefined;
    let lastWords = '';
    child.stderr.on('data', (text: Buffer) => {
      lastWords = (lastWords + text.toString('utf8')).slice(-LAST_WORDS);
      this.#log.write(text);
    });
    this.#ready = new Promise((resolve) => {
      child.stdout.on('data', (text: Buffer) => {
        this.#log.write(text);
        if (!text.includes('"msg":"listening"')) return;
        this.#url = /"url":"(http[^"]+)"/.exec(text.toString('utf8'))?.[1];
        resolve(true);
      });
      child.once('exit', (code, signal) => {
        resolve(false);
        if (this.#expectedToDie) return;
        this.deaths += 1;
        child.once('close', () => process.stderr.write(`${this.name} ended by itself (${signal ?? `exit ${code}`})\n${lastWords}\n`));
      });
      setTimeout(() => resolve(false), READY_MS).unref();
    });
    this.#child = child;
  }

  /** True when it takes messages in; false when it ended before, or did not come up in time. */
  ready(): Promise<boolean> {
    return this.#ready;
  }

  /** Stands still, as a virtual machine that is moved or starved, and goes on where it was. */
  async freeze(milliseconds: number): Promise<void> {
    this.#child?.kill('SIGSTOP');
    await sleep(milliseconds);
    this.#child?.kill('SIGCONT');
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
    await new Promise((resolve) => this.#log.end(resolve));
  }
}
