import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DemoFailure } from '../demo-failure.ts';
import { Child } from './child.ts';
import type { MovedClock } from './moved-clock.ts';
import { readJournal, type Command, type Delivered, type JournalLine, type Receipted } from './journal-line.ts';

export interface PartyOptions {
  readonly home: string;
  readonly party: string;
  readonly folder: string;
  readonly agreements: string;
  readonly gatewayUrl: string;
  /** Where the boxes of its link are, when it goes by folder. */
  readonly linkFolder?: string;
  readonly amqpUrl?: string;
  readonly amqpCa?: string;
  readonly clock?: MovedClock;
}

type Watch = { readonly look: () => boolean; readonly done: () => void };

/** A simulated partner as a process of its own. What it reports is its journal, line by line. */
export class PartyProcess {
  readonly lines: JournalLine[] = [];
  #child: Child | undefined;
  #ready = false;
  readonly #watches = new Set<Watch>();

  constructor(readonly options: PartyOptions) {}

  get party(): string {
    return this.options.party;
  }

  get running(): boolean {
    return this.#child?.running ?? false;
  }

  get log(): string {
    return join(this.options.folder, 'party.log');
  }

  async start(): Promise<void> {
    const { home, party, folder, agreements, gatewayUrl, linkFolder, amqpUrl, amqpCa, clock } = this.options;
    this.#ready = false;
    // A kill may have swallowed lines on their way to us; on disk they are complete.
    this.lines.splice(0, this.lines.length, ...(await readJournal(folder)));
    const child = new Child({
      name: party,
      script: join(home, 'bin/simulator.mjs'),
      nodeFlags: clock?.nodeFlags() ?? [],
      args: [
        '--party',
        party,
        '--data',
        folder,
        '--agreements',
        agreements,
        '--gateway-url',
        gatewayUrl,
        ...(linkFolder === undefined ? [] : ['--folder', linkFolder]),
      ],
      environment: { ...(amqpUrl === undefined ? {} : { AMQP_URL: amqpUrl }), ...(amqpCa === undefined ? {} : { AMQP_CA: amqpCa }) },
      workingFolder: home,
      log: this.log,
      onLine: (line) => this.#take(line),
    });
    this.#child = child;
    const started = this.until(() => this.#ready, `${party} starts`);
    const gone = child.ended.then(() => {
      if (!this.#ready) throw new DemoFailure(`${party} did not start; see ${this.log}.`);
    });
    await Promise.race([started, gone]);
  }

  tell(command: Command): void {
    this.#child?.tell(command);
  }

  async kill9(): Promise<void> {
    await this.#child?.kill9();
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }

  #take(text: string): void {
    const line = JSON.parse(text) as JournalLine;
    if (line.event === 'ready') this.#ready = true;
    else this.lines.push(line);
    for (const watch of this.#watches) if (watch.look()) watch.done();
  }

  /** Resolves as soon as `look` is true, looked at after every line; fails after a minute without. */
  async until(look: () => boolean, what: string, milliseconds = 60_000): Promise<void> {
    if (look()) return;
    let watch: Watch | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((done, fail) => {
        this.#watches.add((watch = { look, done }));
        timer = setTimeout(() => fail(new DemoFailure(`Waited ${milliseconds / 1000} s in vain: ${what}.`)), milliseconds);
      });
    } finally {
      clearTimeout(timer);
      if (watch) this.#watches.delete(watch);
    }
  }

  /** Every message delivered once, in the order of arrival, that fits. */
  delivered(fits: (line: Delivered) => boolean = () => true): Delivered[] {
    return this.lines.filter((line): line is Delivered => line.event === 'delivered' && !line.repeated && fits(line));
  }

  receipts(messageId: string, level: 'R1' | 'R2' | 'R3'): Receipted[] {
    return this.lines.filter(
      (line): line is Receipted => line.event === 'receipted' && line.messageId === messageId && line.levels.includes(level),
    );
  }

  /** Waits for `count` messages that fit and returns them. */
  async deliveries(count: number, fits: (line: Delivered) => boolean, what: string): Promise<Delivered[]> {
    await this.until(() => this.delivered(fits).length >= count, what);
    return this.delivered(fits);
  }

  /** The gateway's receipt of a level about a message of this party. */
  async receipt(messageId: string, level: 'R1' | 'R2' | 'R3', status?: string): Promise<Receipted> {
    const find = () => this.receipts(messageId, level).find((line) => status === undefined || line.status === status);
    await this.until(() => find() !== undefined, `${this.party} gets ${level}${status === undefined ? '' : ` ${status}`}`);
    return find()!;
  }

  /** The kept octets of a line. */
  read(line: { readonly file: string }): Promise<Buffer> {
    return readFile(join(this.options.folder, line.file));
  }
}
