import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TOTP } from 'otpauth';
import { Client } from 'pg';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { newMessageId } from '#trust';
import { messageWithFiveMistakes } from '../../apps/cli/src/demo/data/mistakes.ts';
import { mftMessage } from '../../apps/cli/src/demo/data/sea-manifest.ts';
import { Stage } from '../../apps/cli/src/demo/stage/stage.ts';
import { launchChromium } from './chromium.ts';
import { waitFor } from './wait-for.ts';

/** The first container of the manifest that is accepted. */
export const BILL = 'LBDEMO0001';
/** Whatever is sent again here needs a second person. */
const SETTINGS = { REPLAY_BULK_LIMIT: '0' };

/** Cookies and storage of somebody who is signed in: whoever opens a page with it need not sign in again. */
export type SignedIn = Awaited<ReturnType<BrowserContext['storageState']>>;

interface PageOptions {
  readonly dark?: boolean;
  readonly as?: SignedIn;
  readonly width?: number;
  readonly height?: number;
}

/** Real processes: database, gateway, two partners; a real browser. Whatever a page complains about is kept in `complaints`. */
export class ConsoleWorld {
  readonly complaints: string[] = [];
  /** Message ids: one translated and delivered, one refused for five mistakes, one that came before there was a route for it. */
  readonly ids = { sound: newMessageId(new Date()), refused: newMessageId(new Date()), parked: newMessageId(new Date()) };

  private constructor(
    readonly folder: string,
    readonly stage: Stage,
    readonly browser: Browser,
  ) {}

  static async open(parties: readonly string[] = ['LSW', 'NSW']): Promise<ConsoleWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'landbridge-console-'));
    const options = { folder: join(folder, 'stage'), transport: 'mailbox', broker: {}, keep: false, settings: SETTINGS } as const;
    const [stage, browser] = await Promise.all([Stage.prepare(options), launchChromium()]);
    const world = new ConsoleWorld(folder, stage, browser);
    try {
      await world.withoutRoutes();
      await Promise.all([stage.gateway.start(), ...parties.map((party) => stage.party(party).start())]);
      await world.exchange();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  private get agreements(): string {
    return join(this.stage.options.folder, 'agreements.json');
  }

  private withoutRoutes(): Promise<void> {
    return writeFile(this.agreements, JSON.stringify({ ...this.stage.agreements, routes: [] }));
  }

  /**
   * The local window announces a ship before there are routes; the gateway gets them; it announces another ship, and one with five
   * mistakes and words that would be markup to a careless page.
   */
  private async exchange(): Promise<void> {
    const now = new Date();
    const { gateway, agreements } = this.stage;
    const local = this.stage.party('LSW');
    const send = (messageId: string, bytes: Buffer) => this.#send(messageId, bytes);
    // A ship of its own.
    const early = { messageId: `2300LYG000001_${now.getTime() + 2}`, bill: 'LBDEMO0002', journey: 'LB2646E', containers: 2, now };
    await send(this.ids.parked, mftMessage(early));
    await local.receipt(this.ids.parked, 'R2', 'valid');
    await gateway.stop();
    await writeFile(this.agreements, JSON.stringify(agreements));
    await gateway.start();
    const sound = mftMessage({ messageId: `2300LYG000001_${now.getTime()}`, bill: BILL, containers: 3, now });
    await send(this.ids.sound, sound);
    await local.receipt(this.ids.sound, 'R2', 'valid');
    const refused = messageWithFiveMistakes({ messageId: `2300LYG000001_${now.getTime() + 1}`, bill: 'LBDEMO0003', now });
    await send(this.ids.refused, refused);
    await Promise.all([local.receipt(this.ids.refused, 'R2', 'refused'), local.receipt(this.ids.sound, 'R3', 'accepted')]);
  }

  async #send(messageId: string, bytes: Buffer): Promise<void> {
    const file = join(this.folder, `${messageId}.xml`);
    await writeFile(file, bytes);
    this.stage.party('LSW').tell({ do: 'send', messageId, file });
  }

  /** One more message with five mistakes from the local window; answers its id. */
  async sendMistakes(): Promise<string> {
    const [messageId, now] = [newMessageId(new Date()), new Date()];
    await this.#send(messageId, messageWithFiveMistakes({ messageId: `2300LYG000001_${now.getTime()}`, bill: 'LBDEMO0004', now }));
    return messageId;
  }

  /** A dead letter as the collector keeps it (here links go without a broker), labelled by whoever published it. */
  async keepLetter(label: string): Promise<void> {
    await this.#rows(
      `INSERT INTO dead_letter (link, way, reason, queue, exchange, routing_key, message_id, type, sha256, died_at, deaths, at, state, frame)
       VALUES ('nsw', 'in', 'delivery_limit', 'gw.nsw.in.dead', $1, $1, $1, $1, 'not one of ours', now(), 4, now(), 'open', $2)`,
      [label, Buffer.from(label)],
    );
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.stage.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A browser of its own for somebody who reads `language`. */
  async page(language: string, { dark = false, as, width = 1400, height = 900 }: PageOptions = {}): Promise<Page> {
    const context = await this.browser.newContext({
      locale: language,
      viewport: { width, height },
      ...(as && { storageState: as }),
      reducedMotion: 'reduce',
      colorScheme: dark ? 'dark' : 'light',
    });
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', ({ message }) => this.complaints.push(message));
    page.on('console', (message) => {
      // A refused request is the page's to explain; the browser also says it here.
      if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource'))
        this.complaints.push(message.text());
    });
    return page;
  }

  /**
   * Opens an address of the console in the browser of somebody who was there before, in the language and colours they choose now. What
   * it loaded once it need not load again: most of what a page costs.
   */
  async open(page: Page, path: string, language: string, dark = false): Promise<void> {
    await page.evaluate(`localStorage.setItem('landbridge.language', '${language}'); localStorage.setItem('landbridge.dark', '${dark}')`);
    await page.goto(this.url + path);
    await page.locator('h1').first().waitFor();
  }

  get url(): string {
    return `${this.stage.gateway.url}/console/`;
  }

  /** Actions of the audit trail, in order. */
  async audit(): Promise<string[]> {
    return (await this.#rows<{ action: string }>('SELECT action FROM audit ORDER BY sequence')).map(({ action }) => action);
  }

  async #rows<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.stage.database.url });
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  async firstAdministrator(): Promise<{ readonly name: string; readonly secret: string }> {
    const [name = '', secret = ''] = (await readFile(join(this.stage.options.folder, 'gateway', 'first-administrator.txt'), 'utf8')).split(
      '\n',
    );
    return { name, secret };
  }
}

/** The code an authenticator would show at this moment. */
export const codeOf = (secret: string): string => new TOTP({ secret }).generate();

const AXE = createRequire(join(process.cwd(), 'package.json')).resolve('axe-core/axe.min.js');
/** Every rule of the level is run; only what is wrong is described at length, which is most of the work. */
const LOOK = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations'], preload: false };

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
  }[];
}

/** What axe-core finds against WCAG 2.2 AA, as text one can read. It comes in over the debugging protocol, past the page's policy. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Colours are looked at when they have come to rest, and no veil lies over what is being read.
  const rest =
    'document.getAnimations().every(({ effect }) => effect.getComputedTiming().iterations === Infinity) && !document.querySelector("[aria-busy=true]")';
  await waitFor(() => page.evaluate<boolean>(rest));
  if (!(await page.evaluate<boolean>('"axe" in globalThis'))) await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate<Found, object>(
    (options) => (globalThis as unknown as { axe: { run: (options: object) => Promise<Found> } }).axe.run(options),
    LOOK,
  );
  const at = new URL(page.url()).pathname;
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${at} ${id}: ${html.slice(0, 300)} ${failureSummary ?? ''}`),
  );
}
