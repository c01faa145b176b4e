/** Whoever rules the database while the gateway runs cannot get a shortened log signed anew. */
import { generateKey, LocalSigner, readLogRoot, type LogEntry } from '#trust';
import type { LogProof, LogStore, StoredRoot } from '../ports/message-log.port.ts';
import { TestClock } from '../testing/world.ts';
import { LogKeeper } from './log-keeper.ts';

describe('the keeper of the message log', () => {
  const clock = new TestClock();
  const signer = new LocalSigner(generateKey('ES256'));
  let roots: StoredRoot[];
  let entries: LogEntry[];
  let file: Buffer | undefined;
  const store = {
    alone: <T>(work: () => Promise<T>) => work(),
    lastRoot: () => Promise.resolve(roots.at(-1)),
    settled: () => Promise.resolve(entries.at(-1)?.id ?? 0),
    async *entries(after: number, last: number) {
      yield entries.filter(({ id }) => id > after && id <= last);
    },
    auditEnd: () => Promise.resolve({ count: 0 }),
    addRoot: async (root: StoredRoot) => void roots.push(root),
    proofOf: () => Promise.resolve<LogProof | undefined>(undefined),
  } as unknown as LogStore;
  const keeper = () =>
    new LogKeeper({
      gateway: 'LBG',
      signer: () => signer,
      store,
      clock,
      intervalSeconds: 60,
      publish: async (jws) => void (file = jws),
      kept: async () => file,
      report: () => undefined,
    });
  const log = (id: number) =>
    entries.push({
      id,
      at: clock.now().toISOString(),
      link: 'keg',
      direction: 'out',
      kind: 'receipt',
      messageId: `m${id}`,
      jwsDigest: 'd',
    });
  const sequences = () => roots.map(({ sequence }) => sequence);

  beforeEach(() => {
    [roots, entries, file] = [[], [], undefined];
  });

  async function twoIntervals(one = keeper()): Promise<LogKeeper> {
    for (const id of [1, 2]) {
      log(id);
      await one.close();
    }
    return one;
  }

  it.each<[string, () => void]>([
    ['the newest root is cut off with what it covers', () => [roots.pop(), entries.pop()]],
    ['every root is cut off', () => (roots.length = 0)],
    ['the newest root is replaced', () => (roots[1] = { ...roots[1]!, jws: roots[0]!.jws })],
  ])('when %s, makes no root on top and leaves the one kept outside as it is, now and after a restart', async (_, tamper) => {
    const running = await twoIntervals();
    const kept = file;
    tamper();
    const left = sequences();
    log(3);
    for (const one of [running, keeper()]) await expect(one.close()).rejects.toMatchObject({ code: 'INTERNAL' });
    expect([sequences(), file]).toEqual([left, kept]);
  });

  it('goes on after roots that another process made, and after a crash between the root and its copy', async () => {
    const [one, other] = [keeper(), keeper()];
    await twoIntervals(one);
    const older = file;
    log(3);
    await other.close();
    file = older;
    log(4);
    await one.close();
    log(5);
    await keeper().close();
    expect(sequences()).toEqual([1, 2, 3, 4, 5]);
    expect(readLogRoot(file!)?.sequence).toBe(5);
  });
});
