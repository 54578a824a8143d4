/** The harness notices what the other tests rely on it to notice. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { launchBrowser } from '../support/browser-program.ts';
import { openWatchedPage } from '../support/watched-page.ts';

let browser: Browser;
let server: Server;
let origin: string;
let html = '';
beforeAll(async () => {
  browser = await launchBrowser(inject('browserProgram'));
  server = createServer((_request, reply) => {
    reply.setHeader('content-security-policy', `script-src 'self' 'nonce-x'`).setHeader('content-type', 'text/html').end(html);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  server.close();
});

async function problemsOf(content: string): Promise<string[]> {
  html = `<!doctype html><link rel="icon" href="data:,">${content}`;
  const { page, context, problems } = await openWatchedPage(browser, origin);
  await page.goto('/');
  await page.waitForLoadState('networkidle');
  await context.close();
  return problems;
}

describe('a page of a test', () => {
  it('may do nothing special', async () => {
    expect(await problemsOf('<h1>Fine</h1>')).toEqual([]);
  });

  it.each([
    ['asks another origin', '<img src="http://127.0.0.2:9/x.png" alt="">', /^request to another origin: /],
    ['writes an error to the console', '<script nonce="x">console.error("oh")</script>', /^console: oh/],
    ['throws', '<script nonce="x">throw new Error("oh")</script>', /^exception: oh/],
    ['breaks its policy', '<script>1</script>', /Content Security Policy/],
  ])('is noticed when it %s', async (_what, content, problem) => {
    expect((await problemsOf(content)).filter((line) => problem.test(line)).length).toBeGreaterThan(0);
  });
});
