import type { Integration, IntegrationSummary, Load, TableState } from '../../../contract/account-api/sources.ts';
import type { SourceLoad, TableLoading } from '../../domain/load/of-source.ts';
import type { SourceSummary } from '../../domain/source/summary.ts';
import { readWebhookKey } from '../../domain/source/webhook-key.ts';
import type { SourceView } from '../../domain/source/view.ts';
import { instant, instantOrNull } from './instant.ts';
import type { Arrivals } from './options.ts';

/** An integration as lists show it (web-app.md §8.1). */
export function presentIntegration(view: SourceView, arrivals: Arrivals): Integration {
  const { row } = view;
  return {
    id: row.id,
    type: row.type,
    display_name: row.display_name,
    name: row.name,
    destination_id: row.destination_id,
    status: view.status,
    status_reason: view.statusReason ?? null,
    created_at: instant(row.created_at),
    last_received_at: instantOrNull(arrivals.receivedAt(row.id) ?? row.last_received_at),
    last_loaded_at: instantOrNull(view.lastLoadedAt),
    rows_this_period: view.rowsThisPeriod,
    active_tokens: view.activeTokens,
    primary_key: readWebhookKey(row) ?? null,
  };
}

/** The Summary tab (web-app.md §8.2). */
export function presentSummary(
  { view, rowsToday, lastTable, percentOfAccount, days }: SourceSummary,
  arrivals: Arrivals,
): IntegrationSummary {
  const integration = presentIntegration(view, arrivals);
  return {
    integration,
    last_received_at: integration.last_received_at,
    waiting_bytes: arrivals.waitingBytes(view.row.id),
    rows_today: rowsToday,
    last_table: lastTable === undefined ? null : { table: lastTable.table, at: instant(lastTable.at) },
    rows_this_period: view.rowsThisPeriod,
    percent_of_account: percentOfAccount,
    days: [...days],
  };
}

/** One table of the Loads tab. */
export function presentTable(table: TableLoading): TableState {
  return {
    table: table.table,
    last_loaded_at: instantOrNull(table.lastLoadedAt),
    error: table.error ?? null,
    bookmarks: { ...table.bookmarks },
    waiting_versions: { ...table.waitingVersions },
    rows: table.rows,
  };
}

/** One load of the Loads tab. */
export function presentLoad(load: SourceLoad): Load {
  return {
    load_id: load.loadId,
    table: load.table,
    started_at: instant(load.startedAt),
    finished_at: instant(load.finishedAt),
    loaded: { ...load.loaded },
    received: load.received,
    rejected: load.rejected,
    superseded: load.superseded,
  };
}
