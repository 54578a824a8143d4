import { TableStoppedError } from '../errors.ts';
import type { CatalogueEntry, LoadPlan, LoadResult, TableLoad } from '../sink.ts';
import { createDeciding, deciding, keyName } from './deciding.ts';
import { describeTables } from './describe-tables.ts';
import { foldName, quoteIdentifier, quoteTable } from './names.ts';
import type { Place } from './place.ts';
import { quoteIn } from './place.ts';
import { run } from './sql.ts';
import type { Session } from './session.ts';
import { stagedRows } from './stage.ts';
import { dropDeletedRows, noteDeletes } from './tombstones.ts';
import { insertLists } from './widen.ts';

/** Moves the rows of a plan into their tables: all of them in an append plan, by key and sequence in an upsert plan (loading.md §6.2). */
export async function mergeTables(
  session: Session,
  plan: LoadPlan,
  place: Place,
  catalogue: readonly CatalogueEntry[],
): Promise<LoadResult> {
  const [root] = plan.tables;
  if (root === undefined) return { loaded: {}, superseded: 0 };
  const { superseded, deleted } =
    plan.mode === 'upsert' ? await makeRoom(session, plan, place, root, catalogue) : { superseded: 0, deleted: 0 };
  const applied = superseded + deleted > 0 ? ` WHERE r IN (SELECT r FROM ${deciding})` : '';
  const loaded = new Map<string, number>();
  for (const table of plan.tables) {
    const { rows, columns } = table;
    const { targets, sources } = insertLists(columns);
    const sql = `INSERT INTO ${quoteIn(place, table.table)} (${targets}) SELECT ${sources} FROM ${stagedRows}${applied}`;
    const inserted = await session.stage.run(
      session.connection,
      { rows, columns, rootRow: table === root ? undefined : table.rootRow },
      sql,
    );
    loaded.set(table.table, (loaded.get(table.table) ?? 0) + inserted);
  }
  if (loaded.get(root.table) !== root.rows - superseded - deleted) throw new Error(`Not every row of ${root.table} was inserted.`);
  // A table may be called `__proto__`.
  return { loaded: Object.fromEntries(loaded), superseded };
}

/**
 * Drops staged root rows that are not newer than the stored row (a tie keeps the stored one), then deletes the stored rows they replace
 * together with their children in every subtable of the root, staged or not: a shrunk array leaves nothing behind (loading.md §5.5).
 * Deletions among them have then done their work. Returns how many staged root rows were dropped as outdone, and as deletions.
 */
async function makeRoom(
  session: Session,
  plan: LoadPlan,
  place: Place,
  root: TableLoad,
  catalogue: readonly CatalogueEntry[],
): Promise<{ superseded: number; deleted: number }> {
  const { connection } = session;
  const stored = quoteIn(place, root.table);
  const keys = root.keyColumns.map((name, index) => ({ name, staged: `s.${keyName(index)}` }));
  const sameKey = keys.map((key) => `t.${quoteIdentifier(key.name)} = ${key.staged}`).join(' AND ');
  await createDeciding(session, root, plan.deletes);
  const outdone = await dropDeletedRows(connection, plan, root);
  const older = await run(
    connection,
    `DELETE FROM ${deciding} AS s USING ${stored} AS t WHERE ${sameKey} AND t._sdc_sequence >= s.sequence`,
  );
  await run(connection, `DELETE FROM ${stored} AS t USING ${deciding} AS s WHERE ${sameKey}`);
  for (const subtable of await subtablesOf(session, plan, place, root, catalogue)) {
    const sameRoot = keys.map((key) => `t.${quoteIdentifier(sourceKey(key.name))} = ${key.staged}`).join(' AND ');
    await run(connection, `DELETE FROM ${quoteTable(place.schema, subtable)} AS t USING ${deciding} AS s WHERE ${sameRoot}`);
  }
  return { superseded: outdone + older, deleted: await noteDeletes(connection, plan, root) };
}

/** Subtables of the root, by the catalogue, that were there before this load; one that lost a key column stops the table, because its old rows could not be found. */
async function subtablesOf(
  { connection, known }: Session,
  plan: LoadPlan,
  place: Place,
  root: TableLoad,
  catalogue: readonly CatalogueEntry[],
): Promise<string[]> {
  const entries = catalogue.filter((entry) => entry.root === plan.ledger.key.root && entry.path.length > 0);
  const present = (await known.names(connection)).get(foldName(place.schema));
  const names = entries.flatMap((entry) => present?.get(foldName(place.nameOf(entry.table))) ?? []);
  const existing = await describeTables(connection, place.schema, names);
  for (const table of existing) {
    const columns = new Set(table.columns.map((column) => foldName(column.name)));
    const missing = root.keyColumns.map(sourceKey).find((column) => !columns.has(foldName(column)));
    if (missing !== undefined) throw new TableStoppedError(`Column ${missing} of ${table.table} is missing.`);
  }
  return existing.map((table) => table.table);
}

/** Name of a root key column in its subtables (loading.md §5.4). */
export function sourceKey(key: string): string {
  return `_sdc_source_key_${key}`;
}
