import type { DuckDBConnection } from '@duckdb/node-api';
import type { CatalogueEntry, LoadPlan, LoadResult } from '../sink.ts';
import { activateVersion } from './activate.ts';
import { writeCatalogue } from './catalogue.ts';
import { applyDdl } from './ddl.ts';
import type { KnownTables } from './known-tables.ts';
import { advanceLedger } from './ledger.ts';
import { mergeTables } from './merge.ts';
import { planPlace, systemSchema } from './place.ts';
import { insertRejects, rejectedTable } from './rejected.ts';
import { run } from './sql.ts';
import type { Session } from './session.ts';
import { createSystemTables, hasSystemTables, systemTables } from './system-tables.ts';
import { forgetDeletes } from './tombstones.ts';
import { countWaitingRows, createVersionTables, writeWaitingTables } from './versions.ts';

/**
 * Runs DDL, rows, rejects and ledger of a plan as one transaction and commits it. `beforeCommit` is told the result right before COMMIT,
 * whose failure alone leaves open whether the load is there.
 */
export async function runLoad(session: Session, plan: LoadPlan, beforeCommit: (result: LoadResult) => void): Promise<LoadResult> {
  const { connection, known } = session;
  await run(connection, 'BEGIN TRANSACTION');
  try {
    if (!(await hasSystemTables(connection, known))) await createSystemTables(connection);
    if (plan.version !== undefined) await createVersionTables(connection);
    const place = planPlace(plan);
    for (const step of plan.ddl) await applyDdl(connection, plan.schema, step, place);
    const catalogue = await writeEntries(connection, plan);
    const result = await mergeTables(session, plan, place, catalogue);
    if (plan.version !== undefined) await endVersion(connection, plan, plan.version);
    await insertRejects(session, plan);
    await advanceLedger(connection, plan, result);
    beforeCommit(result);
    await run(connection, 'COMMIT');
    noteTables(known, plan);
    return result;
  } catch (error) {
    // A failed statement may have ended the transaction already; the first error is the one to report.
    await run(connection, 'ROLLBACK').catch(() => undefined);
    known.forget();
    throw error;
  }
}

/** Writes which tables the plan's are, and returns all that are beside them. */
function writeEntries(connection: DuckDBConnection, plan: LoadPlan): Promise<CatalogueEntry[]> {
  const { version, schema, catalogue } = plan;
  if (version !== undefined) return writeWaitingTables(connection, plan, version);
  return writeCatalogue(connection, schema, plan.ledger.key.root, catalogue);
}

async function endVersion(connection: DuckDBConnection, plan: LoadPlan, version: bigint): Promise<void> {
  if (!plan.activate) return countWaitingRows(connection, plan, version);
  await activateVersion(connection, plan, version);
  await forgetDeletes(connection, plan);
}

function noteTables(known: KnownTables, { schema, ddl, rejects, version }: LoadPlan): void {
  // Versions wait under other names, and their activation drops and makes tables.
  if (version !== undefined) return known.forget();
  known.add(systemSchema, systemTables);
  const rejected = rejects.length > 0 || ddl.some(({ kind }) => kind === 'create-schema') ? [rejectedTable] : [];
  known.add(schema, [...rejected, ...ddl.flatMap((step) => (step.kind === 'create-table' ? [step.table] : []))]);
}
