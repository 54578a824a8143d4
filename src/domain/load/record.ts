import type { Store } from '../../store/database.ts';
import { insertLoadReport } from '../../store/queries/load-report.ts';
import { addRowUsage, dayOf } from '../../store/queries/usage.ts';
import { queueDeliveries } from '../hook/queue-deliveries.ts';
import type { LoadRecord } from './load-record.ts';
import { upsertFailedStream, upsertLoadedStream } from '../../store/queries/stream-state.ts';

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

/** Records a committed load, its rows as usage, what its hooks are to be told, and the stream's new floor (ADR 5). Recording the same load again changes nothing. */
export function recordLoad(store: Store, load: LoadRecord): Promise<void> {
  return store.transaction(async (tx) => {
    const isFirst = await insertLoadReport(tx, {
      load_id: load.loadId,
      source_id: load.sourceId,
      table_name: load.table,
      started_at: load.startedAt,
      finished_at: load.finishedAt,
      loaded: JSON.stringify(load.loaded),
      received: load.counts.received,
      rejected: load.counts.rejected,
      replaced_surrogates: load.counts.replacedSurrogates,
      superseded: load.counts.superseded,
      bookmarks: JSON.stringify(load.bookmarks),
      new_version: load.newVersion ? 1 : 0,
    });
    const rows = Object.values(load.loaded).reduce((sum, of) => sum + of, 0);
    if (isFirst && rows > 0) await addRowUsage(tx, { sourceId: load.sourceId, day: dayOf(load.finishedAt), rows });
    // With the load itself, so that a crash tells hooks again rather than never.
    if (isFirst) await queueDeliveries(tx, load);
    await upsertLoadedStream(tx, {
      sourceId: load.sourceId,
      table: load.table,
      position: load.position,
      loadedAt: load.finishedAt,
      activeVersion: load.versions?.active?.toString() ?? null,
      waiting: JSON.stringify(Object.fromEntries((load.versions?.waiting ?? []).map(({ version, rows }) => [String(version), rows]))),
    });
  });
}

/** Shows the owner why a stream does not load now; its data and its floor stay. */
export function recordLoadFailure(store: Store, failure: LoadFailure): Promise<void> {
  const { sourceId, table, type, message, sqlState, failedAt } = failure;
  const errorState = JSON.stringify({ type, message, sqlState });
  return store.transaction((tx) => upsertFailedStream(tx, { sourceId, table, attemptedAt: failedAt, errorState }));
}
