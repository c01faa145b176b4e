import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { loadEnvironment } from '#config';

export interface LinkHead {
  readonly sequence: number;
  readonly manifestDigest: string;
}

/** The last message a partner sent by hand, beside its key folder, so that the next one continues the chain of the link. */
export class LinkHeadFile {
  private constructor(
    readonly path: string,
    readonly head: LinkHead | undefined,
  ) {}

  static async open(keys: string | undefined, party: string): Promise<LinkHeadFile> {
    const folder = keys === undefined ? loadEnvironment().LANDBRIDGE_DATA : dirname(keys);
    const path = join(folder, `${party}.sent.json`);
    const text = await readFile(path, 'utf8').catch(() => undefined);
    return new LinkHeadFile(path, text === undefined ? undefined : (JSON.parse(text) as LinkHead));
  }

  /** Temporary name, fsync, rename: after a crash the old head or the new one. */
  async advance(head: LinkHead): Promise<void> {
    const file = await open(`${this.path}.tmp`, 'w', 0o600);
    try {
      await file.writeFile(JSON.stringify(head));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${this.path}.tmp`, this.path);
  }
}
