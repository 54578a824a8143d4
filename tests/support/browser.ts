/** One browser for the tests of a file; every page has a context of its own and fails its test when it did what it must not. */
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { launchBrowser } from './browser-program.ts';
import { openWatchedPage, type PageOptions, type WatchedPage } from './watched-page.ts';

export interface TestBrowser {
  /** A page of a fresh context, closed when the running test has finished. */
  open(origin: URL, options?: PageOptions): Promise<WatchedPage>;
}

export function useBrowser(): TestBrowser {
  let browser: Browser | undefined;
  const opened: WatchedPage[] = [];
  beforeAll(async () => {
    browser = await launchBrowser(inject('browserProgram'));
  });
  afterEach(async () => {
    const pages = opened.splice(0);
    for (const { context } of pages) await context.close();
    expect(pages.flatMap(({ problems }) => problems)).toEqual([]);
  });
  afterAll(() => browser?.close());
  return {
    async open(origin, options = {}) {
      if (browser === undefined) throw new Error('The browser runs only while tests do.');
      const page = await openWatchedPage(browser, origin.origin, options);
      opened.push(page);
      return page;
    },
  };
}
