import type { Batch } from '../batch/batch.ts';
import { upsertsOf } from '../batch/batch.ts';
import type { SchemaDrift } from '../domain/source/loading-settings.ts';
import type { LoadCounts, LogicalType, RejectRow, SchemaDescription, Sheet } from '../sinks/sink.ts';
import type { RowMap } from './column-buffer.ts';
import { planSurvivors } from './dedupe.ts';
import { KeyBorderError, bindKeyColumns, foldKeyNames, keyMismatchError, sameNames } from './key-columns.ts';
import { createBatchReader } from './read-batch.ts';
import type { RootRows } from './root-rows.ts';
import type { RowTarget } from './row-target.ts';
import { activates, describeTarget, findVersions, planRowTarget } from './row-target.ts';
import type { Slot, TableBuffer } from './table-buffer.ts';
import { createWindowTables } from './window-tables.ts';

/** One batch of a stream as claimed from the buffer. */
interface WindowBatch {
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly receivedAt: number;
  decode(): Batch;
}

/** A window ends after the batch that passes one of the first three, and before one that takes it to twice `stagedBytes`. */
export interface WindowLimits {
  /** Rows in all tables. */
  readonly rows: number;
  /** Bytes the rows take once every column has a place per row. */
  readonly stagedBytes: number;
  /** Characters of rejected records. */
  readonly rejects: number;
  /** Bytes of columns that a sink is handed at once for a subtable. */
  readonly partBytes: number;
}

export interface ShapeInput {
  readonly sheet: Sheet;
  readonly description: SchemaDescription;
  /** Root table as the client named it. */
  readonly root: string;
  /** In position order, at least one. */
  readonly batches: readonly WindowBatch[];
  readonly limits: WindowLimits;
  /** What becomes of a value of another type than its column's. */
  readonly drift: SchemaDrift;
}

/** A window read, typed, freed of rejects and de-duplicated; the plan settles column names and splits. */
export interface ShapedWindow {
  /** How many of the batches it holds, and the position of the last. */
  readonly batches: number;
  readonly position: number;
  /** Root table as the client named it. */
  readonly rootName: string;
  readonly root: TableBuffer;
  /** Tables with accepted rows, root first, then by depth. */
  readonly tables: readonly TableBuffer[];
  readonly key: readonly { readonly slot: Slot; readonly type: LogicalType }[];
  readonly rootRows: RootRows;
  /** Which root rows de-duplication keeps. */
  readonly survivors: RowMap;
  /** Where the rows go. */
  readonly target: RowTarget;
  /** Whether the version of the target becomes the active one after its rows. */
  readonly activate: boolean;
  readonly rejects: readonly RejectRow[];
  readonly counts: LoadCounts;
}

export const defaultLimits: WindowLimits = { rows: 250_000, stagedBytes: 64 * 2 ** 20, rejects: 64 * 2 ** 20, partBytes: 64 * 2 ** 20 };

/**
 * Turns batches into typed columns and rows (loading.md §2–§6, §8). A record that cannot be loaded is set aside alone. Takes fewer batches
 * than given where the key columns or the target change, after an activation, and where a limit is passed. Throws `TableStoppedError` when the first batch has other keys than the table.
 */
export function shapeWindow(input: ShapeInput): ShapedWindow {
  try {
    return shapeBatches(input);
  } catch (error) {
    if (!(error instanceof KeyBorderError)) throw error;
    if (error.batch === 0) throw keyMismatchError(input.root);
    return shapeWindow({ ...input, batches: input.batches.slice(0, error.batch) });
  }
}

function shapeBatches(input: ShapeInput): ShapedWindow {
  const { sheet, root: rootName, limits } = input;
  const { active, target, tables, key, reader } = openWindow(input);
  const { root } = tables;
  let taken = 0;
  let activate = false;
  for (const source of input.batches) {
    const batch = source.decode();
    // An activation alone may name no keys (import-api.md §9), so that it cannot go with rows that have some.
    const alone = upsertsOf(batch) === 0;
    if (taken > 0 && (alone || planRowTarget(active, batch.tableVersion) !== target)) break;
    if (key !== undefined && !sameNames(key.names, foldKeyNames(sheet, batch.keyNames))) throw new KeyBorderError(taken);
    if (target === 'superseded') reader.supersede(batch);
    else reader.read(taken, { batch, position: source.position, receivedAt: source.receivedAt });
    taken += 1;
    activate = activates(target, batch);
    const size = measure(tables.existing());
    // Few columns of many rows and many columns of few rows are small, but not together.
    if (taken > 1 && size.stagedBytes >= 2 * limits.stagedBytes)
      return shapeBatches({ ...input, batches: input.batches.slice(0, taken - 1) });
    if (alone || activate) break;
    if (size.rows >= limits.rows || size.stagedBytes >= limits.stagedBytes || reader.rejectedLength() >= limits.rejects) break;
  }
  const typedKey = (key?.slots ?? []).flatMap((slot, index) => {
    const type = key?.types[index];
    return type === undefined ? [] : [{ slot, type }];
  });
  const survivors = surviving(root, typedKey, reader.rootRows);
  const counts = reader.counts();
  return {
    batches: taken,
    position: input.batches[taken - 1]?.position ?? 0,
    rootName,
    root,
    tables: tables.existing(),
    key: typedKey,
    rootRows: reader.rootRows,
    survivors,
    target,
    activate,
    rejects: reader.rejects,
    counts: { ...counts, superseded: counts.superseded + root.rows - survivors.rows },
  };
}

/** What the first batch decides: where the rows go, against which tables, and by which key; none where no row can load. */
function openWindow({ sheet, description, root: rootName, batches, drift }: ShapeInput) {
  const first = batches[0]?.decode();
  if (first === undefined) throw new RangeError('A window needs a batch.');
  const { keyNames } = first;
  const active = findVersions(description, rootName)?.active;
  const target = planRowTarget(active, first.tableVersion);
  const seen = describeTarget(description, { sheet, root: rootName, target });
  const tables = createWindowTables({ sheet, description: seen, root: rootName, keyColumns: keyNames.length, drift });
  const loads = tables.refusal === undefined && target !== 'superseded' && upsertsOf(first) > 0;
  const key = loads ? bindKeyColumns({ sheet, description: seen, root: tables.root, keyNames }) : undefined;
  const reader = createBatchReader({ sheet, tables, key: key ?? { names: new Set(), slots: [], types: [] }, rootName });
  return { active, target, tables, key, reader };
}

function surviving(root: TableBuffer, key: ShapedWindow['key'], rootRows: RootRows): RowMap {
  if (key.length === 0) return { first: 0, length: root.rows, rows: root.rows, target: undefined };
  const keys = key.flatMap(({ slot, type }) => slot.buffers.get(type) ?? []);
  return planSurvivors({ rows: root.rows, sequences: rootRows.sequences(), batches: rootRows.batches(), keys });
}

function measure(tables: readonly TableBuffer[]): { rows: number; stagedBytes: number } {
  let rows = 0;
  let stagedBytes = 0;
  for (const table of tables) {
    rows += table.rows;
    stagedBytes += table.rows * table.columns.length * 9;
  }
  return { rows, stagedBytes };
}
