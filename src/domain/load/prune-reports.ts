import type { Store } from '../../store/database.ts';
import { deleteOldLoadReports } from '../../store/queries/load-report.ts';

const keepReportsMs = 60 * 86_400_000;
/** A turn holds up every other transaction (ADR 3). */
const maxRowsPerTurn = 500;

/** Deletes load reports older than 60 days, turn by turn until none is left or `signal` says stop. */
export async function pruneLoadReports(options: { store: Store; now: () => number; signal: AbortSignal }): Promise<void> {
  const { store, now, signal } = options;
  const limits = { finishedBefore: now() - keepReportsMs, limit: maxRowsPerTurn };
  while (!signal.aborted && (await store.transaction((tx) => deleteOldLoadReports(tx, limits))) === maxRowsPerTurn);
}
