import { absentTime } from '../batch/batch.ts';
import type { ColumnSpec, StagedColumn } from '../sinks/sink.ts';
import { dropped, targetOf } from './column-buffer.ts';
import type { RootRows, RowOrigin } from './root-rows.ts';
import { rowIdentity } from './row-identity.ts';
import type { ShapedWindow } from './shape.ts';
import {
  batchedColumn,
  extractedColumn,
  identityColumn,
  receivedColumn,
  levelColumn,
  sequenceColumn,
  versionColumn,
} from './system-names.ts';

const identityLength = 36;

/** The system columns of the surviving root rows. */
export function stageSystemColumns(shaped: ShapedWindow, options: { incarnation: string; batchedAt: number }): StagedColumn[] {
  const { rootRows } = shaped;
  const rows = survivingRows(shaped);
  const sequences = rootRows.sequences();
  const batches = rootRows.batches();
  const perBatch = (value: (origin: RowOrigin) => bigint): ((row: number) => bigint) => {
    const values = rootRows.origins().map((origin) => origin && value(origin));
    return (row) => values[batches[row] ?? 0] ?? 0n;
  };
  const extracted = rootRows.timesExtracted();
  const batchedAt = BigInt(options.batchedAt) * 1000n;
  const columns = [
    ...(extracted === undefined ? [] : [gatherIntegers(extractedColumn, rows, extracted, absentTime)]),
    stageIntegers(
      receivedColumn,
      rows,
      perBatch((origin) => BigInt(origin.receivedAt) * 1000n),
    ),
    stageIntegers(batchedColumn, rows, () => batchedAt),
    gatherIntegers(sequenceColumn, rows, sequences),
    stageIntegers(
      versionColumn,
      rows,
      perBatch((origin) => origin.batch.tableVersion ?? 0n),
    ),
  ];
  return shaped.key.length > 0 ? columns : [...columns, stageIdentities(rowIdentities(rootRows, rows, options.incarnation))];
}

/** One integer column with the level ids of a subtable (loading.md §5.4). */
export function stageLevel(level: number, values: Uint32Array): StagedColumn {
  const cells = new Uint32Array(values.length * 2);
  for (let row = 0; row < values.length; row += 1) cells[row * 2] = values[row] ?? 0;
  return { ...levelColumn(level), valid: new Uint8Array(values.length).fill(1), cells: new Uint8Array(cells.buffer) };
}

function survivingRows({ root, survivors }: ShapedWindow): Uint32Array {
  const rows = new Uint32Array(survivors.rows);
  for (let row = 0; row < root.rows; row += 1) {
    const target = targetOf(survivors, row);
    if (target !== dropped) rows[target] = row;
  }
  return rows;
}

function stageIntegers(column: ColumnSpec, rows: Uint32Array, value: (row: number) => bigint): StagedColumn {
  const cells = new BigInt64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) cells[at] = value(rows[at] ?? 0);
  return { ...column, valid: new Uint8Array(rows.length).fill(1), cells: new Uint8Array(cells.buffer) };
}

/** The integers of the rows; those that are `absent` are NULL. */
function gatherIntegers(column: ColumnSpec, rows: Uint32Array, values: BigInt64Array, absent?: bigint): StagedColumn {
  const cells = new BigInt64Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) cells[at] = values[rows[at] ?? 0] ?? 0n;
  const valid = new Uint8Array(rows.length).fill(1);
  if (absent !== undefined) for (let at = 0; at < rows.length; at += 1) if (cells[at] === absent) valid[at] = 0;
  return { ...column, valid, cells: new Uint8Array(cells.buffer) };
}

function rowIdentities(rootRows: RootRows, rows: Uint32Array, incarnation: string): string[] {
  const origins = rootRows.origins();
  const batches = rootRows.batches();
  const messages = rootRows.messages();
  return Array.from(rows, (row) => rowIdentity(incarnation, origins[batches[row] ?? 0]?.position ?? 0, messages[row] ?? 0));
}

function stageIdentities(identities: readonly string[]): StagedColumn {
  const starts = Uint32Array.from(identities, (_, row) => row * identityLength);
  return {
    ...identityColumn,
    valid: new Uint8Array(identities.length).fill(1),
    text: { bytes: Buffer.from(identities.join(''), 'latin1'), starts, ends: starts.map((start) => start + identityLength) },
  };
}
