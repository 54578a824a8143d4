import type { Transaction } from 'kysely';
import { deleteAuthorizationCodes } from '../../store/queries/authorization-code.ts';
import { deleteEphemeralTokensOf } from '../../store/queries/ephemeral-token.ts';
import { listDestinationsOfPartner, listKeysOfPartner } from '../../store/queries/partner.ts';
import { deleteSessionsOfCredential } from '../../store/queries/session.ts';
import type { Tables } from '../../store/tables.ts';
import type { Effects } from '../changes.ts';

/** Stops all a partner has on all accounts but its keys themselves: codes, ephemeral tokens, sessions begun with them, loads. */
export async function stopPartner(tx: Transaction<Tables>, effects: Effects, partnerId: number): Promise<void> {
  await deleteAuthorizationCodes(tx, partnerId);
  for (const { id } of await listKeysOfPartner(tx, partnerId)) {
    await deleteEphemeralTokensOf(tx, id);
    await deleteSessionsOfCredential(tx, id);
  }
  effects.registry.push({ kind: 'partner', partnerId, active: false });
  effects.destinations.push(...(await listDestinationsOfPartner(tx, partnerId)));
  effects.revokes = true;
}
