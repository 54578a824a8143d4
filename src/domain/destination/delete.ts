import { clearAlerts } from '../../store/queries/alert.ts';
import { deleteConnectionSecrets } from '../../store/queries/connection-secret.ts';
import { findDestination, updateDestinationRow } from '../../store/queries/destination.ts';
import { listHooksOfDestination } from '../../store/queries/hook.ts';
import { listLiveSourcesOf } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { removeHook } from '../hook/delete.ts';
import { bindSources } from './bind.ts';
import { getLiveDestination } from './find.ts';
import { holdSubject } from './hold.ts';

/**
 * Deletes a destination with its hooks and forgets its credentials. Its sources stay, paused by the system; what they accepted waits for another
 * destination, and what is loaded stays where it is. Throws `invalid_id`, and `not_confirmed` for one that a partner created.
 */
export async function deleteDestination(ctx: DomainContext, accountId: number, destinationId: number): Promise<void> {
  requireAccount(ctx.actor, accountId);
  const subject = `destination:${destinationId}`;
  await change(ctx, subject, async (tx, effects) => {
    if (ctx.changes.isUnconfirmed(subject) && (await findDestination(tx, accountId, destinationId))?.deleted_at) {
      // Asked again, it waits again for loads under way.
      effects.revokes = true;
      effects.destinations.push(destinationId);
      return;
    }
    const row = await getLiveDestination(tx, accountId, destinationId);
    const now = ctx.now();
    const sources = await listLiveSourcesOf(tx, accountId, destinationId);
    await bindSources(tx, effects, sources, { destinationId: null, now });
    await deleteConnectionSecrets(tx, destinationId);
    await clearAlerts(tx, [subject, holdSubject(destinationId)], now);
    for (const hook of await listHooksOfDestination(tx, destinationId)) await removeHook(ctx, tx, hook);
    await updateDestinationRow(tx, destinationId, { deleted_at: now, updated_at: now });
    await recordAudit(ctx, tx, {
      accountId,
      verb: 'destination.delete',
      subject,
      before: { type: row.type, name: row.name },
      after: { deleted_at: now, sources: sources.map(({ id }) => id) },
    });
    effects.destinations.push(destinationId);
    if (row.partner_id === null) return;
    // Its partner may be stopped next, and would not be found here any more.
    effects.cutOff.push(destinationId);
    effects.revokes = true;
  });
}
