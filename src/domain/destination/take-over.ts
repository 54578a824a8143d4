import { requirePerson } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { updateDestination } from './update.ts';
import type { DestinationView } from './view.ts';

/**
 * Makes a destination that a partner created the account's own: every credential is entered again, where its kind has any.
 * Throws `invalid_id`, `invalid_properties` when a credential is left out, `access_denied`.
 */
export async function takeOverDestination(
  ctx: DomainContext,
  accountId: number,
  destinationId: number,
  input: { properties: Record<string, string | null> },
): Promise<DestinationView> {
  requirePerson(ctx.actor);
  return updateDestination(ctx, accountId, destinationId, input, { takeOver: true });
}
