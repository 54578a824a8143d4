import type { CredentialRow } from '../../store/queries/credential.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getApiKey, unknownApiKey } from '../credential/find.ts';
import { disableCredential } from '../credential/set-state.ts';

/** Disables a key; when this returns nothing takes effect with it any more. Throws `invalid_id`, `not_confirmed`. */
export function disableApiKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  return change(ctx, `api_key:${id}`, async (tx, effects) => {
    const row = await getApiKey(tx, ctx.actor, id);
    if (row.state === 'deleted') throw unknownApiKey(id);
    effects.revokes = true;
    return row.state === 'disabled' ? row : disableCredential(ctx, tx, effects, row, 'member');
  });
}
