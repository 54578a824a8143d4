import { DuckDBTableFunction, UINTEGER } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { StagedColumn } from '../sink.ts';
import { run } from './sql.ts';
import type { Parameter } from './sql.ts';
import { createScratch, rowsPerChunk } from './stage-chunk.ts';
import { checkColumn, createColumnWriter } from './stage-column.ts';
import { columnTypes } from './types.ts';

/** Rows on their way into a statement. */
export interface RowsToStage {
  readonly rows: number;
  /** Row of the root each row belongs to; by default the row's own number. */
  readonly rootRow?: Uint32Array | undefined;
  readonly columns: readonly StagedColumn[];
}

/** What stands for the staged rows in SQL: a relation of `r`, the root row, and the columns by position, `c0`, `c1`, … */
export const stagedRows = 'system.main.thimble_staged_rows()';

/** Lets statements of one instance read rows that lie in our memory, without a copy of them in a table of DuckDB's. */
export interface Stage {
  /** Makes `stagedRows` known to the instance of a connection. */
  register(connection: DuckDBConnection): void;
  /** Runs one statement over `stagedRows`, which it names once, and returns the number of rows it changed. One at a time. */
  run(connection: DuckDBConnection, rows: RowsToStage, sql: string, parameters?: readonly Parameter[]): Promise<number>;
}

/** What the statement under way reads. */
interface Source {
  readonly rows: RowsToStage;
  /** Writes the next rows into a chunk; an empty one is the end. */
  readonly fill: (chunk: DuckDBDataChunk) => void;
  failure?: unknown;
}

export function createStage(): Stage {
  let source: Source | undefined;

  /** DuckDB hands on the message of an error only. */
  function withSource(task: (source: Source) => void): void {
    if (source === undefined) throw new Error('Nothing is staged.');
    try {
      task(source);
    } catch (error) {
      source.failure ??= error;
      throw error;
    }
  }

  return {
    register(connection) {
      const name = stagedRows.replace(/^.*\.|\(\)$/g, '');
      connection.registerTableFunction(
        DuckDBTableFunction.create({
          name,
          bindFunction: (info) =>
            withSource(({ rows: { rows, columns } }) => {
              info.addResultColumn('r', UINTEGER);
              for (const [index, { type }] of columns.entries()) info.addResultColumn(`c${index}`, columnTypes[type]);
              info.setCardinality(rows, true);
            }),
          initFunction: (info) => info.setMaxThreads(1),
          mainFunction: (_info, chunk) => withSource(({ fill }) => fill(chunk)),
        }),
      );
    },
    async run(connection, rows, sql, parameters) {
      for (const column of rows.columns) checkColumn(column, rows.rows);
      const staged: Source = { rows, fill: createFiller(rows) };
      source = staged;
      try {
        return await run(connection, sql, parameters);
      } catch (error) {
        throw staged.failure ?? error;
      } finally {
        source = undefined;
      }
    },
  };
}

/** Fills one chunk after the other with the rows in order. */
function createFiller({ rows, rootRow, columns }: RowsToStage): (chunk: DuckDBDataChunk) => void {
  const scratch = createScratch();
  const writers = columns.map((column) => createColumnWriter(column, scratch));
  const numbers = new Uint32Array(rowsPerChunk);
  let first = 0;
  return (chunk) => {
    const count = Math.min(rowsPerChunk, rows - first);
    chunk.rowCount = count;
    if (count === 0) return;
    for (let index = 0; index < count; index += 1) numbers[index] = rootRow?.[first + index] ?? first + index;
    duckdb.copy_data_to_vector(duckdb.data_chunk_get_vector(chunk.chunk, 0), 0, numbers.buffer, 0, 4 * count);
    for (const [index, write] of writers.entries()) write(duckdb.data_chunk_get_vector(chunk.chunk, index + 1), first, count);
    first += count;
  };
}
