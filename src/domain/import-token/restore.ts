import { listImportTokenRows, type CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getImportToken } from '../credential/find.ts';
import { requireRestorable } from '../credential/restorable.ts';
import { restoreCredential } from '../credential/set-state.ts';
import { findFreeSlot, takingSlot, tokensPerSource } from '../credential/slots.ts';
import { getLiveTokenSource, tooManyTokens } from './source.ts';

/** Brings a token revoked in the last ten minutes back, as disabled. Throws `invalid_id`, `invalid_token_id`, `invalid_credential_state`, `token_limit_exceeded`. */
export async function restoreImportToken(ctx: DomainContext, accountId: number, sourceId: number, tokenId: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  return takingSlot(tokensPerSource, () =>
    change(ctx, `import_token:${tokenId}`, async (tx, effects) => {
      const { type } = await getLiveTokenSource(tx, accountId, sourceId);
      const row = await getImportToken(tx, sourceId, tokenId);
      requireRestorable(row, ctx.now());
      const slot = findFreeSlot(await listImportTokenRows(tx, sourceId), tokensPerSource);
      if (slot === undefined) throw tooManyTokens(type, sourceId);
      return restoreCredential(ctx, tx, effects, row, slot);
    }),
  );
}
