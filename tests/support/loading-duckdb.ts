import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDuckDbSink } from '../../src/sinks/duckdb/duckdb-sink.ts';
import type { LoadingDestination, Row } from './loading-destination.ts';

/** A new warehouse file in a directory of its own. */
export async function openDuckDb(): Promise<LoadingDestination> {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-loading-'));
  const file = join(directory, 'warehouse.duckdb');
  let sink = createDuckDbSink({ file });

  async function rows(sql: string): Promise<Row[]> {
    const { json } = await sink.query(sql);
    return JSON.parse(new TextDecoder().decode(json)) as Row[];
  }

  return {
    sink: () => sink,
    rows,
    async alter(...statements) {
      await sink.close();
      const instance = await DuckDBInstance.create(file);
      const connection = await instance.connect();
      for (const statement of statements) await connection.run(statement);
      connection.closeSync();
      instance.closeSync();
      sink = createDuckDbSink({ file });
    },
    async describeColumns(schema, table) {
      const columns = await rows(
        `SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE schema_name = '${schema}' AND table_name = '${table}' ORDER BY column_index`,
      );
      return columns.map(({ name, type }) => ({ name: String(name), type: String(type) }));
    },
    listTables: async (schema) =>
      (await rows(`SELECT table_name AS name FROM duckdb_tables() WHERE schema_name = '${schema}' ORDER BY 1`)).map(({ name }) =>
        String(name),
      ),
    async close() {
      await sink.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
