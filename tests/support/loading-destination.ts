import type { Sink } from '../../src/sinks/sink.ts';

export type Row = Readonly<Record<string, unknown>>;

/** A real destination that a test can also read and change as its owner might. */
export interface LoadingDestination {
  sink(): Sink;
  /** Runs statements, with the sink closed meanwhile where the engine lets nobody else in. */
  alter(...statements: readonly string[]): Promise<void>;
  /** Rows of a query, values as JSON has them. */
  rows(sql: string): Promise<Row[]>;
  /** Name and type of every column of a table in order. */
  describeColumns(schema: string, table: string): Promise<readonly { readonly name: string; readonly type: string }[]>;
  /** Tables of a schema by name. */
  listTables(schema: string): Promise<string[]>;
  close(): Promise<void>;
}
