import { plans } from '../../../contract/account-api/plans.ts';
import { listLoadedSince, listNewestReports, listSourceReports, type LoadReportRow } from '../../store/queries/load-report.ts';
import { listStreamsOf } from '../../store/queries/stream-state.ts';
import { getAccount } from '../account/get.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { getLiveSource } from '../source/find.ts';

/** How one table of a source loads. */
export interface TableLoading {
  readonly table: string;
  readonly lastLoadedAt: number | undefined;
  /** Why it does not load now. */
  readonly error: string | undefined;
  /** Of the newest load. */
  readonly bookmarks: Readonly<Record<string, string>>;
  readonly waitingVersions: Readonly<Record<string, number>>;
  /** Rows of the last 24 hours, subtables included. */
  readonly rows: number;
}

export interface SourceLoad {
  readonly loadId: string;
  readonly table: string;
  readonly startedAt: number;
  readonly finishedAt: number;
  readonly loaded: Readonly<Record<string, number>>;
  readonly received: number;
  readonly rejected: number;
  readonly superseded: number;
}

const dayMs = 86_400_000;
const newestLoads = 100;

/** The tables of a source, and its newest loads as far back as the plan keeps them; of one table if named. Throws `invalid_id`. */
export async function readSourceLoads(
  ctx: DomainContext,
  accountId: number,
  sourceId: number,
  table: string | undefined,
): Promise<{ tables: TableLoading[]; loads: SourceLoad[] }> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  await getLiveSource(read, accountId, sourceId);
  const { plan } = await getAccount(read, accountId);
  const now = ctx.now();
  const [streams, newest, recent, reports] = await Promise.all([
    listStreamsOf(read, sourceId),
    listNewestReports(read, sourceId),
    listLoadedSince(read, { sourceId, since: now - dayMs }),
    listSourceReports(read, { sourceId, table, since: now - plans[plan].load_report_days * dayMs, limit: newestLoads }),
  ]);
  const bookmarks = new Map(newest.map((report) => [report.table_name, parseRecord<string>(report.bookmarks)]));
  const rows = new Map<string, number>();
  for (const { table_name: name, loaded } of recent) rows.set(name, (rows.get(name) ?? 0) + sum(parseRecord<number>(loaded)));
  return {
    tables: streams.map((stream) => ({
      table: stream.table_name,
      lastLoadedAt: stream.last_batch_loaded_at ?? undefined,
      error: stream.error_state === null ? undefined : (JSON.parse(stream.error_state) as { message: string }).message,
      bookmarks: bookmarks.get(stream.table_name) ?? {},
      waitingVersions: parseRecord<number>(stream.waiting),
      rows: rows.get(stream.table_name) ?? 0,
    })),
    loads: reports.map(toLoad),
  };
}

function toLoad(report: LoadReportRow): SourceLoad {
  return {
    loadId: report.load_id,
    table: report.table_name,
    startedAt: report.started_at,
    finishedAt: report.finished_at,
    loaded: parseRecord<number>(report.loaded),
    received: report.received,
    rejected: report.rejected,
    superseded: report.superseded,
  };
}

function parseRecord<Value>(json: string): Record<string, Value> {
  return JSON.parse(json) as Record<string, Value>;
}

function sum(loaded: Readonly<Record<string, number>>): number {
  return Object.values(loaded).reduce((total, rows) => total + rows, 0);
}
