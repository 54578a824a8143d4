import type { Store } from '../../store/database.ts';
import { insertLoadReport } from '../../store/queries/load-report.ts';
import { upsertFailedStream, upsertLoadedStream } from '../../store/queries/stream-state.ts';

/** One committed load of one stream, as read back from the destination's ledger. */
export interface LoadRecord {
  readonly loadId: string;
  readonly sourceId: number;
  /** Root table as the client named it. */
  readonly table: string;
  /** Buffer position the destination has now. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** Rows per destination table, subtables included. */
  readonly loaded: Readonly<Record<string, number>>;
  readonly counts: { readonly received: number; readonly rejected: number; readonly replacedSurrogates: number };
}

export interface LoadFailure {
  readonly sourceId: number;
  readonly table: string;
  readonly type: string;
  readonly message: string;
  /** SQLSTATE of the destination's error, where it has one. */
  readonly sqlState?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly failedAt: number;
}

/** Records a committed load and the stream's new floor (ADR 5). Recording the same load again changes nothing. */
export function recordLoad(store: Store, load: LoadRecord): Promise<void> {
  return store.transaction(async (tx) => {
    await insertLoadReport(tx, {
      load_id: load.loadId,
      source_id: load.sourceId,
      table_name: load.table,
      started_at: load.startedAt,
      finished_at: load.finishedAt,
      loaded: JSON.stringify(load.loaded),
      received: load.counts.received,
      rejected: load.counts.rejected,
      replaced_surrogates: load.counts.replacedSurrogates,
    });
    await upsertLoadedStream(tx, { sourceId: load.sourceId, table: load.table, position: load.position, loadedAt: load.finishedAt });
  });
}

/** Shows the owner why a stream does not load now; its data and its floor stay. */
export function recordLoadFailure(store: Store, failure: LoadFailure): Promise<void> {
  const { sourceId, table, type, message, sqlState, failedAt } = failure;
  const errorState = JSON.stringify({ type, message, sqlState });
  return store.transaction((tx) => upsertFailedStream(tx, { sourceId, table, attemptedAt: failedAt, errorState }));
}
