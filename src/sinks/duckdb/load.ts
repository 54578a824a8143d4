import type { DuckDBConnection } from '@duckdb/node-api';
import type { LoadPlan, LoadResult } from '../sink.ts';
import { writeCatalogue } from './catalogue.ts';
import { applyDdl } from './ddl.ts';
import { advanceLedger } from './ledger.ts';
import { mergeTables } from './merge.ts';
import { insertRejects, stageRejects } from './rejected.ts';
import { run } from './sql.ts';
import { stageRows } from './stage.ts';
import { rootColumns, stagedName } from './staged.ts';
import { createSystemTables } from './system-tables.ts';
import { forgetDeletes } from './tombstones.ts';

/**
 * Stages a plan's rows, then runs DDL, DML and ledger as one transaction and commits it. `beforeCommit` is told the result right before
 * COMMIT, whose failure alone leaves open whether the load is there.
 */
export async function runLoad(
  connection: DuckDBConnection,
  plan: LoadPlan,
  beforeCommit: (result: LoadResult) => void,
): Promise<LoadResult> {
  for (const [index, table] of plan.tables.entries())
    await stageRows(connection, stagedName(index), index === 0 ? { rows: table.rows, columns: rootColumns(table, plan.deletes) } : table);
  await stageRejects(connection, plan.rejects);
  await run(connection, 'BEGIN TRANSACTION');
  try {
    await createSystemTables(connection);
    for (const step of plan.ddl) await applyDdl(connection, plan.schema, step);
    const catalogue = await writeCatalogue(connection, plan.schema, plan.catalogue);
    const result = await mergeTables(connection, plan, catalogue);
    if (plan.activate) await forgetDeletes(connection, plan);
    await insertRejects(connection, plan);
    await advanceLedger(connection, plan, result);
    beforeCommit(result);
    await run(connection, 'COMMIT');
    return result;
  } catch (error) {
    // A failed statement may have ended the transaction already; the first error is the one to report.
    await run(connection, 'ROLLBACK').catch(() => undefined);
    throw error;
  }
}
