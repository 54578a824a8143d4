import type { CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getImportToken, unknownToken } from '../credential/find.ts';
import { disableCredential } from '../credential/set-state.ts';
import { getLiveTokenSource } from './source.ts';

/** Disables a token; when this returns nothing takes effect with it any more. Throws `invalid_id`, `invalid_type`, `invalid_token_id`, `not_confirmed`. */
export async function disableImportToken(ctx: DomainContext, accountId: number, sourceId: number, tokenId: number): Promise<CredentialRow> {
  requireAccount(ctx.actor, accountId);
  return change(ctx, `import_token:${tokenId}`, async (tx, effects) => {
    await getLiveTokenSource(tx, accountId, sourceId);
    const row = await getImportToken(tx, sourceId, tokenId);
    if (row.state === 'deleted') throw unknownToken(tokenId);
    effects.revokes = true;
    return row.state === 'disabled' ? row : disableCredential(ctx, tx, effects, row, 'member');
  });
}
