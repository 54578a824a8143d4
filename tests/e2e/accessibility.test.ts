/** What must hold on every page: no violation axe finds, in both themes, and nothing wider than the screen. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useBrowser } from '../support/browser.ts';
import { startSeededInstallation, type SeededInstallation } from '../support/seeded-installation.ts';
import { pages, showPage, themes, widths, type AppPage } from './pages.ts';

const browser = useBrowser();
let seed: SeededInstallation;
beforeAll(async () => {
  seed = await startSeededInstallation();
});
afterAll(() => seed.stop());

async function openPage(
  entry: AppPage,
  theme: (typeof themes)[number],
  width: number,
): Promise<Awaited<ReturnType<typeof browser.open>>['page']> {
  const { url } = entry.isEmpty === true ? seed.empty : seed.server;
  const { page } = await browser.open(url, { theme, width, ...(entry.isEntrance === true ? {} : { cookie: String(seed.client.cookie) }) });
  await showPage(page, entry, seed);
  return page;
}

describe.each(themes)('in the %s theme', (theme) => {
  it.each(pages)('$name can be used by everybody', async (entry) => {
    const page = await openPage(entry, theme, 1280);
    const { violations } = await new AxeBuilder({ page }).analyze();
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
    );
    expect(found).toEqual([]);
  });
});

describe.each(widths)('on a screen of %i pixels', (width) => {
  it.each(pages)('$name does not scroll sideways', async (entry) => {
    const page = await openPage(entry, 'light', width);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  });
});
