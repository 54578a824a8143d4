import type { Client } from 'pg';
import type { LoadPlan, LoadResult, TableLoad } from '../sink.ts';
import { applyDeletes, dropTombstones } from './apply-deletes.ts';
import { copyRows } from './copy-rows.ts';
import type { DdlTarget } from './ddl.ts';
import type { MergeInput } from './merge-input.ts';
import { quoteIdentifier, quoteTable } from './names.ts';
import { replaceChildren } from './replace-children.ts';
import { run, selectText } from './sql.ts';
import { emptyStages, getStagedColumn, sameKey, stageRows } from './stage.ts';
import type { Staged } from './stage.ts';
import { isWidened } from './widen.ts';

/** What a merge did; `replaced` counts the root rows that made room for newer ones. */
export interface MergeResult extends LoadResult {
  readonly replaced: number;
}

/** Moves staged rows into their tables: all of them in an append plan, by key and sequence in an upsert plan (loading.md §6.2). */
export async function mergeTables(client: Client, input: MergeInput): Promise<MergeResult> {
  const { plan, target, staged } = input;
  const root = plan.tables[0];
  const loaded: Record<string, number> = {};
  let result = { superseded: 0, replaced: 0 };
  for (const [table, rows] of staged) {
    if (table !== root?.table || plan.mode === 'append') loaded[table] = await insert(client, target, table, rows);
    else {
      const survivors = await applyDeletes(client, input, root, rows);
      const { applied, superseded, replaced } = await upsertRoot(client, input, root, survivors.rows);
      loaded[table] = applied;
      result = { superseded: survivors.superseded + superseded, replaced };
      await replaceChildren(client, input, { root, rows, unstaged: rows.rows - applied });
      await dropTombstones(client, plan, root, rows);
    }
  }
  return { loaded, ...result };
}

/** Sends the rows of an append plan straight into their tables, but by way of a staging table where columns need a cast. */
export async function appendTables(client: Client, plan: LoadPlan, target: DdlTarget): Promise<MergeResult> {
  const loaded: Record<string, number> = {};
  for (const load of plan.tables) {
    const { table, rows, columns } = load;
    if (columns.some(isWidened)) {
      const staged = await stageRows(client, plan, [load]);
      await insert(client, target, table, staged);
      await emptyStages(client, [staged]);
    } else {
      const names = columns.map(({ name }) => quoteIdentifier(name));
      await copyRows(client, `${quoteTable(target.placeOf(table))} (${names.join(', ')})`, columns, rows);
    }
    loaded[table] = (loaded[table] ?? 0) + rows;
  }
  return { loaded, superseded: 0, replaced: 0 };
}

function insert(client: Client, target: DdlTarget, table: string, rows: Staged): Promise<number> {
  return run(client, insertSql(target, table, rows));
}

function insertSql(target: DdlTarget, table: string, { source, values }: Staged): string {
  const names = [...values.keys()].map(quoteIdentifier).join(', ');
  return `INSERT INTO ${quoteTable(target.placeOf(table))} AS t (${names}) SELECT ${[...values.values()].join(', ')} FROM ${source}`;
}

interface Upserted {
  readonly applied: number;
  readonly superseded: number;
  readonly replaced: number;
}

/** Applies the staged rows that are newer than the stored row of their key, and unstages the others. */
async function upsertRoot(client: Client, input: MergeInput, root: TableLoad, rows: Staged): Promise<Upserted> {
  const { target, created, rewritten } = input;
  if (root.keyColumns.length === 0) throw new Error(`An upsert into ${root.table} has no key.`);
  if (created.has(root.table)) return { applied: await insert(client, target, root.table, rows), superseded: 0, replaced: 0 };
  // The upsert by constraint tells rows apart by the transaction that wrote them.
  return !rewritten.has(root.table) && (await hasUniqueKey(client, target, root))
    ? upsertByConstraint(client, input, root, rows)
    : upsertByJoin(client, input, root, rows);
}

/** Whether a constraint or index makes exactly the key unique; the owner may have dropped it, and wide keys never have one. */
async function hasUniqueKey(client: Client, target: DdlTarget, root: TableLoad): Promise<boolean> {
  const rows = await selectText(
    client,
    `SELECT 1 FROM pg_catalog.pg_index i
      WHERE i.indrelid = $1::regclass AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indnkeyatts = $3::bigint
        AND (SELECT pg_catalog.count(*) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = i.indrelid AND a.attname = ANY ($2) AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])) = $3::bigint`,
    [quoteTable(target.placeOf(root.table)), root.keyColumns, root.keyColumns.length],
  );
  return rows.length > 0;
}

/** One pass: each row asks the index of the key. Whole rows are replaced, so columns that are not staged go back to their default. */
async function upsertByConstraint(client: Client, { plan, target }: MergeInput, root: TableLoad, rows: Staged): Promise<Upserted> {
  const place = quoteTable(target.placeOf(root.table));
  const keys = new Set(root.keyColumns);
  const names = await selectText(
    client,
    'SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum',
    [place],
  );
  const sets = names
    .map(([name]) => name ?? '')
    .filter((name) => !keys.has(name))
    .map((name) => `${quoteIdentifier(name)} = ${rows.values.has(name) ? `excluded.${quoteIdentifier(name)}` : 'DEFAULT'}`);
  const upsert = `${insertSql(target, root.table, rows)}
    ON CONFLICT (${root.keyColumns.map(quoteIdentifier).join(', ')}) DO UPDATE SET ${sets.join(', ')}
    WHERE (t._sdc_sequence >= excluded._sdc_sequence) IS NOT TRUE`;
  // A row version that replaced another has an xmax: its lock on the conflict. Counted only for versions that wait, which tell their rows.
  const [row] =
    plan.version === undefined
      ? [[String(await run(client, upsert)), '0']]
      : await selectText(
          client,
          `WITH applied AS (${upsert} RETURNING (t.xmax <> 0) AS again)
           SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE again) FROM applied`,
        );
  const applied = Number(row?.[0]);
  const superseded = rows.rows - applied;
  // Only what this transaction wrote is ours: any other stored row of a staged key was newer, or a tie.
  if (superseded > 0) {
    await run(
      client,
      `DELETE FROM ${rows.from} s USING ${place} t
        WHERE ${sameKey(root, rows)} AND t.xmin::text <> (pg_catalog.txid_current() & 4294967295)::text`,
    );
  }
  return { applied, superseded, replaced: Number(row?.[1]) };
}

/** Without a constraint to ask: the stored rows are joined. The keys are the catalogue's, so the table goes on as an upsert (loading.md §6.4). */
async function upsertByJoin(client: Client, { target }: MergeInput, root: TableLoad, rows: Staged): Promise<Upserted> {
  const stored = quoteTable(target.placeOf(root.table));
  const superseded = await run(
    client,
    `DELETE FROM ${rows.from} s USING ${stored} t WHERE ${sameKey(root, rows)} AND t._sdc_sequence >= s.${getStagedColumn(rows, '_sdc_sequence')}`,
  );
  const replaced = await run(client, `DELETE FROM ${stored} t USING ${rows.from} s WHERE ${sameKey(root, rows)}`);
  return { applied: await insert(client, target, root.table, rows), superseded, replaced };
}
