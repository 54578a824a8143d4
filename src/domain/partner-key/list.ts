import { listPartnerKeyRows, type CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';

/** The account's partner keys, enabled and disabled, oldest first. Throws `invalid_id`. */
export async function listPartnerKeys(ctx: DomainContext, accountId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  return listPartnerKeyRows(ctx.store.read, accountId);
}
