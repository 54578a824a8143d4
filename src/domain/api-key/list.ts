import { listApiKeyRows, listRestorable, type CredentialRow } from '../../store/queries/credential.ts';
import { getAccount } from '../account/get.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { restorableForMs } from '../credential/restorable.ts';

/** The account's API keys, enabled and disabled, oldest first. Throws `invalid_id`. */
export async function listApiKeys(ctx: DomainContext, accountId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  await getAccount(ctx.store.read, accountId);
  return listApiKeyRows(ctx.store.read, accountId);
}

/** The same with those that were deleted and may still be brought back. Throws `invalid_id`. */
export async function listKnownApiKeys(ctx: DomainContext, accountId: number): Promise<CredentialRow[]> {
  const live = await listApiKeys(ctx, accountId);
  const deleted = await listRestorable(ctx.store.read, { kind: 'api_key', accountId }, ctx.now() - restorableForMs);
  return [...live, ...deleted].toSorted((one, other) => one.id - other.id);
}
