import type { Selectable } from 'kysely';
import type { Tables } from '../store/tables.ts';
import type { CredentialKind } from './principal.ts';
import type { RegistryChange } from './registry.ts';

type Columns =
  | 'id'
  | 'key_id'
  | 'kind'
  | 'account_id'
  | 'source_id'
  | 'member_id'
  | 'partner_id'
  | 'digest'
  | 'pepper_id'
  | 'state'
  | 'state_reason'
  | 'expires_at'
  | 'in_url';

/**
 * The registry's view of a credential row as committed. A token that was deleted with its source stays known:
 * the source, deleted for good, refuses it and says why (import-api.md §8.2).
 */
export function credentialChange(row: Pick<Selectable<Tables['credential']>, Columns>): RegistryChange {
  return {
    kind: 'credential',
    id: row.id,
    keyId: row.key_id,
    credentialKind: kindOf(row),
    accountId: row.account_id,
    sourceId: row.source_id ?? undefined,
    memberId: row.member_id ?? undefined,
    partnerId: row.partner_id ?? undefined,
    digest: row.digest,
    pepperId: row.pepper_id,
    state: row.state_reason === 'source_deleted' ? 'enabled' : row.state,
    disabledByPlan: row.state === 'disabled' && row.state_reason === 'plan',
    expiresAt: row.expires_at ?? undefined,
  };
}

/** The kind of a stored credential: a webhook URL takes the slot of an import token. */
export function kindOf(row: Pick<Selectable<Tables['credential']>, 'kind' | 'in_url'>): CredentialKind {
  return row.in_url === 1 ? 'webhook_url' : row.kind;
}
