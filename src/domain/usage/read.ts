import { dayOf, listRowUsage } from '../../store/queries/usage.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { periodDays } from '../source/view.ts';

/** Rows loaded in a period of UTC days, subtables included. */
export interface RowUsage {
  readonly rows: number;
  /** Every day of the period as `YYYY-MM-DD`, oldest first. */
  readonly days: readonly { readonly day: string; readonly rows: number }[];
  /** Sources that loaded something, deleted ones included, most rows first. */
  readonly sources: readonly { readonly sourceId: number; readonly displayName: string; readonly rows: number }[];
}

/** What an account, or one of its sources, loaded in the thirty days that end today. Throws `invalid_id`. */
export async function readRowUsage(ctx: DomainContext, accountId: number, only: { sourceId?: number } = {}): Promise<RowUsage> {
  requireAccount(ctx.actor, accountId);
  const today = dayOf(ctx.now());
  const first = today - periodDays + 1;
  const all = await listRowUsage(ctx.store.read, accountId, first);
  const rows = only.sourceId === undefined ? all : all.filter((row) => row.source_id === only.sourceId);
  const sources = new Map<number, { sourceId: number; displayName: string; rows: number }>();
  const days = Array.from({ length: periodDays }, (_, index) => ({ day: dateOf(first + index), rows: 0 }));
  let total = 0;
  for (const row of rows) {
    const known = sources.get(row.source_id);
    sources.set(row.source_id, { sourceId: row.source_id, displayName: row.display_name, rows: row.rows + (known?.rows ?? 0) });
    total += row.rows;
    // A load may have finished on a clock ahead of ours.
    const day = days[Math.min(row.day, today) - first];
    if (day !== undefined) day.rows += row.rows;
  }
  return { rows: total, days, sources: [...sources.values()].toSorted((one, other) => other.rows - one.rows) };
}

function dateOf(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}
