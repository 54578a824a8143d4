import { AppError } from '../../../contract/errors.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';
import { findMember } from '../../store/queries/member.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';
import { requirePerson } from '../actor.ts';
import { change } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { getApiKey, unknownApiKey } from '../credential/find.ts';
import { enableCredential } from '../credential/set-state.ts';

/** Enables a disabled key by hand. Throws `invalid_id`, `access_denied` (the plan has no API access, its member is deactivated, or the actor is a key). */
export async function enableApiKey(ctx: DomainContext, id: number): Promise<CredentialRow> {
  requirePerson(ctx.actor);
  return change(ctx, `api_key:${id}`, async (tx, effects) => {
    const row = await getApiKey(tx, ctx.actor, id);
    if (row.state === 'deleted') throw unknownApiKey(id);
    const { plan } = await getAccount(tx, row.account_id);
    if (!planFeatures[plan].apiAccess) throw new AppError('access_denied', `The plan ${plan} has no API access.`);
    const member = row.member_id === null ? undefined : await findMember(tx, row.account_id, row.member_id);
    if (member === undefined || member.deactivated_at !== null) {
      throw new AppError('access_denied', 'The key acts as a member who is deactivated; reactivate the member first.');
    }
    return row.state === 'enabled' ? row : enableCredential(ctx, tx, effects, row);
  });
}
