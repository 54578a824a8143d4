import type duckdb from '@duckdb/node-bindings';
import type { StagedColumn } from '../sink.ts';

/** DuckDB's vector size. */
export const rowsPerChunk = 2048;

/** Copies `count` rows of one column, from row `first` on, into a vector. */
export type ColumnWriter = (vector: duckdb.Vector, first: number, count: number) => void;

export type StagedText = NonNullable<StagedColumn['text']>;

/** Memory that the writers of a stage use in turn: 16 bytes for each row of a chunk. */
export interface Scratch {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly words: Uint32Array<ArrayBuffer>;
}

export function createScratch(): Scratch {
  const bytes = new Uint8Array(16 * rowsPerChunk);
  return { bytes, words: new Uint32Array(bytes.buffer) };
}
