import type { CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getImportToken, unknownToken } from '../credential/find.ts';
import { enableCredential } from '../credential/set-state.ts';
import { getLiveTokenSource } from './source.ts';

/** Enables a disabled token by hand. Throws `invalid_id`, `invalid_type`, `invalid_token_id`, `access_denied` (the actor is a key). */
export async function enableImportToken(ctx: DomainContext, accountId: number, sourceId: number, tokenId: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  return change(ctx, `import_token:${tokenId}`, async (tx, effects) => {
    await getLiveTokenSource(tx, accountId, sourceId);
    const row = await getImportToken(tx, sourceId, tokenId);
    if (row.state === 'deleted') throw unknownToken(tokenId);
    return row.state === 'enabled' ? row : enableCredential(ctx, tx, effects, row);
  });
}
