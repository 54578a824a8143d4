import type { DomainContext } from '../context.ts';
import { getApiKey as getRow, unknownApiKey, type CredentialRow } from '../credential/find.ts';
import { findRestorableUntil } from '../credential/restorable.ts';

/** An API key that is not deleted, or may still be brought back. Throws `invalid_id`. */
export async function getApiKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  const row = await getRow(ctx.store.read, ctx.actor, id);
  if (row.state === 'deleted' && findRestorableUntil(row, ctx.now()) === undefined) throw unknownApiKey(id);
  return row;
}
