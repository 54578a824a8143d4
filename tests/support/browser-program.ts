/** The Chromium the tests drive: unpacked once into `.cache`, or the program that `THIMBLE_TEST_BROWSER` names. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';
import packed from '@sparticuz/chromium';

const root = new URL('../../', import.meta.url).pathname;

/** Path of the program. Not for two processes at once. */
export async function unpackBrowser(): Promise<string> {
  const own = process.env['THIMBLE_TEST_BROWSER'];
  if (own !== undefined && own !== '') return own;
  const { version } = JSON.parse(readFileSync(`${root}node_modules/@sparticuz/chromium/package.json`, 'utf8')) as { version: string };
  const folder = `${root}.cache/chromium-${version}`;
  const isComplete = `${folder}/complete`;
  if (!existsSync(isComplete)) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The package unpacks into the directory for temporary files, where others could put a program before us.
  const { TMPDIR: usual } = process.env;
  process.env['TMPDIR'] = folder;
  try {
    const program = await packed.executablePath();
    writeFileSync(isComplete, '');
    return program;
  } finally {
    if (usual === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = usual;
  }
}

/** Starts it with the switches of an ordinary browser; those the package recommends turn off what is tested here. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
