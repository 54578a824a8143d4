import { once } from 'node:events';
import type { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { CopyStreamQuery } from 'pg-copy-streams';
import type { StagedColumn } from '../sink.ts';
import { encodeRows } from './encode-rows.ts';

/** Sends rows into a table by binary COPY; `target` is SQL text, table and columns. No more is encoded than the socket takes. */
export async function copyRows(client: Client, target: string, columns: readonly StagedColumn[], rows: number): Promise<void> {
  const stream = client.query(copyFrom(`COPY ${target} FROM STDIN (FORMAT binary)`));
  // Whoever waits below gets the error; one that comes while nobody does must not end the process.
  let failure: unknown;
  stream.on('error', (error) => (failure = error));
  const pieces = encodeRows(columns, rows);
  for (let piece = await nextPiece(pieces, stream); piece !== undefined; piece = await nextPiece(pieces, stream)) {
    if (failure !== undefined) throw failure;
    if (!stream.write(piece)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
}

/** The next piece; when it cannot be made the COPY is called off, so that the connection stays in step. */
async function nextPiece(pieces: Generator<Buffer, void>, stream: CopyStreamQuery): Promise<Buffer | undefined> {
  try {
    return pieces.next().value ?? undefined;
  } catch (error) {
    stream.destroy();
    await once(stream, 'close').catch(() => undefined);
    throw error;
  }
}
