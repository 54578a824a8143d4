import type { OnDelete } from '../domain/source/loading-settings.ts';
import { TableStoppedError } from '../sinks/errors.ts';
import type { CatalogueEntry, ColumnSpec, DdlStep, LedgerKey, LoadPlan, SchemaDescription, Sheet, TableLoad } from '../sinks/sink.ts';
import { findBookmarks } from './bookmarks.ts';
import { findFacts } from './find-facts.ts';
import { findDeletes } from './find-deletes.ts';
import type { ExistingTable } from './existing-table.ts';
import { findColumn } from './existing-table.ts';
import type { ColumnsPlan } from './plan-columns.ts';
import { planColumns } from './plan-columns.ts';
import type { ShapedWindow } from './shape.ts';
import { stageRoot, stageSubtable } from './stage-table.ts';
import { stageSystemColumns } from './system-columns.ts';
import { copiedColumns, extractedColumn, identityColumn, levelColumn, sourceKeyColumn } from './system-names.ts';
import type { TableBuffer } from './table-buffer.ts';

export interface PlanInput {
  readonly shaped: ShapedWindow;
  readonly description: SchemaDescription;
  readonly sheet: Sheet;
  readonly schema: string;
  readonly loadId: string;
  /** Milliseconds since the epoch. */
  readonly batchedAt: number;
  readonly ledgerKey: LedgerKey;
  /** Position the ledger has now; undefined when there is no row. */
  readonly expected: number | undefined;
  /** Bytes of columns a subtable's part takes at most. */
  readonly partBytes: number;
  readonly onDelete: OnDelete;
}

/**
 * Decides what one load does: steps to the tables first, then rows, rejects, catalogue and ledger in one transaction (ADR 15).
 * Throws `TableStoppedError` when a table of the destination was changed so that rows cannot go in.
 */
export function planLoad(input: PlanInput): LoadPlan {
  const { shaped, description, sheet } = input;
  const { key } = shaped;
  // Staging gives the columns' memory back.
  const bookmarks = findBookmarks(shaped, sheet);
  const facts = findFacts(shaped, description, bookmarks.least);
  const deletes = input.onDelete === 'hard' && key.length > 0 && shaped.target === 'visible' ? findDeletes(shaped, sheet) : undefined;
  const system = stageSystemColumns(shaped, { incarnation: input.ledgerKey.incarnation, batchedAt: input.batchedAt });
  const rootKey = key.map(({ slot, type }) => ({ name: slot.name, type }));
  const identifying = rootKey.length > 0 ? rootKey : [identityColumn];
  const sourceKey = identifying.map((column) => sourceKeyColumn(column, sheet));
  const ddl: DdlStep[] = description.exists ? [] : [{ kind: 'create-schema' }];
  const tables: TableLoad[] = [];
  for (const table of shaped.tables) {
    const columns = planColumns(table, sheet);
    const isRoot = table === shaped.root;
    const own = isRoot
      ? { before: [], after: system.map(({ name, type }) => ({ name, type })) }
      : { before: [...sourceKey, ...levelsOf(table)], after: copiedColumns };
    ddl.push(...planTable(table, columns, own, { sheet, key: isRoot ? rootKey : sourceKey }));
    if (isRoot) {
      tables.push(
        stageRoot(
          shaped,
          columns,
          system,
          rootKey.map(({ name }) => name),
        ),
      );
      continue;
    }
    const [root] = tables;
    if (root === undefined) throw new RangeError('A subtable comes before its root.');
    const inherited = [
      ...identifying.map((column) => ({ name: sourceKeyColumn(column, sheet).name, column: getColumn(root, column.name) })),
      ...copiedColumns.map(({ name }) => ({ name, column: getColumn(root, name) })),
    ];
    const keyColumns = sourceKey.map(({ name }) => name);
    tables.push(...stageSubtable(table, columns, { survivors: shaped.survivors, inherited, keyColumns, partBytes: input.partBytes }));
  }
  return {
    loadId: input.loadId,
    schema: input.schema,
    ddl,
    catalogue: planCatalogue(shaped, rootKey),
    mode: rootKey.length > 0 ? 'upsert' : 'append',
    tables,
    rejects: shaped.rejects,
    ...(deletes === undefined ? {} : { deletes }),
    version: typeof shaped.target === 'bigint' ? shaped.target : undefined,
    activate: shaped.activate,
    dropMarked: shaped.activate && input.onDelete === 'hard',
    batchedAt: input.batchedAt,
    ledger: {
      key: input.ledgerKey,
      expected: input.expected,
      position: shaped.position,
      counts: shaped.counts,
      bookmarks: bookmarks.greatest,
      facts,
    },
  };
}

function planTable(
  table: TableBuffer,
  columns: ColumnsPlan,
  own: { readonly before: readonly ColumnSpec[]; readonly after: readonly ColumnSpec[] },
  { sheet, key }: { sheet: Sheet; key: readonly ColumnSpec[] },
): readonly DdlStep[] {
  const { existing } = table;
  if (existing === undefined) {
    const specs = [...own.before, ...columns.specs, ...own.after];
    return [{ kind: 'create-table', table: table.table, columns: specs, key: [...key, ...levelsOf(table)].map(({ name }) => name) }];
  }
  const added: DdlStep[] = [];
  for (const column of [...own.before, ...own.after]) {
    const found = findColumn(existing, column.name, sheet);
    if (found === undefined && column.name === extractedColumn.name) added.push({ kind: 'add-column', table: existing.table, column });
    else if (found?.type !== column.type) {
      throw new TableStoppedError(
        `Column [${column.name}] of table ${table.table} is missing or has another type; restore it or drop the table`,
      );
    }
  }
  refuseForeignNotNull(existing, new Set([...own.before, ...own.after, ...key].map(({ name }) => sheet.foldName(name))), sheet);
  return [...columns.ddl, ...added];
}

/** A column that must not be null and that we do not fill would fail every row (loading.md §3.2). */
function refuseForeignNotNull(existing: ExistingTable, filled: ReadonlySet<string>, sheet: Sheet): void {
  const foreign = existing.columns.find((column) => column.notNull && !filled.has(sheet.foldName(column.name)));
  if (foreign !== undefined)
    throw new TableStoppedError(`Column [${foreign.name}] of table ${existing.table} is NOT NULL; loads leave it NULL`);
}

function levelsOf(table: TableBuffer): ColumnSpec[] {
  return table.path.map((_, level) => levelColumn(level));
}

function planCatalogue(shaped: ShapedWindow, rootKey: readonly ColumnSpec[]): CatalogueEntry[] {
  return shaped.tables.map((table) => ({
    table: table.table,
    root: shaped.rootName,
    path: table.path,
    keyColumns: table === shaped.root ? rootKey.map(({ name }) => name).toSorted() : [],
  }));
}

function getColumn(load: TableLoad, name: string): TableLoad['columns'][number] {
  const column = load.columns.find((candidate) => candidate.name === name);
  if (column === undefined) throw new RangeError(`Column ${name} is not staged.`);
  return column;
}
