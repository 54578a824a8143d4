import { listImportTokenRows, listRestorable, type CredentialRow } from '../../store/queries/credential.ts';
import { requireAccount } from '../actor.ts';
import type { DomainContext } from '../context.ts';
import { restorableForMs } from '../credential/restorable.ts';
import { getTokenSource, getLiveTokenSource } from './source.ts';

/** The source's tokens, enabled and disabled, newest first. Throws `invalid_id`, `invalid_type`. */
export async function listImportTokens(ctx: DomainContext, accountId: number, sourceId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  await getTokenSource(ctx.store.read, accountId, sourceId);
  return listImportTokenRows(ctx.store.read, sourceId);
}

/** The tokens of a live source, oldest first, with those that were revoked and may still be brought back. Throws `invalid_id`, `invalid_type`. */
export async function listKnownImportTokens(ctx: DomainContext, accountId: number, sourceId: number): Promise<CredentialRow[]> {
  requireAccount(ctx.actor, accountId);
  const { read } = ctx.store;
  await getLiveTokenSource(read, accountId, sourceId);
  const live = await listImportTokenRows(read, sourceId);
  const revoked = await listRestorable(read, { kind: 'import_token', sourceId }, ctx.now() - restorableForMs);
  return [...live, ...revoked].toSorted((one, other) => one.id - other.id);
}
