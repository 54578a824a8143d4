import { requireAccount } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { beginCheck } from './begin-check.ts';
import { getLiveDestination } from './find.ts';
import { viewDestination, type DestinationView } from './view.ts';

/** Begins to check a destination; what is found is in its view once the check ends. Throws `invalid_id`. */
export async function checkDestination(ctx: DomainContext, accountId: number, destinationId: number): Promise<DestinationView> {
  requireAccount(ctx.actor, accountId);
  return change(ctx, `destination:${destinationId}`, async (tx, effects) => {
    const row = await getLiveDestination(tx, accountId, destinationId);
    await beginCheck(tx, { id: row.id, accountId, now: ctx.now() });
    effects.destinations.push(row.id);
    return viewDestination(tx, row, ctx.now());
  });
}
