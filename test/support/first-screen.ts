import type { ConsoleWorld, SignedIn } from './console-world.ts';

export interface FirstScreen {
  /** Milliseconds from the navigation to the first paint of anything, and to the first thing of use on the screen. */
  readonly paint: number;
  readonly useful: number;
  /** Milliseconds of processor time of the page's main thread until then: what a busy machine does not change. */
  readonly work: number;
  /** What came over the network until then. */
  readonly requests: number;
  readonly octets: number;
}

const LOADED = `(() => {
  const all = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  return [all.length, all.reduce((sum, { transferSize }) => sum + transferSize, 0)];
})()`;
const PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0";

/** How long somebody who is signed in waits for the overview, with an empty browser cache and again with a full one; medians of `rounds`. */
export async function firstScreen(world: ConsoleWorld, as: SignedIn, rounds = 7): Promise<{ empty: FirstScreen; full: FirstScreen }> {
  const [empty, full]: [FirstScreen[], FirstScreen[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const page = await world.page('zh-CN', { as });
    const meter = await page.context().newCDPSession(page);
    await meter.send('Performance.enable', { timeDomain: 'threadTicks' });
    const worked = async () => {
      const { metrics } = await meter.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000;
    };
    for (const into of [empty, full]) {
      await page.goto('about:blank');
      const before = await worked();
      await page.goto(`${world.url}overview`, { waitUntil: 'commit' });
      // A link's card holds numbers of this moment: what somebody came to see.
      await page.locator('main .ant-statistic').first().waitFor();
      const useful = await page.evaluate<number>('performance.now()');
      const work = (await worked()) - before;
      const [requests = NaN, octets = NaN] = await page.evaluate<number[]>(LOADED);
      into.push({ useful, paint: await page.evaluate<number>(PAINT), work, requests, octets });
    }
    await page.context().close();
  }
  return { empty: medianOf(empty), full: medianOf(full) };
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
const medianOf = (all: readonly FirstScreen[]): FirstScreen => {
  const of = (name: keyof FirstScreen) => median(all.map((one) => one[name]));
  return { paint: of('paint'), useful: of('useful'), work: of('work'), requests: of('requests'), octets: of('octets') };
};

/** One line of the two. */
export function tellFirstScreen({ empty, full }: { readonly empty: FirstScreen; readonly full: FirstScreen }): string {
  const one = ({ paint, useful, work, requests, octets }: FirstScreen) =>
    `useful after ${useful.toFixed(0)} ms (bar 1000 ms), first paint ${paint.toFixed(0)} ms, processor time of the page ${work.toFixed(0)} ms, ${requests} requests, ${octets} octets`;
  return `first screen (overview), medians\n  empty cache: ${one(empty)}\n  full cache:  ${one(full)}`;
}
