/** Pictures of every screen for the documentation, out of a day that the demo plays. Run by scripts/screenshots.mjs. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { newMessageId } from '#trust';
import { trainLeaves } from '../../apps/cli/src/demo/acts/rail.ts';
import { fiveMistakes, forgery, sameTwice } from '../../apps/cli/src/demo/acts/refusals.ts';
import { seaManifest } from '../../apps/cli/src/demo/acts/sea.ts';
import { containerNumber } from '../../apps/cli/src/demo/data/numbers.ts';
import { Programme } from '../../apps/cli/src/demo/programme.ts';
import { Terminal } from '../../apps/cli/src/terminal/terminal.ts';
import { firstSteps, makeAccount } from './console-steps.ts';
import { accessibilityFaults, ConsoleWorld, type SignedIn } from './console-world.ts';
import { firstScreen, tellFirstScreen } from './first-screen.ts';

export interface ScreenshotOptions {
  readonly folder: string;
  readonly languages: readonly string[];
  readonly dark: boolean;
  /** Only screens whose name holds one of these. */
  readonly only: readonly string[];
  /** Also say what axe finds on each. */
  readonly axe: boolean;
  readonly tell: (text: string) => void;
}

interface People {
  readonly administrator: SignedIn;
  readonly operator: SignedIn;
  readonly approver: SignedIn;
}

interface Shot {
  readonly name: string;
  readonly who: keyof People | undefined;
  readonly path: (world: ConsoleWorld) => string;
  /** Brings the screen to what is to be seen. */
  readonly then?: (page: Page) => Promise<void>;
}

const tab = (index: number) => async (page: Page) => {
  await page.locator('main [role=tab]').nth(index).click();
  await page.locator('main [role=tabpanel]:not([aria-hidden=true]) :is(table, .ant-empty, li)').first().waitFor();
};
const refused = ({ ids }: ConsoleWorld) => `messages/${ids.refused}`;
const table = async (page: Page) => void (await page.locator('main tbody tr[data-row-key]').first().waitFor());

const SHOTS: readonly Shot[] = [
  { name: 'sign-in', who: undefined, path: () => '', then: async (page) => void (await page.locator('form').waitFor()) },
  {
    name: 'overview',
    who: 'operator',
    path: () => 'overview',
    then: async (page) => void (await page.locator('main .ant-statistic').first().waitFor()),
  },
  { name: 'messages', who: 'operator', path: () => 'messages', then: table },
  { name: 'message-findings', who: 'operator', path: refused, then: tab(1) },
  { name: 'message-content', who: 'operator', path: refused, then: tab(2) },
  {
    name: 'message-differences',
    who: 'approver',
    path: ({ ids }) => `messages/${ids.sound}`,
    then: async (page) => {
      await page.locator('main [role=tab]').nth(3).click();
      await page.locator('main .ant-table').first().waitFor();
      await page.locator('.cm-mergeView').waitFor();
    },
  },
  { name: 'message-evidence', who: 'approver', path: ({ ids }) => `messages/${ids.sound}`, then: tab(5) },
  { name: 'shipment', who: 'operator', path: () => `search?q=${containerNumber('LYGU', 700_000)}`, then: table },
  { name: 'incidents', who: 'operator', path: () => 'incidents', then: table },
  {
    name: 'incident',
    who: 'operator',
    path: () => 'incidents',
    then: async (page) => {
      await page.locator('main tbody a').first().click();
      await page.waitForURL('**/incidents/*');
      await page.locator('main h1.mono').waitFor();
    },
  },
  {
    name: 'replay-verdict',
    who: 'operator',
    path: ({ ids }) => `messages/${ids.sound}`,
    then: async (page) => {
      await page.locator('main .ant-card-extra button').first().click();
      await page.locator('[role=dialog] .ant-tag').first().waitFor();
    },
  },
  {
    name: 'replay-plan',
    who: 'approver',
    path: () => 'replays',
    then: async (page) => {
      await page.locator('main tbody tr[data-row-key] a').first().click();
      await page.waitForURL('**/replays/*');
      await table(page);
    },
  },
  { name: 'dead-letters', who: 'operator', path: () => 'dead-letters', then: table },
  { name: 'quarantine', who: 'operator', path: () => 'quarantine', then: table },
  { name: 'settings-alerts', who: 'operator', path: () => 'settings/alerts', then: table },
  { name: 'partners', who: 'operator', path: () => 'partners', then: table },
  { name: 'keys', who: 'operator', path: () => 'keys', then: table },
  { name: 'mappings', who: 'operator', path: () => 'mappings', then: table },
  { name: 'partner', who: 'operator', path: () => 'partners/KEG', then: tab(3) },
  { name: 'mapping', who: 'operator', path: () => 'mappings?id=cn-manifest/MT1101', then: table },
  { name: 'settings-codelists', who: 'operator', path: () => 'settings/codelists', then: table },
  { name: 'settings-diagnostics', who: 'administrator', path: () => 'settings/diagnostics', then: table },
  { name: 'settings-accounts', who: 'administrator', path: () => 'settings/accounts', then: table },
];

/** Plays the day, makes the pictures and says how long the first screen takes. */
export async function makeScreenshots(options: ScreenshotOptions): Promise<void> {
  const world = await ConsoleWorld.open(['LSW', 'NSW', 'HRG', 'KEG']);
  try {
    await playDay(world);
    await world.keepLetter('MT1101');
    const people = await gather(world);
    await planReplay(world, people.operator);
    await mkdir(options.folder, { recursive: true });
    const shots = SHOTS.filter(({ name }) => options.only.some((part) => name.includes(part)));
    for (const language of options.languages) await take(world, people, shots, language, options);
    options.tell(tellFirstScreen(await firstScreen(world, people.operator)));
  } finally {
    await world.close();
  }
}

/** One browser for each person and language: what a page loaded once it need not load again. */
async function take(
  world: ConsoleWorld,
  people: People,
  shots: readonly Shot[],
  language: string,
  { folder, dark, axe, tell }: ScreenshotOptions,
): Promise<void> {
  const pages = new Map<Shot['who'], Page>();
  for (const { name, who, path, then } of shots) {
    const page = pages.get(who) ?? (await world.page(language, { dark, width: 1280, height: 800, ...(who && { as: people[who] }) }));
    pages.set(who, page);
    try {
      await page.goto(world.url + path(world));
      await then?.(page);
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: join(folder, `${name}.${language}${dark ? '.dark' : ''}.png`), animations: 'disabled' });
      if (axe) for (const fault of await accessibilityFaults(page)) tell(`${name} ${language}: ${fault}`);
    } catch (error) {
      tell(`${name} ${language}: ${(error as Error).message}`);
      process.exitCode = 1;
    }
    for (const complaint of world.complaints.splice(0)) tell(`${name} ${language}: ${complaint}`);
  }
  await Promise.all([...pages.values()].map((page) => page.context().close()));
}

/** The demo's day up to where Khorgos is cut off: something waits, something was refused, something was forged. */
async function playDay({ stage }: ConsoleWorld): Promise<void> {
  const now = new Date();
  const inputs = join(stage.options.folder, 'inputs');
  await mkdir(inputs, { recursive: true });
  const day = {
    stage,
    programme: new Programme(Terminal.standard(), true),
    now,
    input: async (name: string, bytes: Buffer) => {
      const path = join(inputs, name);
      await writeFile(path, bytes);
      return path;
    },
    ids: { sea: newMessageId(now), train: newMessageId(now), mistakes: newMessageId(now), forged: newMessageId(now) },
  };
  for (const act of [seaManifest, fiveMistakes, forgery, sameTwice, trainLeaves]) await act(day);
}

async function gather(world: ConsoleWorld): Promise<People> {
  const administrator = await world.page('en');
  const nothing = async () => undefined;
  await firstSteps(administrator, world.url, await world.firstAdministrator(), nothing);
  const settle = async (name: string, role: string): Promise<SignedIn> => {
    const page = await world.page('en');
    await firstSteps(page, world.url, { name, secret: await makeAccount(administrator, name, role) }, nothing);
    return page.context().storageState();
  };
  return {
    operator: await settle('操作员 Айгүл', 'operator'),
    approver: await settle('复核员 Әлия', 'approver'),
    administrator: await administrator.context().storageState(),
  };
}

/** One that waits for a second person. */
async function planReplay(world: ConsoleWorld, as: SignedIn): Promise<void> {
  const page = await world.page('en', { as });
  await page.goto(`${world.url}messages/${world.ids.parked}`);
  await page.locator('main .ant-card-extra button').click();
  const dialog = page.getByRole('dialog').filter({ hasText: 'Plan to send' });
  await dialog.locator('.ant-tag').first().waitFor();
  await dialog.getByLabel('Reason').fill('the route is there now');
  await dialog.getByLabel('Reason').press('Enter');
  await page.waitForURL('**/replays/*');
  await page.context().close();
}
