import { AppError } from '../../../contract/errors.ts';
import { listApiKeyRows, type CredentialRow } from '../../store/queries/credential.ts';
import { requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getApiKey } from '../credential/find.ts';
import { requireRestorable } from '../credential/restorable.ts';
import { restoreCredential } from '../credential/set-state.ts';
import { apiKeysPerAccount, findFreeSlot, takingSlot } from '../credential/slots.ts';

/** Brings a key deleted in the last ten minutes back, as disabled. Throws `invalid_id`, `invalid_credential_state`, `key_limit_exceeded`. */
export async function restoreApiKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  return takingSlot(apiKeysPerAccount, () =>
    change(ctx, `api_key:${id}`, async (tx, effects) => {
      const row = await getApiKey(tx, ctx.actor, id);
      requireRestorable(row, ctx.now());
      const slot = findFreeSlot(await listApiKeyRows(tx, row.account_id), apiKeysPerAccount);
      if (slot === undefined) throw new AppError('key_limit_exceeded', `The account has ${apiKeysPerAccount} API access keys again.`);
      return restoreCredential(ctx, tx, effects, row, slot);
    }),
  );
}
