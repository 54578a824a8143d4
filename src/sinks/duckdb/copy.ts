import type { DuckDBConnection } from '@duckdb/node-api';
import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { siblingModule } from '../../lib/sibling-module.ts';
import { CopyFailedError, TransientError } from '../errors.ts';
import { run } from './sql.ts';

/**
 * Copies the warehouse to `target`, an absolute path that must not exist. The caller keeps loads away; after CHECKPOINT the file alone is
 * the whole database and nobody writes it, so queries may go on. Loads pause for as long as the file takes to copy (a clone where the file
 * system can). Throws CopyFailedError, or TransientError when the log could not be emptied.
 */
export async function copyWarehouse(connection: DuckDBConnection, file: string, target: string): Promise<{ bytes: number }> {
  if (!isAbsolute(target)) throw new CopyFailedError('The path of the copy must be absolute.');
  if (await stat(target).catch(() => undefined)) throw new CopyFailedError('The file exists already.');
  await run(connection, 'CHECKPOINT');
  const log = await stat(`${file}.wal`).catch(() => undefined);
  if (log !== undefined && log.size > 0) throw new TransientError('The log of the warehouse could not be emptied; try again.');
  await copyInChildProcess(file, target);
  return { bytes: (await stat(target)).size };
}

/** In a process of its own: opening and closing the file here would drop DuckDB's lock on it. */
async function copyInChildProcess(file: string, target: string): Promise<void> {
  const script = fileURLToPath(siblingModule('copy-process', import.meta.url));
  const child = spawn(process.execPath, [script, file, target], { stdio: ['ignore', 'ignore', 'pipe'], env: {} });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new CopyFailedError(`The copy could not be written: ${complaint.trim() || `the copying process ended with ${code}`}`);
}
