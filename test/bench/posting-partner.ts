import { Agent, request } from 'node:http';
import { MEDIA_TYPES, newMessageId, sealMessage, type LocalSigner } from '#trust';
import { manifest } from './documents.ts';

const until = (at: number) => new Promise((done) => setTimeout(done, Math.max(0, at - performance.now())));

/** A partner that seals manifests and posts them, its chain kept whole. */
export class PostingPartner {
  #sequence = 0;
  #previous: string | undefined;
  readonly #agent: Agent;

  constructor(
    private readonly key: string,
    /** Bills of its own: partners do not contradict each other. */
    private readonly place: number,
    private readonly signer?: LocalSigner,
    connections = 2,
  ) {
    // Kept open and used in turn, as a partner's program does: what a new connection waits for in the kernel is no matter of turns.
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections, scheduling: 'fifo' });
  }

  seal(count: number): Buffer[] {
    return Array.from({ length: count }, () => this.#next());
  }

  /** Posts so many a second, each at its time whatever became of those before; answers how long each waited. */
  async steadily(url: string, perSecond: number, seconds: number): Promise<number[]> {
    const frames = this.seal(Math.round(perSecond * seconds));
    const start = performance.now() + 50;
    return Promise.all(
      frames.map(async (frame, i) => {
        const due = start + (i * 1_000) / perSecond;
        await until(due);
        const status = await this.#post(url, frame);
        if (status !== 200) throw new Error(`${this.key} was answered ${status}.`);
        return performance.now() - due;
      }),
    );
  }

  /** The same for one that does not care what it is answered. */
  async flood(url: string, frames: readonly Buffer[], perSecond: number, seconds: number): Promise<{ taken: number; refused: number }> {
    const start = performance.now() + 50;
    const statuses = frames.map(async (frame, i) => {
      await until(start + (i * 1_000) / perSecond);
      return this.#post(url, frame).catch(() => 0);
    });
    await until(start + seconds * 1_000);
    const all = await Promise.all(statuses);
    return { taken: all.filter((status) => status === 200).length, refused: all.filter((status) => status !== 200).length };
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(url: string, frame: Buffer): Promise<number> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': MEDIA_TYPES.message, 'content-length': frame.length };
      const posted = request(
        `${url}/links/${this.key.toLowerCase()}/messages`,
        { method: 'POST', agent: this.#agent, headers },
        (answer) => {
          answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
        },
      );
      posted.once('error', reject).end(frame);
    });
  }

  #next(): Buffer {
    const now = new Date();
    const id = newMessageId(now);
    this.#sequence += 1;
    const document = manifest(this.#sequence + this.place * 10_000_000, 1);
    const sealed = sealMessage(
      {
        messageId: id,
        conversationId: id,
        from: { party: this.key },
        to: { party: 'LBG' },
        messageType: { type: 'cn-manifest/MT1101', version: '1.0.0' },
        created: now.toISOString(),
        notAfter: new Date(now.getTime() + 86_400_000).toISOString(),
        priority: 'B',
        test: false,
        link: this.#previous === undefined ? { sequence: 1 } : { sequence: this.#sequence, previous: this.#previous },
        businessKeys: [],
      },
      [{ name: 'document', mediaType: 'application/xml', charset: 'utf-8', bytes: document }],
      this.signer!,
      now,
    );
    this.#previous = sealed.manifestDigest;
    return sealed.frame;
  }
}
