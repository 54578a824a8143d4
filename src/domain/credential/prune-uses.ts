import type { Store } from '../../store/database.ts';
import { deleteOldAnswers } from '../../store/queries/answered-request.ts';
import { dayOf, deleteOldUses } from '../../store/queries/usage.ts';

const keepUsesMs = 90 * 86_400_000;
/** How long a repeated request is recognised. */
const keepAnswersMs = 7 * 86_400_000;
/** A turn holds up every other transaction (ADR 3). */
const maxCredentialsPerTurn = 100;

/** Deletes uses of credentials older than 90 days turn by turn, and requests answered more than a week ago; until `signal` says stop. */
export async function pruneUses(options: { store: Store; now: () => number; signal: AbortSignal }): Promise<void> {
  const { store, now, signal } = options;
  const limits = { beforeDay: dayOf(now() - keepUsesMs), limit: maxCredentialsPerTurn };
  while (!signal.aborted && (await store.transaction((tx) => deleteOldUses(tx, limits))) > 0);
  if (!signal.aborted) await store.transaction((tx) => deleteOldAnswers(tx, now() - keepAnswersMs));
}
