import { once } from 'node:events';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { StagedColumn } from '../sink.ts';
import { encodeRows } from './encode-rows.ts';

/** Sends rows into a table by binary COPY; `target` is SQL text, table and columns. No more is encoded than the socket takes. */
export async function copyRows(client: Client, target: string, columns: readonly StagedColumn[], rows: number): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`));
  // Whoever waits below gets the error; one that comes earlier must not end the process.
  let failure: unknown;
  stream.on('error', (error) => (failure = error));
  for (const piece of encodeRows(columns, rows)) {
    if (failure === undefined && !stream.write(piece)) await once(stream, 'drain');
  }
  if (failure !== undefined) throw failure;
  stream.end();
  await once(stream, 'finish');
}
