/** `npm run screenshots`: every page in both themes and widths into `.cache/screenshots`, and those of the guides into `docs/guides/images`. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { pages, serverOf, showPage, themes, widths, type AppPage } from '../tests/e2e/pages.ts';
import { launchBrowser, unpackBrowser } from '../tests/support/browser-program.ts';
import { seededAt, startSeededInstallation } from '../tests/support/seeded-installation.ts';
import { openWatchedPage, type Theme } from '../tests/support/watched-page.ts';

const root = new URL('..', import.meta.url).pathname;
const folder = `${root}.cache/screenshots`;
const guides = `${root}docs/guides/images`;
rmSync(folder, { recursive: true, force: true });
for (const directory of [folder, guides]) mkdirSync(directory, { recursive: true });

const seed = await startSeededInstallation();
const browser = await launchBrowser(await unpackBrowser());
const failures: string[] = [];

async function takePictures(entry: AppPage, theme: Theme, width: number): Promise<void> {
  const { url } = serverOf(entry, seed);
  const cookie = entry.isEntrance === true ? {} : { cookie: String(seed.client.cookie) };
  const { page, context, problems } = await openWatchedPage(browser, url.origin, { theme, width, ...cookie });
  try {
    await context.clock.setFixedTime(seededAt + 60_000);
    await showPage(page, entry, seed);
    await page.screenshot({ path: `${folder}/${entry.name}-${theme}-${width}.png`, fullPage: true, animations: 'disabled' });
    if (entry.inGuides !== undefined && theme === 'light' && width === 1280) {
      const mask = entry.inGuides.covers?.(page) ?? [];
      await page.screenshot({ path: `${guides}/${entry.name}.png`, mask, maskColor: '#cfd4d6', animations: 'disabled' });
    }
    failures.push(...problems.map((problem) => `${entry.name}: ${problem}`));
  } catch (error) {
    failures.push(`${entry.name} (${theme}, ${width}): ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await context.close();
  }
}

for (const entry of pages) for (const theme of themes) for (const width of widths) await takePictures(entry, theme, width);
await browser.close();
await seed.stop();

const wanted = [
  ...pages.flatMap(({ name }) => themes.flatMap((theme) => widths.map((width) => `${folder}/${name}-${theme}-${width}.png`))),
  ...pages.filter(({ inGuides }) => inGuides !== undefined).map(({ name }) => `${guides}/${name}.png`),
];
for (const file of wanted) if (!existsSync(file)) failures.push(`missing: ${file}`);
process.stdout.write(`${[...failures, `${wanted.length} pictures wanted, ${failures.length} failures`].join('\n')}\n`);
process.exitCode = failures.length === 0 ? 0 : 1;
