import type { CredentialRow } from '../../store/queries/credential.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getApiKey, unknownApiKey } from '../credential/find.ts';
import { deleteCredential } from '../credential/set-state.ts';

/**
 * Deletes a key; when this returns nothing takes effect with it any more. `compromised` also disables the tokens it made
 * and makes the deletion final. Throws `invalid_id`, `not_confirmed`.
 */
export function deleteApiKey(ctx: DomainContext, id: number, options: { compromised: boolean }): Promise<CredentialRow> {
  const subject = `api_key:${id}`;
  return change(ctx, subject, async (tx, effects) => {
    const row = await getApiKey(tx, ctx.actor, id);
    if (row.state !== 'deleted') return deleteCredential(ctx, tx, effects, row, { reason: 'member', compromised: options.compromised });
    if (!ctx.changes.isUnconfirmed(subject)) throw unknownApiKey(id);
    effects.revokes = true;
    return row;
  });
}
