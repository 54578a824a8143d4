import { findAccount } from '../../store/queries/account.ts';
import { listOpenAlertsOf, type AlertRow } from '../../store/queries/alert.ts';
import { countLiveTokens } from '../../store/queries/credential.ts';
import { listSources, type SourceRow } from '../../store/queries/source.ts';
import { listLastLoads } from '../../store/queries/stream-state.ts';
import { dayOf, listRowUsage } from '../../store/queries/usage.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { unknownSource } from './find.ts';

/** A source as lists show it. */
export interface SourceView {
  readonly row: SourceRow;
  readonly status: 'active' | 'paused' | 'held';
  /** Why Thimble itself stopped it. */
  readonly statusReason: string | undefined;
  /** Milliseconds since the epoch. */
  readonly lastLoadedAt: number | undefined;
  /** Of the last thirty days, today included. */
  readonly rowsThisPeriod: number;
  readonly activeTokens: number;
}

/** Days a usage period has, today included. */
export const periodDays = 30;

/** The account's sources that are not deleted, oldest first. Throws `invalid_id`. */
export async function viewSources(ctx: DomainContext, accountId: number): Promise<SourceView[]> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const now = ctx.now();
  const [account, sources, alerts, loads, tokens, usage] = await Promise.all([
    findAccount(read, accountId),
    listSources(read, accountId),
    listOpenAlertsOf(read, accountId),
    listLastLoads(read, accountId),
    countLiveTokens(read, accountId, now),
    listRowUsage(read, accountId, dayOf(now) - periodDays + 1),
  ]);
  const lastLoads = new Map(loads.map((load) => [load.source_id, load.last_loaded_at]));
  const tokenCounts = new Map(tokens.map((count) => [count.source_id, Number(count.tokens)]));
  const rows = new Map<number, number>();
  for (const use of usage) rows.set(use.source_id, (rows.get(use.source_id) ?? 0) + use.rows);
  return sources
    .filter((row) => row.deleted_at === null)
    .map((row) => {
      const statusReason = findStopReason(row, alerts, account?.held_at != null);
      return {
        row,
        status: row.paused_at !== null ? 'paused' : statusReason === undefined ? 'active' : 'held',
        statusReason: row.paused_at === null ? statusReason : undefined,
        lastLoadedAt: lastLoads.get(row.id) ?? undefined,
        rowsThisPeriod: rows.get(row.id) ?? 0,
        activeTokens: tokenCounts.get(row.id) ?? 0,
      };
    });
}

/** One of them. Throws `invalid_id`. */
export async function viewSource(ctx: DomainContext, accountId: number, sourceId: number): Promise<SourceView> {
  const view = (await viewSources(ctx, accountId)).find(({ row }) => row.id === sourceId);
  if (view === undefined) throw unknownSource(sourceId);
  return view;
}

/** What stops a whole source; a table that stopped alone does not. */
function findStopReason(row: SourceRow, alerts: readonly AlertRow[], onHold: boolean): string | undefined {
  if (onHold) return 'The account is on hold.';
  if (row.destination_id === null) return 'It has no destination; what it receives is kept until it gets one.';
  if (row.system_paused_at !== null) return 'Thimble paused it; what it receives is kept.';
  return alerts.find(
    ({ subject }) =>
      subject === `source:${row.id}` || subject === `hold:${row.destination_id}` || subject === `destination:${row.destination_id}`,
  )?.message;
}
