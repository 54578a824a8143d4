import { AppError } from '../../../contract/errors.ts';
import { insertCredential, listApiKeyRows, type CredentialRow } from '../../store/queries/credential.ts';
import { findFirstAdministrator, findMember } from '../../store/queries/member.ts';
import { nextId } from '../../store/queries/sequence.ts';
import { requireAccount, requirePerson } from '../actor.ts';
import { getAccount } from '../account/get.ts';
import { planFeatures } from '../account/plans.ts';
import { change, recordAudit } from '../change.ts';
import type { DomainContext } from '../context.ts';
import { newCredentialRow } from '../credential/new-row.ts';
import { credentialChange } from '../../access/credential-change.ts';
import { apiKeysPerAccount, findFreeSlot, takingSlot } from '../credential/slots.ts';

export interface CreateApiKeyInput {
  readonly accountId: number;
  readonly description: string;
  /** Whom the key acts as when the operator makes it; the first administrator by default. */
  readonly memberId?: number | undefined;
}

export interface CreatedCredential {
  readonly row: CredentialRow;
  /** The whole secret; shown in exactly one reply. */
  readonly token: string;
}

/** Creates an API key acting as its creator. Throws `invalid_id`, `access_denied` (plan, or the actor is a key), `key_limit_exceeded`. */
export async function createApiKey(ctx: DomainContext, input: CreateApiKeyInput): Promise<CreatedCredential> {
  const { accountId } = input;
  requirePerson(ctx.actor);
  requireAccount(ctx.actor, accountId);
  return takingSlot(apiKeysPerAccount, () =>
    change(ctx, 'api_key:new', async (tx, effects) => {
      const account = await getAccount(tx, accountId);
      if (!planFeatures[account.plan].apiAccess) throw new AppError('access_denied', `The plan ${account.plan} has no API access.`);
      const memberId = ctx.actor.kind === 'member' ? ctx.actor.memberId : input.memberId;
      const member = memberId === undefined ? await findFirstAdministrator(tx, accountId) : await findMember(tx, accountId, memberId);
      if (member === undefined) throw new AppError('invalid_id', `Member not found (${memberId ?? 'administrator'}).`);
      const slot = findFreeSlot(await listApiKeyRows(tx, accountId), apiKeysPerAccount);
      if (slot === undefined) {
        throw new AppError('key_limit_exceeded', `The account has ${apiKeysPerAccount} API access keys, enabled and disabled together.`);
      }
      const { token, ...minted } = ctx.mint.mint('api_key');
      const row = newCredentialRow(ctx, minted, {
        id: await nextId(tx, 'credential'),
        kind: 'api_key',
        account_id: accountId,
        member_id: member.id,
        source_id: null,
        description: input.description,
        slot,
        created_by_credential: null,
      });
      await insertCredential(tx, row);
      await recordAudit(ctx, tx, {
        accountId,
        verb: 'api_key.create',
        subject: `api_key:${row.id}`,
        after: { key_id: row.key_id, member: member.id, description: row.description },
      });
      effects.registry.push(credentialChange(row));
      return { row, token };
    }),
  );
}
