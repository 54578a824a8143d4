import { createWarehouse } from '../../src/sinks/duckdb/connect.ts';
import { withDefaults } from '../../src/sinks/duckdb/config.ts';
import { applyDdl } from '../../src/sinks/duckdb/ddl.ts';
import { placeOf } from '../../src/sinks/duckdb/place.ts';
import { createSystemTables } from '../../src/sinks/duckdb/system-tables.ts';
import { createVersionTables } from '../../src/sinks/duckdb/versions.ts';
import type { DdlStep } from '../../src/sinks/sink.ts';
import type { WaitingTarget } from './sink-fixture.ts';

/** Applies steps to a warehouse outside of a load; without a transaction each commits by itself. */
export async function applyDuckDbDdl(file: string, schema: string, steps: readonly DdlStep[], waiting?: WaitingTarget): Promise<void> {
  // The same process shares the instance through DuckDB's cache, so this is a second connection, not a second opening.
  const warehouse = createWarehouse(withDefaults({ file }));
  await warehouse.use(async (connection) => {
    if (waiting !== undefined) {
      await createSystemTables(connection);
      await createVersionTables(connection);
    }
    for (const step of steps) await applyDdl(connection, schema, step, placeOf(schema, waiting));
  });
  await warehouse.close();
}
