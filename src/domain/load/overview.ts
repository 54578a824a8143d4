import { wireTime } from '../../lib/wire-time.ts';
import type { Store } from '../../store/database.ts';
import { listOpenAlerts } from '../../store/queries/alert.ts';
import { listLoadReports } from '../../store/queries/load-report.ts';
import { listStreamStates } from '../../store/queries/stream-state.ts';

export interface StreamOverview {
  readonly source_id: number;
  readonly table: string;
  readonly last_batch_loaded_at: string | null;
  /** What stops the stream, null while it loads. */
  readonly error: { readonly type: string; readonly message: string } | null;
  /** The visible version of the table; null when none was activated. Versions are 64-bit integers as text. */
  readonly active_version: string | null;
  /** Rows per version that become visible when it is activated, as of the last load (loading.md §17, C17). */
  readonly waiting_rows: Readonly<Record<string, number>>;
}

export interface LoadOverview {
  readonly load_id: string;
  readonly source_id: number;
  readonly table: string;
  readonly finished_at: string;
  readonly duration_ms: number;
  readonly received: number;
  readonly rejected: number;
  readonly superseded: number;
  readonly new_version: boolean;
  readonly bookmarks: Readonly<Record<string, string>>;
  readonly loaded: Readonly<Record<string, number>>;
}

export interface AlertOverview {
  readonly account_id: number;
  readonly kind: string;
  readonly subject: string;
  readonly message: string;
  readonly raised_at: string;
}

/** How loading goes, for the operator's status: what lasts, failing streams first, the newest loads. */
export async function readLoadOverview(
  store: Store,
  limits: { streams: number; loads: number } = { streams: 200, loads: 20 },
): Promise<{ alerts: AlertOverview[]; streams: StreamOverview[]; loads: LoadOverview[] }> {
  const [alerts, streams, loads] = await Promise.all([
    listOpenAlerts(store.read),
    listStreamStates(store.read, limits.streams),
    listLoadReports(store.read, limits.loads),
  ]);
  return {
    alerts: alerts.map(({ account_id, kind, subject, message, raised_at }) => ({
      account_id,
      kind,
      subject,
      message,
      raised_at: wireTime(raised_at),
    })),
    streams: streams.map((row) => ({
      source_id: row.source_id,
      table: row.table_name,
      last_batch_loaded_at: row.last_batch_loaded_at === null ? null : wireTime(row.last_batch_loaded_at),
      error: row.error_state === null ? null : (JSON.parse(row.error_state) as { type: string; message: string }),
      active_version: row.active_version,
      waiting_rows: JSON.parse(row.waiting) as Record<string, number>,
    })),
    loads: loads.map((row) => ({
      load_id: row.load_id,
      source_id: row.source_id,
      table: row.table_name,
      finished_at: wireTime(row.finished_at),
      duration_ms: row.finished_at - row.started_at,
      received: row.received,
      rejected: row.rejected,
      superseded: row.superseded,
      new_version: row.new_version === 1,
      bookmarks: JSON.parse(row.bookmarks) as Record<string, string>,
      loaded: JSON.parse(row.loaded) as Record<string, number>,
    })),
  };
}
