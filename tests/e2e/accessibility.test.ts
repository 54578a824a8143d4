/** What must hold on every page: no violation axe finds, in both themes, and nothing wider than the screen. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { findViolations } from '../support/find-violations.ts';
import { startSeededInstallation, type SeededInstallation } from '../support/seeded-installation.ts';
import { pages, serverOf, showPage, themes, widths } from './pages.ts';

const browser = useBrowser();
let seed: SeededInstallation;
beforeAll(async () => {
  seed = await startSeededInstallation();
});
afterAll(() => seed.stop());

describe.each(themes)('in the %s theme', (theme) => {
  it.each(pages)('$name can be used by everybody, on wide screens and narrow ones', async (entry) => {
    const { url } = serverOf(entry, seed);
    const { page } = await browser.open(url, { theme, ...(entry.isEntrance === true ? {} : { cookie: String(seed.client.cookie) }) });
    await showPage(page, entry, seed);
    for (const width of widths.toReversed()) {
      await page.setViewportSize({ width, height: 800 });
      expect(await findViolations(page), `${width} pixels`).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth'), 'scrolls sideways').toBeLessThanOrEqual(width);
    }
  });
});
