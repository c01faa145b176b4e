import { open, readFile, truncate, type FileHandle } from 'node:fs/promises';

/** Append-only JSON lines, each flushed to disk before `append` resolves; lines appended meanwhile share one flush, in order. */
export class JournalFile<Line> {
  readonly #file: FileHandle;
  #waiting: { text: string; done: () => void; fail: (error: unknown) => void }[] = [];
  #flushing: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Opens or makes the file; a last line torn by a crash is cut off. Returns what was written before. */
  static async open<Line>(path: string): Promise<{ journal: JournalFile<Line>; lines: Line[] }> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) await truncate(path, Buffer.byteLength(whole));
    return { journal: new JournalFile(await open(path, 'a', 0o644)), lines: linesOf(whole) };
  }

  /** What somebody else's journal says so far, without a line that is still being written. */
  static async read<Line>(path: string): Promise<Line[]> {
    const text = await readFile(path, 'utf8').catch(() => '');
    return linesOf(text.slice(0, text.lastIndexOf('\n') + 1));
  }

  append(line: Line): Promise<void> {
    return new Promise<void>((done, fail) => {
      this.#waiting.push({ text: `${JSON.stringify(line)}\n`, done, fail });
      this.#flushing ??= this.#flush();
    });
  }

  async #flush(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        await this.#file.appendFile(batch.map(({ text }) => text).join(''));
        await this.#file.datasync();
        for (const { done } of batch) done();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    // In the same turn as the last look at the queue, so that no line can slip in between.
    this.#flushing = undefined;
  }

  async close(): Promise<void> {
    await this.#flushing;
    await this.#file.close();
  }
}

const linesOf = <Line>(text: string): Line[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
