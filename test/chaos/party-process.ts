import { fork, type ChildProcess } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installationFolder } from '#config';
import { NO_STATUS, type PartyCommand, type PartySettings, type PartyStatus } from './party-settings.ts';

/** Sources or receivers, in a process of their own that ends with ours. */
export class PartyProcess {
  status: PartyStatus = NO_STATUS;
  readonly #child: ChildProcess;
  #ended = false;

  constructor(settings: PartySettings, log: string) {
    const file = openSync(log, 'a');
    this.#child = fork(join(installationFolder(), 'dist/test/chaos/parties.js'), [], {
      stdio: ['ignore', file, file, 'ipc'],
      execArgv: [],
      env: { PATH: process.env.PATH },
    });
    this.#child.on('message', (status: PartyStatus) => (this.status = status));
    this.#child.once('exit', () => (this.#ended = true));
    this.#tell({ command: 'start', settings });
  }

  get ended(): boolean {
    return this.#ended;
  }

  #tell(command: PartyCommand): void {
    if (this.#child.connected) this.#child.send(command);
  }

  /** No new offers; what was offered is still sent until it is confirmed. */
  finish(): void {
    this.#tell({ command: 'finish' });
  }

  /** No new key any more; a rotation that is under way is brought to its end. */
  settle(): void {
    this.#tell({ command: 'settle' });
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const exited = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#tell({ command: 'stop' });
    if ((await Promise.race([exited.then(() => true), sleep(15_000, false, { ref: false })])) === false) {
      this.#child.kill('SIGKILL');
      await exited;
    }
  }
}
