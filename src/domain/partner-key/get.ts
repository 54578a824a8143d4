import type { DomainContext } from '../context.ts';
import { getPartnerKeyRow, unknownPartnerKey, type CredentialRow } from '../credential/find.ts';

/** A partner key that is not deleted. Throws `invalid_id`. */
export async function getPartnerKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  const row = await getPartnerKeyRow(ctx.store.read, ctx.actor, id);
  if (row.state === 'deleted') throw unknownPartnerKey(id);
  return row;
}
