import type { Terminal } from '../terminal/terminal.ts';
import { DemoFailure } from './demo-failure.ts';

/** One promise of the demo and whether it came true. */
export interface Check {
  readonly act: string;
  readonly text: string;
  readonly ok: boolean;
  readonly seconds: number;
}

/**
 * Says what happens while it happens. On a terminal the line of a step waits with a mark that turns; in a pipe it is printed
 * when it is done; with `--json` nothing is said until the end.
 */
export class Programme {
  readonly checks: Check[] = [];
  readonly #began = Date.now();
  #act = '';

  constructor(
    private readonly terminal: Terminal,
    private silent: boolean,
  ) {}

  /** Nothing more is said: somebody wants to leave. */
  fallSilent(): void {
    this.silent = true;
  }

  /** Seconds since the beginning. */
  get seconds(): number {
    return (Date.now() - this.#began) / 1000;
  }

  say(text = ''): void {
    if (!this.silent) this.terminal.line(text);
  }

  dim(text: string): string {
    return this.terminal.paint('dim', text);
  }

  act(number: number, title: string, about: string): void {
    this.#act = title;
    this.say();
    this.say(`${this.terminal.paint('cyan', String(number))}  ${this.terminal.paint('bold', title)}`);
    this.say(`   ${this.dim(about)}`);
  }

  /** A step that must come true. `work` may say more about it. A failure ends the demo. */
  async step<T>(text: string, work: () => Promise<T>, more: (result: T) => string | undefined = () => undefined): Promise<T> {
    const began = Date.now();
    const turning = this.#turn(text);
    try {
      const result = await work();
      turning.stop();
      this.#done(text, true, began, more(result));
      return result;
    } catch (error) {
      turning.stop();
      this.#done(text, false, began, error instanceof DemoFailure ? error.message : undefined);
      throw error;
    }
  }

  /** A step whose truth is known at once. */
  check(text: string, ok: boolean, more?: string): void {
    this.#done(text, ok, Date.now(), more);
    if (!ok) throw new DemoFailure(`${text}${more === undefined ? '' : `: ${more}`}`);
  }

  #done(text: string, ok: boolean, began: number, more: string | undefined): void {
    const seconds = (Date.now() - began) / 1000;
    this.checks.push({ act: this.#act, text, ok, seconds });
    const mark = this.terminal.interactive ? (ok ? '✓' : '✗') : ok ? 'ok' : 'FAILED';
    const took = seconds >= 0.1 ? this.dim(`  ${seconds.toFixed(1)} s`) : '';
    const tail = more === undefined ? '' : this.dim(` — ${more}`);
    this.say(`   ${this.terminal.paint(ok ? 'green' : 'red', mark)} ${text}${tail}${took}`);
  }

  #turn(text: string): { stop: () => void } {
    if (this.silent || !this.terminal.interactive) return { stop: () => undefined };
    const marks = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
    let turn = 0;
    const width = (this.terminal.stdout.columns ?? 80) - 6;
    const draw = () =>
      !this.silent &&
      this.terminal.stdout.write(`\r   ${this.terminal.paint('yellow', marks[turn++ % marks.length] ?? '')} ${text.slice(0, width)}`);
    draw();
    const timer = setInterval(draw, 100);
    return {
      stop: () => {
        clearInterval(timer);
        this.terminal.stdout.write('\r\u001b[K');
      },
    };
  }
}
