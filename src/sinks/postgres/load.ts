import type { Client } from 'pg';
import type { LoadPlan, LoadResult, TableLoad } from '../sink.ts';
import { activateVersion } from './activate.ts';
import { listCatalogue, writeCatalogue } from './catalogue.ts';
import type { PostgresConfig } from './config.ts';
import { applyDdl } from './ddl.ts';
import type { DdlTarget } from './ddl.ts';
import { dropMarkedRows } from './drop-marked.ts';
import { restoreLost } from './lost-root.ts';
import { advanceLedger, expectLedger, lockLedger } from './ledger.ts';
import { appendTables, mergeTables } from './merge.ts';
import { insertRejects } from './rejected.ts';
import { run } from './sql.ts';
import { emptyStages, stageRows } from './stage.ts';
import type { Staged } from './stage.ts';
import { createSystemTables } from './system-tables.ts';
import { forgetDeletes } from './tombstones.ts';
import { countWaiting, listWaiting, storedNameOf, writeWaiting } from './versions.ts';

/**
 * Runs a plan as one transaction and commits it. Rows are staged before any table of the owner is touched, so that no lock waits for the
 * network. `beforeCommit` is told the result right before COMMIT, whose failure alone leaves open whether the load is there.
 */
export async function runLoad(
  client: Client,
  plan: LoadPlan,
  { timestamps }: Pick<PostgresConfig, 'timestamps'>,
  beforeCommit: (result: LoadResult) => void,
): Promise<LoadResult> {
  await run(client, 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
  await createSystemTables(client);
  await lockLedger(client, plan.ledger.key);
  await expectLedger(client, plan);
  const staged = appendsDirectly(plan) ? new Map<string, Staged>() : await stageTables(client, plan);
  const target = targetOf(plan, timestamps);
  const before = await listCatalogue(client, plan.schema);
  const lost = await restoreLost(client, plan, before);
  const touched = await applyDdl(client, target, plan.ddl);
  const catalogue = await writeEntries(client, plan, [...before, ...(lost?.subtables ?? [])]);
  const { loaded, superseded, replaced } = appendsDirectly(plan)
    ? await appendTables(client, plan, target)
    : await mergeTables(client, { plan, target, staged, ...touched, catalogue });
  const root = plan.tables[0];
  if (plan.version !== undefined && root !== undefined)
    await countWaiting(client, target.placeOf(root.table).table, (loaded[root.table] ?? 0) - replaced);
  await emptyStages(client, [...staged.values()]);
  await insertRejects(client, plan, timestamps);
  if (plan.activate) {
    const shown = await activateVersion(client, plan, lost);
    await forgetDeletes(client, plan);
    if (plan.dropMarked === true) await dropMarkedRows(client, plan, shown);
  }
  const result = { loaded, superseded };
  await advanceLedger(client, plan, result);
  beforeCommit(result);
  await run(client, 'COMMIT');
  return result;
}

/** Rows that only add need no staging, unless a step keeps readers of an existing table out while they travel. */
function appendsDirectly({ mode, ddl }: LoadPlan): boolean {
  return mode === 'append' && ddl.every(({ kind }) => kind === 'create-schema' || kind === 'create-table');
}

/** Where the plan's tables are: in its schema, or waiting in `_thimble`. */
function targetOf({ schema, version, ledger }: LoadPlan, timestamps: PostgresConfig['timestamps']): DdlTarget {
  return {
    schema,
    timestamps,
    placeOf: (table) =>
      version === undefined ? { schema, table } : { schema: '_thimble', table: storedNameOf(schema, ledger.key.root, version, table) },
  };
}

/** Stages the tables one after the other, all parts of a table in one. */
async function stageTables(client: Client, plan: LoadPlan): Promise<Map<string, Staged>> {
  const staged = new Map<string, Staged>();
  const parts: ReadonlyMap<string, readonly TableLoad[]> = Map.groupBy(plan.tables, ({ table }) => table);
  for (const [table, loads] of parts) staged.set(table, await stageRows(client, plan, loads));
  return staged;
}

/** Records what the plan's tables are and returns the catalogue they are in; `known` is that of the schema so far. */
async function writeEntries(client: Client, plan: LoadPlan, known: LoadPlan['catalogue']): Promise<LoadPlan['catalogue']> {
  const { schema, version, catalogue } = plan;
  if (version === undefined) return writeCatalogue(client, schema, catalogue, known);
  await writeWaiting(client, schema, version, catalogue);
  return (await listWaiting(client, schema)).filter((table) => table.version === version).map(({ entry }) => entry);
}
