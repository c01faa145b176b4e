import type { Terminal } from './terminal.ts';

const WIDTH = 24;
/** Redrawn at most this often; a terminal over a slow line must not become the bottleneck. */
const EVERY_MS = 100;

/** A progress bar on stderr while a person looks at it; otherwise nothing. Without a total it counts. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #label: string;
  readonly #total: number | undefined;
  #drawn = 0;
  #done = 0;

  constructor(terminal: Terminal, label: string, total?: number) {
    this.#terminal = terminal;
    this.#label = label;
    this.#total = total;
  }

  advance(by = 1): void {
    this.#done += by;
    if (this.#terminal.stderr.isTTY !== true || Date.now() - this.#drawn < EVERY_MS) return;
    this.#drawn = Date.now();
    this.#terminal.stderr.write(`\r${bar(this.#label, this.#done, this.#total)}`);
  }

  /** Removes the bar. */
  end(): void {
    if (this.#drawn > 0) this.#terminal.stderr.write(`\r${' '.repeat(bar(this.#label, this.#done, this.#total).length)}\r`);
  }
}

export function bar(label: string, done: number, total?: number): string {
  if (total === undefined || total === 0) return `${label} ${done}`;
  const share = Math.min(done / total, 1);
  const full = Math.round(share * WIDTH);
  return `${label} [${'#'.repeat(full)}${'-'.repeat(WIDTH - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}
