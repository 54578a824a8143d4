/** Entry of the copying process: `node copy-process FROM TO`. Writes TO.partial, syncs it, and gives it its name unless that exists. */
import { constants } from 'node:fs';
import { copyFile, link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

const [from = '', to = ''] = process.argv.slice(2);
const partial = `${to}.partial`;

try {
  await rm(partial, { force: true });
  await copyFile(from, partial, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
  await sync(partial);
  // Unlike a rename, a link never replaces a file that appeared meanwhile.
  await link(partial, to);
  await rm(partial);
  await sync(dirname(to));
} catch (error) {
  await rm(partial, { force: true }).catch(() => undefined);
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
