import type { CDPSession, Page } from 'playwright-core';
import type { ConsolePeople } from '../support/console-people.ts';
import { makeAccount, tabTo } from '../support/console-steps.ts';
import { waitFor } from '../support/wait-for.ts';

/** What an attacker would like to become markup, a script, or a broken page. */
export const NAUGHTY = [
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  "javascript:alert('1')",
  '{{constructor}}',
  '\u202Eтест 测试',
  'zero\u200B\u200Dwidth\uFEFF',
  '👩‍👩‍👧‍👦🚂',
  `${'很长'.repeat(60)}${'W'.repeat(120)}`,
];
const QUERY = 'input[aria-describedby=query-faults]';
/** Every screen with a list, and pages of one thing, as their addresses; the operator's, then the administrator's. */
const LISTS = [
  'overview',
  'messages',
  'incidents',
  'dead-letters',
  'replays',
  'quarantine',
  'declarations?number=020120260000000001',
  'partners',
  'partners/NSW',
  'keys',
  'mappings',
  'mappings?id=cn-manifest/MT1101',
  'mapping-versions',
  'settings/alerts',
  'settings/codelists',
];
const ADMINISTRATION = [
  'settings/accounts',
  'settings/roles',
  'settings/retention',
  'settings/diagnostics',
  'settings/audit',
  'reconciliations',
];

/** A key of a Russian keyboard: its place is the one of the Latin letter, what it types is not. */
async function russian(keys: CDPSession, code: string, key: string): Promise<void> {
  await keys.send('Input.dispatchKeyEvent', { type: 'keyDown', code, key, text: key });
  await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', code, key });
}

const rows = (page: Page) => page.locator('main tbody tr[data-row-key]');
/** The screen is there and no veil lies over a list of it. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await waitFor(() => page.evaluate<boolean>('!document.querySelector("main [aria-busy=true]")'));
}

/** A text that is missing shows its key. */
const KEYS =
  /\b(?:nav|shell|message|direction|state|link|debt|letter|alert|incident|replays|figure|tile|overview|mapping|mappingVersion|partner|quarantine|declaration|reconciliation|retention|evidence|keys?)\.[a-z]\w+/;
/** Every word is there, in this language, and nothing is wider than the window. */
async function readable(page: Page, language: string): Promise<void> {
  expect(await page.getAttribute('html', 'lang')).toBe(language);
  expect(await page.innerText('#root')).not.toMatch(KEYS);
  expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0);
}

/** What people do every day, and what they should never come to see. They go on where the stories before them ended. */
export function everydayStories(people: () => ConsolePeople): void {
  it('takes Enter for what it is: a word chosen while Chinese is composed, a query after that', async () => {
    const page = await people().asOperator('zh-CN', 'messages');
    const keys = await page.context().newCDPSession(page);
    for (const box of [page.locator(QUERY), page.getByRole('searchbox')]) {
      const before = page.url();
      await box.focus();
      await keys.send('Input.imeSetComposition', { text: '舱单', selectionStart: 2, selectionEnd: 2 });
      await page.keyboard.press('Enter');
      expect(page.url()).toBe(before);
      await keys.send('Input.insertText', { text: '舱单' });
      expect(await box.inputValue()).toBe('舱单');
      await page.keyboard.press('Enter');
      await page.waitForURL(`**${encodeURIComponent('舱单')}**`);
    }
  }, 60_000);

  it('goes by the places of keys on a Russian keyboard, too', async () => {
    const page = await people().asOperator('ru', 'overview');
    const keys = await page.context().newCDPSession(page);
    await page.locator('#content').focus();
    await russian(keys, 'KeyG', 'п');
    await russian(keys, 'KeyM', 'ь');
    await page.waitForURL('**/messages');
    await rows(page).first().waitFor();
    await russian(keys, 'KeyJ', 'о');
    await page.waitForSelector('main tbody tr[data-row-key] a:focus');
  }, 60_000);

  it('shows a message as it comes in, lets the list stand still, and keeps a query by a name', async () => {
    const page = await people().asOperator('en', `messages?q=${encodeURIComponent('state:refused direction:in')}`);
    await rows(page).first().waitFor();
    await tabTo(page, 'main button[role=switch]');
    const live = page.waitForRequest('**/api/messages/tail?**');
    await page.keyboard.press('Space');
    await live;
    const first = await people().world.sendMistakes();
    await page.locator(`tr[data-row-key*="${first}"]`).waitFor();
    await page.getByRole('button', { name: 'Pause' }).press('Enter');
    const second = await people().world.sendMistakes();
    await page.getByRole('button', { name: /^Go on \([1-9]\d* new\)$/ }).waitFor();
    expect(await page.locator(`tr[data-row-key*="${second}"]`).count()).toBe(0);
    await page.getByRole('button', { name: /^Go on/ }).press('Enter');
    await page.locator(`tr[data-row-key*="${second}"]`).waitFor();

    const name = `${NAUGHTY[0]} 我的`;
    await page.getByRole('button', { name: 'Save view' }).press('Enter');
    await page.getByRole('dialog').getByLabel('Name').fill(name);
    await people().accessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await people().follow(page, 'messages');
    await page.getByRole('combobox', { name: 'Views' }).press('ArrowDown');
    await page.locator('.ant-select-item-option', { hasText: name }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.locator('.ant-select-item-option-active', { hasText: name }).waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/messages?q=state%3Arefused**');
  }, 90_000);

  it('has a dead letter looked at and discarded by two persons', async () => {
    const { world, approver } = people();
    await world.keepLetter(NAUGHTY[1]!);
    const page = await people().asOperator('zh-CN', 'dead-letters');
    await rows(page).getByRole('button').first().press('Enter');
    const letter = page.getByRole('dialog').first();
    await letter.getByText('gw.nsw.in.dead').waitFor();
    await people().accessible(page);
    await letter.getByRole('button', { name: '丢弃（需第二人）' }).press('Enter');
    await page.locator('#letter_reason').fill('不是我们的报文 <b>');
    await page.locator('#letter_reason').press('Enter');
    await page.locator('#letter_reason').waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    await world.open(approver, 'dead-letters', 'zh-CN');
    await approver.getByRole('button', { name: /^批准/ }).press('Enter');
    await approver.locator('[role=dialog] #reason').fill('核对无误');
    await people().accessible(approver);
    await approver.locator('[role=dialog] #reason').press('Enter');
    await approver.getByRole('dialog').waitFor({ state: 'detached' });
    await approver.locator('main .ant-tag', { hasText: '已完成' }).first().waitFor();
  }, 90_000);

  it('keeps alerts of one rule quiet for a while, for a reason', async () => {
    const page = await people().asOperator('en', 'settings/alerts');
    await rows(page).first().waitFor();
    await page.locator('main').getByRole('button', { name: 'Silence alerts' }).press('Enter');
    await page.locator('[role=dialog] #reason').fill(NAUGHTY[2]!);
    await people().accessible(page);
    await page.locator('[role=dialog] #reason').press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText(NAUGHTY[2]!).waitFor();
  }, 60_000);

  it('puts a version of a mapping in place by two persons, who see how it fares first, and takes one step back', async () => {
    const { world, administrator, approver } = people();
    const page = await world.page('en');
    await people().steps(page, 'Гүлнар', await makeAccount(administrator, 'Гүлнар', 'onboarding-officer'));
    await people().follow(page, 'mapping-versions');
    await page.locator('main').getByRole('button', { name: 'New version' }).press('Enter');
    const editor = page.getByRole('dialog');
    const text = 'mapping: lsw/MT1101\nextends: cn-manifest/MT1101\nversion: 0.1.0\nsource: 样本\ndocument: { Manifest: {} }\n';
    await editor.locator('#version_text').fill(text.replace('Manifest: {}', 'Manifest: { Nowhere: 1 }'));
    await editor.locator('#version_links').fill('lsw');
    await editor.locator('#version_links').press('Enter');
    await editor.locator('#version_reason').fill('диалект');
    await people().accessible(page);
    await editor.locator('#version_reason').press('Enter');
    await editor.getByText('A child is a map.').waitFor();
    await editor.locator('#version_text').fill(text);
    await editor.locator('#version_reason').press('Enter');
    await page.waitForURL('**/mapping-versions?id=**');
    await page.getByRole('tabpanel').getByText('fixtures').waitFor();
    await people().accessible(page);
    await people().act(page, 'Ask the second person', 'all the same');

    await people().follow(approver, new URL(page.url()).pathname.replace('/console/', '') + new URL(page.url()).search);
    await people().act(approver, '投入使用', '核对无误');
    await approver.locator('main .ant-tag', { hasText: '生效' }).waitFor();
    await people().accessible(approver);
    await people().act(page, 'Roll back', 'Хоргос просит подождать');
    await page.locator('main .ant-tag', { hasText: 'rolled back' }).waitFor();
    await page.context().close();
  }, 90_000);

  it('shows words that would like to be markup as words, on every list, in the dark', async () => {
    const { world, administrator, operator } = people();
    let dialogs = 0;
    for (const page of [administrator, operator])
      page.on('dialog', (dialog) => {
        dialogs += 1;
        void dialog.dismiss();
      });
    for (const reason of NAUGHTY)
      await people().ask(administrator, 'POST', '/api/accounts', {
        name: `s${NAUGHTY.indexOf(reason)}`,
        kind: 'service',
        roles: [],
        partners: 'all',
        reason,
      });
    const page = await people().asOperator('ru', 'messages', true);
    for (const words of NAUGHTY) {
      await people().follow(page, `search?q=${encodeURIComponent(words)}`);
      await page.locator('h1', { hasText: words.trim() }).waitFor();
      await people().follow(page, `messages?q=${encodeURIComponent(words)}`);
      await page.waitForSelector(QUERY);
      expect(await page.inputValue(QUERY)).toBe(words);
    }
    await world.open(administrator, ADMINISTRATION[0]!, 'ru', true);
    for (const [who, lists] of [
      [page, [...LISTS, `messages/${world.ids.refused}`, `messages/${world.ids.sound}`]],
      [administrator, ADMINISTRATION],
    ] as const)
      for (const list of lists) {
        await people().follow(who, list);
        await settled(who);
        await people().accessible(who);
        await readable(who, 'ru');
        expect(await who.locator('main :is(img, script, iframe)').count()).toBe(0);
      }
    expect(dialogs).toBe(0);
  }, 120_000);

  it.each(['zh-CN', 'en', 'kk'])(
    'has every word of its main screens in %s',
    async (language) => {
      const page = await people().asOperator(language, LISTS[0]!);
      for (const list of LISTS.slice(0, 5)) {
        await people().follow(page, list);
        await settled(page);
        await readable(page, language);
      }
    },
    60_000,
  );

  it('asks whoever lost a role to sign in again, and shows no more than the rest of their roles', async () => {
    const { approver, administrator } = people();
    const { accounts } = await administrator.evaluate<{ accounts: { id: string; name: string }[] }>(
      `fetch('/api/accounts').then((answer) => answer.json())`,
    );
    const { id } = accounts.find(({ name }) => name.startsWith('复核员'))!;
    await people().follow(approver, 'replays');
    await people().ask(administrator, 'PATCH', `/api/accounts/${id}`, { roles: ['viewer'], reason: 'other work' });
    await people().follow(approver, 'incidents');
    await approver.locator('form input[autocomplete=username]').waitFor();
    await approver.getByRole('alert').waitFor();
    await people().accessible(approver);
    expect(await approver.locator('nav').count()).toBe(0);
  }, 60_000);
}
