/** A page of a fresh browser context that notes everything a page of ours must never do. */
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core';

export interface WatchedPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What went wrong so far: console errors, exceptions, refused policies, requests to another origin. */
  readonly problems: string[];
}

export type Theme = 'light' | 'dark';

export interface PageOptions {
  readonly width?: number;
  readonly theme?: Theme;
  /** Value of the session cookie, as `member-client.ts` got it. */
  readonly cookie?: string;
  /** Further origins the page may go to. */
  readonly elsewhere?: readonly string[];
}

export async function openWatchedPage(browser: Browser, origin: string, options: PageOptions = {}): Promise<WatchedPage> {
  const { width = 1280, theme = 'light', cookie, elsewhere = [] } = options;
  const settings: BrowserContextOptions = {
    baseURL: origin,
    viewport: { width, height: width < 600 ? 740 : 900 },
    colorScheme: theme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  };
  const context = await browser.newContext(settings);
  const problems: string[] = [];
  if (cookie !== undefined) await context.addCookies([parseCookie(cookie, origin)]);
  await context.route(
    (url) => ![origin, ...elsewhere].includes(url.origin) && !['data:', 'blob:', 'about:'].includes(url.protocol),
    async (route) => {
      problems.push(`request to another origin: ${route.request().url()}`);
      await route.abort();
    },
  );
  context.on('console', (message) => {
    if (isProblem(message, origin)) problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('weberror', (error) => problems.push(`exception: ${error.error().message}`));
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return { page, context, problems };
}

/** A refusal of our API is an answer like any other, which the browser also writes to the console. */
function isProblem(message: ConsoleMessage, origin: string): boolean {
  if (message.type() !== 'error' && message.type() !== 'warning') return false;
  const refused = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
  return !(refused && message.location().url.startsWith(`${origin}/account/v1/`));
}

function parseCookie(cookie: string, url: string): { name: string; value: string; url: string; httpOnly: boolean; sameSite: 'Lax' } {
  const cut = cookie.indexOf('=');
  return { name: cookie.slice(0, cut), value: cookie.slice(cut + 1), url, httpOnly: true, sameSite: 'Lax' };
}
