import { listImportTokenRows, type CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { getImportSource } from './source.ts';

/** The source's tokens, enabled and disabled, newest first. Throws `invalid_id`, `invalid_type`. */
export async function listImportTokens(ctx: DomainContext, accountId: number, sourceId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  await getImportSource(ctx.store.read, accountId, sourceId);
  return listImportTokenRows(ctx.store.read, sourceId);
}
