import type { DuckDBConnection } from '@duckdb/node-api';
import type { LostRoot } from '../lost-root.ts';
import type { CatalogueEntry, LoadPlan, LoadResult } from '../sink.ts';
import { activateVersion } from './activate.ts';
import { listCatalogue, writeCatalogue } from './catalogue.ts';
import { applyDdl } from './ddl.ts';
import type { KnownTables } from './known-tables.ts';
import { dropMarkedRows } from './drop-marked.ts';
import { restoreLost } from './lost-root.ts';
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
    const before = await listCatalogue(connection, plan.schema, plan.ledger.key.root);
    const lost = await restoreLost(session, plan, before);
    for (const step of plan.ddl) await applyDdl(connection, plan.schema, step, place);
    const catalogue = await writeEntries(connection, plan, [...before, ...(lost?.subtables ?? [])]);
    const result = await mergeTables(session, plan, place, catalogue);
    if (plan.version !== undefined) await endVersion(connection, plan, plan.version, lost);
    await insertRejects(session, plan);
    await advanceLedger(connection, plan, result);
    beforeCommit(result);
    await run(connection, 'COMMIT');
    // Versions wait under other names, and their activation drops and makes tables.
    if (plan.version !== undefined || lost !== undefined) known.forget();
    else noteTables(known, plan);
    return result;
  } catch (error) {
    // A failed statement may have ended the transaction already; the first error is the one to report.
    await run(connection, 'ROLLBACK').catch(() => undefined);
    known.forget();
    throw error;
  }
}

/** Writes which tables the plan's are, and returns all that are beside them; `known` are the visible ones so far. */
function writeEntries(connection: DuckDBConnection, plan: LoadPlan, known: readonly CatalogueEntry[]): Promise<CatalogueEntry[]> {
  const { version, schema, catalogue } = plan;
  if (version !== undefined) return writeWaitingTables(connection, plan, version);
  return writeCatalogue(connection, schema, plan.ledger.key.root, catalogue, known);
}

async function endVersion(connection: DuckDBConnection, plan: LoadPlan, version: bigint, lost: LostRoot | undefined): Promise<void> {
  if (!plan.activate) return countWaitingRows(connection, plan, version);
  const shown = await activateVersion(connection, plan, version, lost);
  await forgetDeletes(connection, plan);
  if (plan.dropMarked === true) await dropMarkedRows(connection, plan, shown);
}

function noteTables(known: KnownTables, { schema, ddl, rejects }: LoadPlan): void {
  known.add(systemSchema, systemTables);
  const rejected = rejects.length > 0 || ddl.some(({ kind }) => kind === 'create-schema') ? [rejectedTable] : [];
  known.add(schema, [...rejected, ...ddl.flatMap((step) => (step.kind === 'create-table' ? [step.table] : []))]);
}
