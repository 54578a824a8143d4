import type { RegistryChange } from '../../access/registry.ts';
import type { CredentialRow } from '../../store/queries/credential.ts';

/** The registry's view of a credential row as committed. */
export function credentialChange(row: CredentialRow): RegistryChange {
  return {
    kind: 'credential',
    id: row.id,
    keyId: row.key_id,
    credentialKind: row.kind,
    accountId: row.account_id,
    sourceId: row.source_id ?? undefined,
    memberId: row.member_id ?? undefined,
    partnerId: row.partner_id ?? undefined,
    digest: row.digest,
    pepperId: row.pepper_id,
    state: row.state,
    disabledByPlan: row.state === 'disabled' && row.state_reason === 'plan',
  };
}
