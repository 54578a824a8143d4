/** What a browser refuses on our pages: foreign scripts, foreign origins, frames. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { startTestApp, type TestApp } from '../support/test-app.ts';

const browser = useBrowser();
let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
});
afterAll(() => server.stop());

describe('a page of the app', () => {
  it('that does not exist says so, and leads back', async () => {
    const { page } = await browser.open(server.url);
    await page.goto('/guides/../session/nowhere');
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
    expect(await page.getByRole('link', { name: 'Go to the integrations' }).isVisible()).toBe(true);
  });

  it('runs no script that was put into it', async () => {
    const { page, problems } = await browser.open(server.url);
    await page.goto('/session/nowhere');
    await page.getByRole('heading').first().waitFor();
    await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      document.body.insertAdjacentHTML('beforeend', '<img src="/icon.svg?" onload="window.injected = true"><p style="color: red">x</p>');
    });
    await expect.poll(() => problems.filter((problem) => /Content Security Policy/.test(problem)).length).toBeGreaterThanOrEqual(3);
    expect(await page.evaluate(() => 'injected' in window)).toBe(false);
    // These were ours.
    problems.length = 0;
  });
});
