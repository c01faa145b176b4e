import type { Page } from 'playwright-core';
import { accessibilityFaults, type ConsoleWorld } from './console-world.ts';
import { firstSteps } from './console-steps.ts';

/** Everybody of the console's stories, each in one browser, signed in once, and what they do there. */
export class ConsolePeople {
  administrator!: Page;
  operator!: Page;
  approver!: Page;
  /** The operator's, each good for one more sign-in. */
  recovery: string[] = [];

  constructor(readonly world: ConsoleWorld) {}

  /** What axe finds fails the story, as every complaint does. */
  async accessible(page: Page): Promise<void> {
    this.world.complaints.push(...(await accessibilityFaults(page)));
  }

  steps(page: Page, name: string, secret: string): Promise<string[]> {
    return firstSteps(page, this.world.url, { name, secret }, () => this.accessible(page));
  }

  async asOperator(language: string, path: string, dark = false): Promise<Page> {
    await this.world.open(this.operator, path, language, dark);
    return this.operator;
  }

  /** Goes to an address as a link inside the page does. */
  async follow(page: Page, path: string): Promise<void> {
    await page.evaluate(`history.pushState(null, '', ${JSON.stringify(`/console/${path}`)}); dispatchEvent(new PopStateEvent('popstate'))`);
  }

  /** A button of the page, and its reason in the dialog that it opens; by keyboard. */
  async act(page: Page, button: string, reason: string): Promise<void> {
    await page.locator('main').getByRole('button', { name: button }).press('Enter');
    const dialog = page.getByRole('dialog').filter({ hasText: button });
    await dialog.locator('#reason').fill(reason);
    await dialog.locator('#reason').press('Enter');
    await dialog.waitFor({ state: 'detached' });
  }

  /** The search box of every page, by its key. */
  async search(page: Page, text: string): Promise<void> {
    await page.locator('h1').first().waitFor();
    await page.locator('#content').focus();
    await page.keyboard.press('Slash');
    await page.waitForSelector('[role=searchbox]:focus, input[type=search]:focus');
    await page.keyboard.press('Control+a');
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
  }

  /** Asks the gateway as the page of somebody does. */
  ask<Answer>(page: Page, method: string, path: string, body: object): Promise<Answer> {
    return page.evaluate<Answer, readonly [string, string, object]>(
      async ([how, where, what]) => {
        const { csrfToken } = (await (await fetch('/api/session')).json()) as { csrfToken: string };
        const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken };
        const answer = await fetch(where, { method: how, headers, body: JSON.stringify(what) });
        if (!answer.ok) throw new Error(`${how} ${where}: ${answer.status} ${await answer.text()}`);
        return (await answer.json()) as Answer;
      },
      [method, path, body],
    );
  }
}
