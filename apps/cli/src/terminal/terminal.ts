import { styleText } from 'node:util';
import type { ReadStream, WriteStream } from 'node:tty';

type Style = Extract<Parameters<typeof styleText>[0], string>;
type Out = NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>;
type In = NodeJS.ReadableStream & Partial<Pick<ReadStream, 'isTTY'>>;

/** A cell of a table; what is absent shows as nothing. */
export type Cell = string | number | undefined;

/**
 * The three streams of a command and the rules for them: results go to stdout, everything said about them to stderr;
 * tables and colour on a terminal only, tab-separated lines in a pipe. NO_COLOR and FORCE_COLOR are honoured by Node.
 */
export class Terminal {
  constructor(
    readonly stdin: In,
    readonly stdout: Out,
    readonly stderr: Out,
  ) {}

  static standard(): Terminal {
    return new Terminal(process.stdin, process.stdout, process.stderr);
  }

  /** Whether a person is looking at the result. */
  get interactive(): boolean {
    return this.stdout.isTTY === true;
  }

  /** One line of the result. */
  line(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** The result itself, octet for octet; resolves when the reader has taken it, so that memory stays bounded. */
  async bytes(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve) => this.stdout.write(bytes, () => resolve()));
  }

  /** The result for programs: one JSON document on one line. */
  json(value: unknown): void {
    this.line(JSON.stringify(value));
  }

  /** A line about the result. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Colours a piece of the result. */
  paint(style: Style | readonly Style[], text: string): string {
    return painted(style, text, this.stdout);
  }

  /** Colours a piece of what is said about the result. */
  paintNote(style: Style | readonly Style[], text: string): string {
    return painted(style, text, this.stderr);
  }

  /** Rows under heads: a drawn table on a terminal, tab-separated lines in a pipe. */
  async table(heads: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void> {
    if (this.interactive) return this.#draw(heads, rows);
    for (const row of [heads, ...rows]) this.line(row.map((cell) => String(cell ?? '').replace(/[\t\r\n]+/g, ' ')).join('\t'));
  }

  async #draw(heads: readonly string[], rows: readonly (readonly Cell[])[]): Promise<void> {
    const { default: Table } = await import('cli-table3');
    const table = new Table({ head: heads.map((head) => this.paint('bold', head)), style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => row.map((cell) => printable(String(cell ?? '')))));
    this.line(table.toString());
  }
}

/** One call a style: Node 20 colours without looking at the stream when it gets a list. */
const painted = (styles: Style | readonly Style[], text: string, stream: Out): string =>
  [styles].flat().reduce((done, style) => styleText(style as Style, done, { stream }), text);

/** What a partner wrote must not move the cursor of whoever looks at it. */
export const printable = (text: string): string => text.replace(/(?![\t\n])\p{Cc}/gu, '\u00b7');
