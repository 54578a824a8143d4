import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogueEntry, LoadPlan, LoadResult } from '../sink.ts';
import { activateVersion } from './activate.ts';
import { writeCatalogue } from './catalogue.ts';
import { applyDdl } from './ddl.ts';
import { advanceLedger } from './ledger.ts';
import { mergeTables, stagedName } from './merge.ts';
import { insertRejects, stageRejects } from './rejected.ts';
import { planPlace } from './place.ts';
import { run } from './sql.ts';
import { stageRows } from './stage.ts';
import { createSystemTables } from './system-tables.ts';
import { countWaitingRows, createVersionTables, writeWaitingTables } from './versions.ts';

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
    await stageRows(connection, stagedName(index), index === 0 ? { ...table, rootRow: undefined } : table);
  await stageRejects(connection, plan.rejects);
  await run(connection, 'BEGIN TRANSACTION');
  try {
    await createSystemTables(connection);
    if (plan.version !== undefined) await createVersionTables(connection);
    const place = planPlace(plan);
    for (const step of plan.ddl) await applyDdl(connection, plan.schema, step, place);
    const catalogue = await writeEntries(connection, plan);
    const result = await mergeTables(connection, plan, place, catalogue);
    if (plan.version !== undefined) await endVersion(connection, plan, plan.version);
    await insertRejects(connection, plan.schema, plan.rejects, plan.batchedAt);
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

/** Writes which tables the plan's are, and returns all that are beside them. */
function writeEntries(connection: DuckDBConnection, plan: LoadPlan): Promise<CatalogueEntry[]> {
  const { version } = plan;
  return version === undefined ? writeCatalogue(connection, plan.schema, plan.catalogue) : writeWaitingTables(connection, plan, version);
}

async function endVersion(connection: DuckDBConnection, plan: LoadPlan, version: bigint): Promise<void> {
  if (plan.activate) await activateVersion(connection, plan, version);
  else await countWaitingRows(connection, plan, version);
}
