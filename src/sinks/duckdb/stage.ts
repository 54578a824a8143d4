import { DuckDBDataChunk, UINTEGER } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { run } from './sql.ts';
import type { StagedColumn } from '../sink.ts';
import { columnTypes, sqlType } from './types.ts';
import { checkColumn, createColumnWriter, rowsPerChunk } from './stage-column.ts';

/** What may wait in the appender, in memory beside the table's. A quarter of it costs narrow tables a tenth of their speed. */
const cellsPerFlush = 2 ** 22;

/** Rows on their way into a temporary table. */
export interface RowsToStage {
  readonly rows: number;
  /** Row of the root each row belongs to; by default the row's own number. */
  readonly rootRow?: Uint32Array | undefined;
  readonly columns: readonly StagedColumn[];
}

/**
 * Creates the temporary table `name` (columns `r` for the root row, then `c0`, `c1`, … by position) and fills it.
 * It is private to the connection and goes with it. `name` is ours, never a client's.
 */
export async function stageRows(connection: DuckDBConnection, name: string, { rows, rootRow, columns }: RowsToStage): Promise<void> {
  for (const column of columns) checkColumn(column, rows);
  const definitions = ['r UINTEGER', ...columns.map((column, index) => `c${index} ${sqlType(column.type)}`)];
  await run(connection, `CREATE TEMP TABLE ${name} (${definitions.join(', ')})`);
  const chunk = DuckDBDataChunk.create([UINTEGER, ...columns.map((column) => columnTypes[column.type])], rowsPerChunk);
  const writers = columns.map((column) => createColumnWriter(column));
  const numbers = new Uint32Array(rowsPerChunk);
  const chunksPerFlush = Math.max(1, Math.floor(cellsPerFlush / (rowsPerChunk * columns.length)));
  const appender = await connection.createAppender(name, 'main', 'temp');
  try {
    for (let first = 0; first < rows; first += rowsPerChunk) {
      const count = Math.min(rowsPerChunk, rows - first);
      chunk.reset();
      chunk.rowCount = count;
      for (let index = 0; index < count; index += 1) numbers[index] = rootRow?.[first + index] ?? first + index;
      duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(chunk.chunk, 0), 0, numbers.buffer, 0, 4 * count);
      for (const [index, write] of writers.entries()) write(duckdb.data_chunk_get_vector(chunk.chunk, index + 1), first, count);
      appender.appendDataChunk(chunk);
      if ((first / rowsPerChunk) % chunksPerFlush === chunksPerFlush - 1) appender.flushSync();
    }
    appender.flushSync();
  } catch (error) {
    // Closing would flush again and throw over the cause.
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}
