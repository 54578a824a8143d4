/** The app without a mouse. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { keyMenu, keyRow } from '../support/key-rows.ts';
import { seededAt, startSeededInstallation, type SeededInstallation } from '../support/seeded-installation.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';
import { paths } from '../../web/paths.ts';
import { pages, serverOf, showPage } from './pages.ts';

const browser = useBrowser();
let server: WebServer;
let seed: SeededInstallation;
beforeAll(async () => {
  seed = await startSeededInstallation();
  server = await startWebServer();
});
afterAll(async () => {
  await server.stop();
  await seed.stop();
});

/** How every control and what is around it look while nothing has the focus. */
const noteRest = `
  globalThis.look = (element) => [element, element.parentElement, element.nextElementSibling]
    .filter((part) => part !== null)
    .map((part) => { const { outlineStyle, outlineWidth, borderColor, boxShadow } = getComputedStyle(part); return [outlineStyle, outlineWidth, borderColor, boxShadow]; })
    .join();
  document.activeElement?.blur();
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')) element.rest = look(element);
`;

/** A number for what has the focus, and whether one sees that it has, at the latest a second later: transitions take their time. */
async function focused(page: Page): Promise<{ id: string; isVisible: boolean }> {
  return page.evaluate(`new Promise((done) => {
    const element = document.activeElement;
    if (element === null || element === document.body) return done({ id: '', isVisible: true });
    element.dataset.visited ??= String(document.querySelectorAll('[data-visited]').length + 1);
    const until = performance.now() + 1000;
    const judge = () => {
      const isVisible = look(element) !== element.rest;
      if (isVisible || performance.now() > until) done({ id: element.dataset.visited, isVisible });
      else requestAnimationFrame(judge);
    };
    requestAnimationFrame(judge);
  })`);
}

/** Controls one can see and use that Tab did not come by. */
const missed = `[...document.querySelectorAll('a[href], button, input, select, textarea')]
  .filter((element) => element.dataset.visited === undefined && !element.disabled && element.tabIndex >= 0 && element.checkVisibility() && element.closest('[inert], [aria-hidden=true]') === null)
  .filter((element) => element.type !== 'radio' || element.checked)
  .map((element) => element.outerHTML.slice(0, 200))`;

const hasFocus = async (page: Page, control: Locator): Promise<boolean> => (await control.and(page.locator(':focus')).count()) > 0;

/** Tabs until something is focused that `matches`; throws when there is none. */
async function tabTo(page: Page, selector: Locator): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await hasFocus(page, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${String(selector)}.`);
}

describe('with the keyboard alone', () => {
  it.each(pages.filter(({ prepare }) => prepare === undefined))(
    'every control of $name is reached, and one sees where one is',
    async (entry) => {
      const { url } = serverOf(entry, seed);
      const { page } = await browser.open(url, entry.isEntrance === true ? {} : { cookie: String(seed.client.cookie) });
      await page.clock.setFixedTime(seededAt);
      await showPage(page, entry, seed);
      await page.evaluate(noteRest);
      const unseen: string[] = [];
      const visited = new Set<string>();
      for (let presses = 0; presses < 150; presses += 1) {
        await page.keyboard.press('Tab');
        const { id, isVisible } = await focused(page);
        // Between the last control and the first the browser's own come.
        if (id === '') continue;
        if (visited.has(id)) break;
        visited.add(id);
        if (!isVisible) unseen.push(String(await page.evaluate('document.activeElement.outerHTML.slice(0, 200)')));
      }
      expect(await page.evaluate(missed)).toEqual([]);
      expect(unseen).toEqual([]);
    },
  );

  it('a member signs in, generates a key, and deletes it', async () => {
    const ann = await server.account();
    const { page } = await browser.open(server.url);
    await page.goto(paths.settings(ann.accountId, 'account'));
    await tabTo(page, page.getByLabel('Email'));
    await page.keyboard.type(ann.email);
    await tabTo(page, page.getByLabel('Password', { exact: true }));
    await page.keyboard.type(ann.password);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'API access keys' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Generate a Key' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Configure Your API Access Key' }).waitFor();
    await tabTo(page, page.getByLabel('Key Description'));
    await page.keyboard.type('typed');
    await page.keyboard.press('Enter');
    const field = page.getByLabel('Your API access key', { exact: true });
    await field.waitFor();
    const last4 = (await field.inputValue()).slice(-4);
    await tabTo(page, page.getByRole('button', { name: /^Copy/ }));
    await page.keyboard.press('Enter');
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(await field.inputValue());
    await tabTo(page, page.getByRole('button', { name: 'Close and Continue' }));
    await page.keyboard.press('Enter');
    await keyRow(page, last4).waitFor();

    const menu = page.getByRole('button', { name: keyMenu(last4) });
    const remove = page.getByRole('menuitem', { name: 'Delete this key' });
    const dialog = page.getByRole('dialog');
    const openQuestion = async (): Promise<void> => {
      await tabTo(page, menu);
      await page.keyboard.press('Enter');
      await remove.waitFor();
      // The menu takes the focus when it has opened; a key pressed before that goes elsewhere.
      await expect
        .poll(async () => {
          if (!(await hasFocus(page, remove))) await page.keyboard.press('ArrowDown');
          return hasFocus(page, remove);
        })
        .toBe(true);
      await page.keyboard.press('Enter');
      await dialog.waitFor();
    };
    await tabTo(page, menu);
    await page.keyboard.press('Enter');
    await remove.waitFor();
    await page.keyboard.press('Escape');
    await remove.waitFor({ state: 'hidden' });
    await expect.poll(() => hasFocus(page, menu)).toBe(true);
    await openQuestion();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await keyRow(page, last4).isVisible()).toBe(true);
    await openQuestion();
    await tabTo(page, dialog.getByRole('button', { name: 'Delete', exact: true }));
    await page.keyboard.press('Enter');
    await keyRow(page, last4).waitFor({ state: 'detached' });
  });

  it('the way to the content skips the head of the page', async () => {
    const { page } = await browser.open(seed.server.url, { cookie: String(seed.client.cookie) });
    await page.goto('/');
    await page.getByRole('heading', { name: 'Integrations' }).waitFor();
    await page.keyboard.press('Tab');
    const skip = page.getByRole('link', { name: 'Skip to the content' });
    expect(await hasFocus(page, skip)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('main') !== null`)).toBe(true);
  });
});
