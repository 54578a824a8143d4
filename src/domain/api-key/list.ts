import { listApiKeyRows, type CredentialRow } from '../../store/queries/credential.ts';
import { getAccount } from '../account/get.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** The account's API keys, enabled and disabled, oldest first. Throws `invalid_id`. */
export async function listApiKeys(ctx: DomainContext, accountId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  await getAccount(ctx.store.read, accountId);
  return listApiKeyRows(ctx.store.read, accountId);
}
