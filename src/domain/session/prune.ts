import type { Store } from '../../store/database.ts';
import { deleteOldMail } from '../../store/queries/mail.ts';
import { deleteEnded } from '../../store/queries/people.ts';

const keepMailMs = 30 * 86_400_000;

/** Removes sessions, links and ephemeral tokens that are over, and messages after thirty days. */
export function pruneEnded({ store, now }: { store: Store; now: () => number }): Promise<void> {
  return store.transaction(async (tx) => {
    await deleteEnded(tx, now());
    await deleteOldMail(tx, now() - keepMailMs);
  });
}
