import { open, readFile } from 'node:fs/promises';
import { z } from 'zod';

/** A train standing in the yard, as the people there see it: no message tells a receiving station which notes belong together. */
export const TrainArrival = z.strictObject({
  id: z.string(),
  trainIndex: z.string().optional(),
  wagonId: z.array(z.string()).min(1),
});
export type TrainArrival = z.infer<typeof TrainArrival>;

/** The trains that arrived, kept over restarts, and a way to wait for the one with a given wagon. */
export class Arrivals {
  readonly #trains: TrainArrival[];
  #waiting: (() => void)[] = [];

  private constructor(
    private readonly path: string,
    trains: TrainArrival[],
  ) {
    this.#trains = trains;
  }

  static async open(path: string): Promise<Arrivals> {
    const text = await readFile(path, 'utf8').catch(() => '');
    const lines = text.split('\n').slice(0, -1);
    return new Arrivals(
      path,
      lines.map((line) => TrainArrival.parse(JSON.parse(line))),
    );
  }

  async arrive(train: TrainArrival): Promise<void> {
    const file = await open(this.path, 'a');
    try {
      await file.appendFile(`${JSON.stringify(train)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    this.#trains.push(train);
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /** The train this wagon came with; waits for it, and rejects when `signal` ends the wait. */
  async trainWith(wagonId: string, signal: AbortSignal): Promise<TrainArrival> {
    for (;;) {
      const train = this.#trains.find((arrived) => arrived.wagonId.includes(wagonId));
      if (train) return train;
      await new Promise<void>((resolve, reject) => {
        if (signal.aborted) return reject(new Error('stopping'));
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => reject(new Error('stopping')), { once: true });
      });
    }
  }
}
