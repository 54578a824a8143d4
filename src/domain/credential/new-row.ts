import type { MintedCredential } from '../../access/mint.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';
import { actorName, type DomainContext } from '../context.ts';

type OwnColumns = Pick<
  CredentialRow,
  'id' | 'kind' | 'account_id' | 'member_id' | 'source_id' | 'description' | 'slot' | 'created_by_credential' | 'expires_at' | 'in_url'
>;

/** The row of a credential just minted: enabled and never used. The token itself is not part of it. */
export function newCredentialRow(ctx: DomainContext, minted: Omit<MintedCredential, 'token'>, own: OwnColumns): CredentialRow {
  const now = ctx.now();
  return {
    ...own,
    key_id: minted.keyId,
    partner_id: null,
    last4: minted.last4,
    digest: minted.digest,
    pepper_id: minted.pepperId,
    state: 'enabled',
    compromised: 0,
    created_at: now,
    state_changed_at: now,
    state_changed_by: actorName(ctx.actor),
    state_reason: null,
    last_used_at: null,
    last_used_address: null,
    last_used_agent: null,
    last_used_endpoint: null,
    last_denied_at: null,
    last_denied_reason: null,
    created_by_member: ctx.actor.kind === 'member' ? ctx.actor.memberId : null,
  };
}
