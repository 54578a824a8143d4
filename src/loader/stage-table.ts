import type { ColumnSpec, StagedColumn, TableLoad } from '../sinks/sink.ts';
import type { ColumnBuffer, RowMap } from './column-buffer.ts';
import { dropped, freeEntries, stageColumn, targetOf } from './column-buffer.ts';
import type { ColumnsPlan } from './plan-columns.ts';
import type { ShapedWindow } from './shape.ts';
import { stageLevel } from './system-columns.ts';
import type { TableBuffer } from './table-buffer.ts';

/** The surviving rows of the root table. `system` are its system columns, staged. */
export function stageRoot(
  shaped: ShapedWindow,
  plan: ColumnsPlan,
  system: readonly StagedColumn[],
  keyColumns: readonly string[],
): TableLoad {
  const { root, survivors } = shaped;
  const columns = plan.columns.map(({ buffer, spec }) => {
    const staged = stageAs(buffer, spec, survivors);
    freeEntries(buffer);
    return staged;
  });
  return {
    table: root.table,
    path: [],
    rows: survivors.rows,
    rootRow: Uint32Array.from({ length: survivors.rows }, (_, row) => row),
    columns: [...columns, ...system],
    keyColumns,
  };
}

/** What a subtable's rows take from the root table's. */
export interface SubtableOrigin {
  readonly survivors: RowMap;
  /** Staged columns of the root by the name they have in the subtable. */
  readonly inherited: readonly { readonly name: string; readonly column: StagedColumn }[];
  readonly keyColumns: readonly string[];
  /** Bytes of columns one part takes at most: elements of many shapes fill a place per row and column. */
  readonly partBytes: number;
}

const minPartRows = 2048;

/** The rows of a subtable whose root row survives; in parts if they are large, whose columns are made when asked for. */
export function stageSubtable(table: TableBuffer, plan: ColumnsPlan, origin: SubtableOrigin): TableLoad[] {
  const { survivors, inherited, keyColumns } = origin;
  const columns = plan.columns.length + table.path.length + inherited.length;
  const partRows = Math.max(minPartRows, Math.floor(origin.partBytes / (9 * columns)));
  const parts: TableLoad[] = [];
  for (let first = 0; first < table.rows; first += partRows) {
    const map = mapRows(table, survivors, first, Math.min(partRows, table.rows - first));
    if (map.rows === 0) continue;
    const rootRow = gatherRows(map, (row) => targetOf(survivors, table.rootRows[row] ?? 0));
    const stage = (): StagedColumn[] => [
      ...plan.columns.map(({ buffer, spec }) => stageAs(buffer, spec, map)),
      ...table.path.map((_, level) =>
        stageLevel(
          level,
          gatherRows(map, (row) => indexAt(table, row, level)),
        ),
      ),
      ...inherited.map(({ name, column }) => gatherColumn(column, name, rootRow)),
    ];
    const part = { table: table.table, path: table.path, rows: map.rows, rootRow, keyColumns };
    parts.push(
      table.rows <= partRows
        ? { ...part, columns: stage() }
        : {
            ...part,
            get columns() {
              return stage();
            },
          },
    );
  }
  return parts;
}

/** The values of one type for a column that may be of a wider one. */
function stageAs(buffer: ColumnBuffer, spec: ColumnSpec, map: RowMap): StagedColumn {
  const staged = stageColumn(buffer, spec.name, map);
  return spec.type === staged.type ? staged : { ...staged, target: spec.type };
}

function mapRows(table: TableBuffer, survivors: RowMap, first: number, length: number): RowMap {
  if (survivors.target === undefined) return { first, length, rows: length, target: undefined };
  const target = new Uint32Array(length);
  let rows = 0;
  for (let at = 0; at < length; at += 1) target[at] = targetOf(survivors, table.rootRows[first + at] ?? 0) === dropped ? dropped : rows++;
  return { first, length, rows, target };
}

function gatherRows(map: RowMap, value: (row: number) => number): Uint32Array {
  const values = new Uint32Array(map.rows);
  for (let row = map.first; row < map.first + map.length; row += 1) {
    const target = targetOf(map, row);
    if (target !== dropped) values[target] = value(row);
  }
  return values;
}

/** The index of a row, or of the element it lies in, in the array of that level. */
function indexAt(table: TableBuffer, row: number, level: number): number {
  let at = row;
  let holder: TableBuffer | undefined = table;
  while (holder !== undefined && holder.path.length - 1 > level) {
    at = holder.parentRows[at] ?? 0;
    holder = holder.parent;
  }
  return holder?.indexes[at] ?? 0;
}

/** A column of other rows: row i takes what row `from[i]` has. */
function gatherColumn(column: StagedColumn, name: string, from: Uint32Array): StagedColumn {
  const { type, text } = column;
  const valid = new Uint8Array(from.length);
  for (let row = 0; row < from.length; row += 1) valid[row] = column.valid[from[row] ?? 0] ?? 0;
  if (text !== undefined) {
    return {
      name,
      type,
      valid,
      text: { bytes: text.bytes, starts: from.map((row) => text.starts[row] ?? 0), ends: from.map((row) => text.ends[row] ?? 0) },
    };
  }
  if (column.flags !== undefined) return { name, type, valid, flags: gatherBytes(column.flags, 1, from) };
  return { name, type, valid, cells: gatherBytes(column.cells ?? new Uint8Array(0), 8, from) };
}

function gatherBytes(bytes: Uint8Array, width: number, from: Uint32Array): Uint8Array<ArrayBuffer> {
  const gathered = new Uint8Array(from.length * width);
  for (let row = 0; row < from.length; row += 1) {
    for (let byte = 0; byte < width; byte += 1) gathered[row * width + byte] = bytes[(from[row] ?? 0) * width + byte] ?? 0;
  }
  return gathered;
}
