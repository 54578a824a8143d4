import { countStreamLoads, listStreamLoadRows } from '../../store/queries/stream-state.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** The latest load of one stream of an account. */
export interface StreamLoad {
  readonly accountId: number;
  readonly sourceName: string;
  /** Root table as the client named it. */
  readonly table: string;
  /** Milliseconds since the epoch. */
  readonly lastLoadedAt: number | null;
  /** Why the stream does not load, undefined while it does. */
  readonly error: { readonly type: string; readonly message: string; readonly sqlState?: string } | undefined;
}

const recentMs = 60 * 86_400_000;

/** Streams with a load in the last 60 days by name, then by source; and how many there are (connect-api.md §8.6, A15). */
export async function listStreamLoads(
  ctx: DomainContext,
  accountId: number,
  page: { offset: number; limit: number },
): Promise<{ total: number; loads: StreamLoad[] }> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  const asked = { accountId, attemptedSince: ctx.now() - recentMs };
  const total = await countStreamLoads(read, asked);
  const rows = await listStreamLoadRows(read, { ...asked, ...page });
  return {
    total,
    loads: rows.map((row) => ({
      accountId,
      sourceName: row.source_name,
      table: row.table_name,
      lastLoadedAt: row.last_batch_loaded_at,
      error: row.error_state === null ? undefined : (JSON.parse(row.error_state) as NonNullable<StreamLoad['error']>),
    })),
  };
}
