import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryFailedError } from '../errors.ts';
import { describeSink } from '../../../tests/support/sink-conformance.ts';
import type { TextRow } from '../../../tests/support/sink-fixture.ts';
import { createWarehouse } from './connect.ts';
import { withDefaults } from './config.ts';
import { applyDdl } from './ddl.ts';
import { createDuckDbSink } from './duckdb-sink.ts';
import { quoteTable } from './names.ts';

describeSink('DuckDB', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-duckdb-'));
  const file = join(directory, 'warehouse.duckdb');
  const sink = createDuckDbSink({ file });
  return {
    sink,
    async applyDdl(schema, steps) {
      // The same process shares the instance through DuckDB's cache, so this is a second connection, not a second opening.
      const warehouse = createWarehouse(withDefaults({ file }));
      await warehouse.use(async (connection) => {
        for (const step of steps) await applyDdl(connection, schema, step);
      });
      await warehouse.close();
    },
    async readTable(schema, table) {
      try {
        const { json } = await sink.query(`SELECT * FROM ${quoteTable(schema, table)}`);
        const rows = JSON.parse(new TextDecoder().decode(json)) as Record<string, unknown>[];
        return rows.map((row): TextRow =>
          // oxlint-disable-next-line no-base-to-string -- DuckDB's value classes print themselves
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
        );
      } catch (error) {
        if (error instanceof QueryFailedError) return undefined;
        throw error;
      }
    },
    async dispose() {
      await sink.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
});
