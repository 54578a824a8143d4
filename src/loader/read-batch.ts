import type { Batch } from '../batch/batch.ts';
import { Action, absentTime, upsertsOf } from '../batch/batch.ts';
import type { LoadCounts, RejectRow, Sheet } from '../sinks/sink.ts';
import type { RecordState } from './field.ts';
import { quoteForReason } from './field-name.ts';
import type { KeyColumns } from './key-columns.ts';
import { acceptKey, refuseKey } from './key-columns.ts';
import { createRecordReader } from './read-record.ts';
import type { RootRows, RowOrigin } from './root-rows.ts';
import { createRootRows } from './root-rows.ts';
import { refuseWidth } from './row-width.ts';
import type { SetAside } from './set-aside.ts';
import { toRejects } from './set-aside.ts';
import { rollBackRecord } from './table-buffer.ts';
import type { WindowTables } from './window-tables.ts';

/** Reads batches into the tables of a window, record by record, and keeps what was set aside. */
export interface BatchReader {
  /** Throws `KeyBorderError` when a record changes the type of a key column. */
  read(index: number, origin: RowOrigin): void;
  /** Counts a batch whose rows are all superseded by a newer version. */
  supersede(batch: Batch): void;
  readonly rootRows: RootRows;
  readonly rejects: readonly RejectRow[];
  counts(): LoadCounts;
  /** Characters of all rejected records, and bytes of their messages. */
  rejectedLength(): number;
}

export function createBatchReader(options: { sheet: Sheet; tables: WindowTables; key: KeyColumns; rootName: string }): BatchReader {
  const { sheet, tables, key } = options;
  const { root } = tables;
  const rejectTable = root.table === '' ? quoteForReason(options.rootName) : root.table;
  const rootRows = createRootRows();
  const rejects: RejectRow[] = [];
  const counts = { received: 0, rejected: 0, superseded: 0, replacedSurrogates: 0 };
  const state: RecordState = {
    record: 0,
    instance: 0,
    rootRow: 0,
    reason: undefined,
    hasValue: false,
    droppedFields: [],
    touched: [],
    touchedCount: 0,
  };
  let rejectedLength = 0;

  function begin(): void {
    state.record += 1;
    state.rootRow = root.rows;
    state.reason = tables.refusal;
    state.hasValue = false;
    if (state.droppedFields.length > 0) state.droppedFields.length = 0;
    state.touchedCount = 0;
  }

  function rollBack(): void {
    for (const table of state.touched.slice(0, state.touchedCount)) {
      rollBackRecord(table);
      if (!table.exists) tables.giveBack(table);
    }
  }

  function refuseTime(time: bigint | undefined): string | undefined {
    const [least, greatest] = sheet.timestampRange;
    if (time === undefined || time === absentTime || (time >= least && time <= greatest)) return undefined;
    return `timestamp out of range for ${sheet.label} on ${time} microseconds since the epoch`;
  }

  /** Why the record is set aside, in whole or in part. */
  function readMessage(read: () => void, index: number, message: number, origin: RowOrigin): SetAside | undefined {
    begin();
    const instance = state.instance;
    read();
    state.reason ??=
      refuseTime(origin.batch.timesExtracted?.[message]) ?? refuseKey(key, instance, sheet) ?? refuseWidth(state.touched, sheet);
    if (state.reason !== undefined) {
      counts.rejected += 1;
      rollBack();
      return { reason: state.reason, scope: tables.refusal === undefined ? 'record' : 'table' };
    }
    // A record of nothing but nulls has a row in a table that is there, but creates none (loading.md §3.1).
    if (!state.hasValue && !root.exists && root.existing === undefined) rollBack();
    else {
      acceptKey(key, index);
      for (let index = 0; index < state.touchedCount; index += 1) {
        const table = state.touched[index];
        if (table !== undefined) table.exists = true;
      }
      rootRows.push(index, message, origin);
    }
    return state.droppedFields.length === 0 ? undefined : { reason: state.droppedFields.join('; '), scope: 'column' };
  }

  function receive(batch: Batch): void {
    counts.received += batch.count;
    counts.replacedSurrogates += batch.replacedSurrogates;
  }

  return {
    rootRows,
    rejects,
    counts: () => ({ ...counts }),
    rejectedLength: () => rejectedLength,
    supersede(batch) {
      receive(batch);
      counts.superseded += upsertsOf(batch);
    },
    read(index, origin) {
      const { batch } = origin;
      const setAside = new Map<number, SetAside>();
      const readRecord = createRecordReader({ sheet, tables, keys: key.names, state }, batch.records);
      for (let message = 0; message < batch.count; message += 1) {
        if (batch.actions[message] !== Action.upsert) continue;
        const refused = readMessage(readRecord, index, message, origin);
        if (refused !== undefined) setAside.set(message, refused);
      }
      receive(batch);
      if (setAside.size === 0) return;
      for (const reject of toRejects(batch, rejectTable, setAside)) {
        rejects.push(reject);
        rejectedLength += reject.record.length + reject.payload.length;
      }
    },
  };
}
