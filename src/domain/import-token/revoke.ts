import type { CredentialRow } from '../../store/queries/credential.ts';
import { updateSourceRow, type SourceRow } from '../../store/queries/source.ts';
import { requireAccount } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getImportToken, unknownToken } from '../credential/find.ts';
import { deleteCredential } from '../credential/set-state.ts';
import { getLiveTokenSource } from './source.ts';

/** Revokes a token; when this returns nothing takes effect with it any more. Throws `invalid_id`, `invalid_type`, `invalid_token_id`, `not_confirmed`. */
export async function revokeImportToken(
  ctx: DomainContext,
  accountId: number,
  sourceId: number,
  tokenId: number,
  options: { compromised: boolean },
): Promise<{ source: SourceRow; token: CredentialRow }> {
  requireAccount(ctx.actor, accountId);
  const subject = `import_token:${tokenId}`;
  return change(ctx, subject, async (tx, effects) => {
    const source = await getLiveTokenSource(tx, accountId, sourceId);
    const row = await getImportToken(tx, sourceId, tokenId);
    if (row.state === 'deleted') {
      if (!ctx.changes.isUnconfirmed(subject)) throw unknownToken(tokenId);
      effects.revokes = true;
      return { source, token: row };
    }
    const token = await deleteCredential(ctx, tx, effects, row, { reason: 'member', compromised: options.compromised });
    return { source: await updateSourceRow(tx, sourceId, { updated_at: ctx.now() }), token };
  });
}
