import type { ConsoleWorld, SignedIn } from './console-world.ts';

export interface FirstScreen {
  /** Milliseconds from the navigation to the first paint of anything, and to the first thing of use on the screen. */
  readonly paint: number;
  readonly useful: number;
  /** Milliseconds of processor time of the page's main thread until then: what a busy machine does not change. */
  readonly work: number;
}

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
      into.push({ useful, paint: await page.evaluate<number>(PAINT), work: (await worked()) - before });
    }
    await page.context().close();
  }
  return { empty: medianOf(empty), full: medianOf(full) };
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
const medianOf = (all: readonly FirstScreen[]): FirstScreen => ({
  paint: median(all.map(({ paint }) => paint)),
  useful: median(all.map(({ useful }) => useful)),
  work: median(all.map(({ work }) => work)),
});
