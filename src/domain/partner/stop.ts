import type { Transaction } from 'kysely';
import { deleteAuthorizationCodes } from '../../store/queries/authorization-code.ts';
import { deleteEphemeralTokensOf } from '../../store/queries/ephemeral-token.ts';
import { listKeysOfPartner } from '../../store/queries/partner.ts';
import { deleteSessionsOfCredential } from '../../store/queries/session.ts';
import type { Tables } from '../../store/tables.ts';
import type { Effects } from '../changes.ts';
import type { DomainContext } from '../context.ts';
import { settleHolds } from '../destination/settle-holds.ts';

/**
 * Stops all that a partner, marked as suspended or removed, has on all accounts but its keys themselves: codes, ephemeral tokens, sessions
 * begun with them, loads.
 */
export async function stopPartner(ctx: DomainContext, tx: Transaction<Tables>, effects: Effects, partnerId: number): Promise<void> {
  await deleteAuthorizationCodes(tx, partnerId);
  for (const { id } of await listKeysOfPartner(tx, partnerId)) {
    await deleteEphemeralTokensOf(tx, id);
    await deleteSessionsOfCredential(tx, id);
  }
  effects.registry.push({ kind: 'partner', partnerId, active: false });
  await settleHolds(ctx, tx, effects, { partnerId });
  effects.revokes = true;
}
