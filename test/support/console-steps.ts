import type { Page } from 'playwright-core';
import { codeOf } from './console-world.ts';

export const PASSWORD = 'жылқы-батарея-скоба-列车';

/** Tab, as somebody without a mouse does, until what is looked for has the focus. */
export async function tabTo(page: Page, selector: string): Promise<void> {
  await page.waitForSelector(selector);
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.locator(`${selector}:focus`).count()) > 0) return;
  }
  throw new Error(`Tab does not reach ${selector}`);
}

/** Name, password and, where there is one, the code, typed into the page that `url` opens. */
export async function signIn(page: Page, url: string, name: string, password: string, code?: string): Promise<void> {
  await page.goto(url);
  await page.waitForSelector('input[autocomplete=username]:focus');
  await page.keyboard.type(name);
  await tabTo(page, 'input[autocomplete=current-password]');
  await page.keyboard.type(password);
  if (code !== undefined) {
    await tabTo(page, 'input[autocomplete=one-time-code]');
    await page.keyboard.type(code);
  }
  await page.keyboard.press('Enter');
}

/**
 * From the one-time secret over a password of one's own and the second factor into the console, by keyboard; answers the recovery
 * codes. `look` is called at each step.
 */
export async function firstSteps(
  page: Page,
  url: string,
  { name, secret }: { readonly name: string; readonly secret: string },
  look: (what: string) => Promise<void>,
): Promise<string[]> {
  await signIn(page, url, name, secret);
  await page.waitForSelector('input[autocomplete=new-password]');
  await page.waitForSelector('input[autocomplete=current-password]:focus');
  await look('password');
  await page.keyboard.type(secret);
  await tabTo(page, 'input[autocomplete=new-password]');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.waitForSelector('button[type=submit]:focus');
  await page.keyboard.press('Enter');
  await page.waitForSelector('input[autocomplete=one-time-code]:focus');
  await look('factor');
  await page.keyboard.type(codeOf((await page.textContent('[data-secret]'))!));
  await page.keyboard.press('Enter');
  const codes = (await page.textContent('pre.mono'))!.split('\n');
  await page.waitForSelector('button:focus');
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav');
  return codes;
}

/** An account for somebody, made by the administrator whose page this is; answers its one-time secret. */
export async function makeAccount(page: Page, name: string, role: string): Promise<string> {
  const made = await page.evaluate<{ oneTimeSecret: string }, readonly [string, string]>(
    async ([wanted, given]) => {
      const { csrfToken } = (await (await fetch('/api/session')).json()) as { csrfToken: string };
      const headers = { 'content-type': 'application/json', 'x-csrf-token': csrfToken };
      const body = JSON.stringify({ name: wanted, roles: [given], partners: 'all', reason: 'first shift' });
      return (await (await fetch('/api/accounts', { method: 'POST', headers, body })).json()) as { oneTimeSecret: string };
    },
    [name, role] as const,
  );
  return made.oneTimeSecret;
}
