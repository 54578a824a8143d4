/** Tables of what was loaded. */
import type { Generated } from 'kysely';

/** What the owner sees of one stream's loading. */
export interface StreamStateTable {
  source_id: number;
  table_name: string;
  /** Acknowledged buffer position: the floor when a destination's ledger is gone (ADR 5). */
  acknowledged_position: number;
  last_batch_loaded_at: number | null;
  /** The newest load, failed ones included. */
  last_attempt_at: number | null;
  /** JSON {type, message, sqlState?} while loading fails. */
  error_state: string | null;
  /** Version of the table that is visible, a 64-bit integer as text; null before the first activation. */
  active_version: string | null;
  /** JSON {version: rows} of what waits for its activation, as of the last load. */
  waiting: Generated<string>;
}

export interface LoadReportTable {
  load_id: string;
  source_id: number;
  table_name: string;
  started_at: number;
  finished_at: number;
  /** JSON rows per destination table. */
  loaded: string;
  received: number;
  rejected: number;
  replaced_surrogates: number;
  superseded: Generated<number>;
  /** JSON {bookmark: greatest loaded value}. */
  bookmarks: Generated<string>;
  /** 0 or 1: whether a new version became visible. */
  new_version: Generated<number>;
  seq: Generated<number>;
}

/** Rows loaded on one UTC day (days since the epoch), subtables included. */
export interface RowUsageTable {
  source_id: number;
  day: number;
  rows: number;
}
