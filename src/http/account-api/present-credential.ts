import type { ApiKey } from '../../../contract/account-api/api-keys.ts';
import type { CredentialReach as ReachBody, LastDenied, LastUse } from '../../../contract/account-api/common.ts';
import type { PartnerKey } from '../../../contract/account-api/partner-keys.ts';
import type { ImportToken } from '../../../contract/account-api/sources.ts';
import type { CredentialReach } from '../../domain/credential/reach.ts';
import type { CredentialView } from '../../domain/credential/view.ts';
import type { ImportTokenView } from '../../domain/import-token/view.ts';
import { instant, instantOrNull } from './instant.ts';

/** An API key without its secret (web-app.md §2.1). */
export function presentApiKey(view: CredentialView): ApiKey {
  const { row } = view;
  return {
    ...presentCommon(view),
    description: row.description,
    state_reason: row.state_reason,
    state_changed_at: instant(row.state_changed_at),
    state_changed_by: view.stateChangedBy,
  };
}

/** An import token without its secret (web-app.md §6.2). */
export function presentImportToken(view: ImportTokenView): ImportToken {
  return { ...presentCommon(view), superseded: view.superseded, unused_since_superseded: view.unusedSinceSuperseded };
}

/** A partner key, known by its partner (web-app.md §2.2). */
export function presentPartnerKey(view: CredentialView): PartnerKey {
  const { row } = view;
  return {
    id: row.id,
    partner: view.createdBy,
    actor: `partner:${row.partner_id}`,
    created_at: instant(row.created_at),
    state: row.state === 'enabled' ? 'enabled' : 'disabled',
    expires_at: instantOrNull(row.expires_at),
    expired: view.expired,
    last_used: presentLastUse(view),
  };
}

/** What a confirmation shows before a credential is taken away. */
export function presentReach({ recentUses, created }: CredentialReach): ReachBody {
  return {
    recent_uses: recentUses.map(({ address, agent, uses, lastAt }) => ({ address, agent, uses, last_at: instant(lastAt) })),
    created: created.map(({ kind, id, name, live }) => ({ kind, id, name, live })),
  };
}

function presentCommon(view: CredentialView): Omit<ImportToken, 'superseded' | 'unused_since_superseded'> {
  const { row } = view;
  return {
    id: row.id,
    key_id: row.key_id,
    last4: row.last4,
    created_at: instant(row.created_at),
    created_by: view.createdBy,
    state: row.state,
    expires_at: instantOrNull(row.expires_at),
    expired: view.expired,
    last_used: presentLastUse(view),
    last_denied: presentLastDenied(view),
    unused: view.unused,
    restorable_until: instantOrNull(view.restorableUntil),
  };
}

function presentLastUse({ row }: CredentialView): LastUse {
  if (row.last_used_at === null) return null;
  return {
    at: instant(row.last_used_at),
    address: row.last_used_address ?? '',
    agent: row.last_used_agent ?? '',
    endpoint: row.last_used_endpoint ?? '',
  };
}

function presentLastDenied({ row }: CredentialView): LastDenied {
  return row.last_denied_at === null ? null : { at: instant(row.last_denied_at), reason: row.last_denied_reason ?? '' };
}
