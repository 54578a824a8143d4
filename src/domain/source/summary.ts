import { listStreamsOf } from '../../store/queries/stream-state.ts';
import type { DomainContext } from '../context.ts';
import { readRowUsage } from '../usage/read.ts';
import { viewSource, type SourceView } from './view.ts';

export interface SourceSummary {
  readonly view: SourceView;
  readonly rowsToday: number;
  readonly lastTable: { readonly table: string; readonly at: number } | undefined;
  /** Of all rows of the account in the period, 0 to 100. */
  readonly percentOfAccount: number;
  readonly days: readonly { readonly day: string; readonly rows: number }[];
}

/** What a source received and loaded in the period. Throws `invalid_id`. */
export async function summarizeSource(ctx: DomainContext, accountId: number, sourceId: number): Promise<SourceSummary> {
  const view = await viewSource(ctx, accountId, sourceId);
  const [ofSource, ofAccount, streams] = await Promise.all([
    readRowUsage(ctx, accountId, { sourceId }),
    readRowUsage(ctx, accountId),
    listStreamsOf(ctx.store.read, sourceId),
  ]);
  const newest = streams.toSorted((one, other) => (other.last_batch_loaded_at ?? 0) - (one.last_batch_loaded_at ?? 0))[0];
  return {
    view,
    rowsToday: ofSource.days.at(-1)?.rows ?? 0,
    lastTable: newest?.last_batch_loaded_at == null ? undefined : { table: newest.table_name, at: newest.last_batch_loaded_at },
    percentOfAccount: ofAccount.rows === 0 ? 0 : (100 * ofSource.rows) / ofAccount.rows,
    days: ofSource.days,
  };
}
