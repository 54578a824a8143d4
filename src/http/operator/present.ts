/** Rows as the operator sees them; never a digest. */
import type { AccountRow } from '../../domain/account/get.ts';
import type { CredentialRow } from '../../domain/credential/find.ts';
import { redirectUrisOf } from '../../domain/partner/find.ts';
import type { PartnerView } from '../../domain/partner/list.ts';
import { wireTime } from '../../lib/wire-time.ts';
import type { ShownReject } from './options.ts';

/** An account as listed; times as on the wire. */
export function presentAccount(row: AccountRow): Record<string, unknown> {
  return {
    account_id: row.id,
    company: row.company,
    plan: row.plan,
    created_at: wireTime(row.created_at),
    held_at: row.held_at === null ? null : wireTime(row.held_at),
  };
}

/** An API key as listed: everything but the secret and its digest. */
export function presentApiKey(row: CredentialRow): Record<string, unknown> {
  return {
    id: row.id,
    key_id: row.key_id,
    description: row.description,
    user_id: row.member_id,
    state: row.state,
    state_reason: row.state_reason,
    last4: row.last4,
    created_at: wireTime(row.created_at),
    last_used_at: row.last_used_at === null ? null : wireTime(row.last_used_at),
    last_used_address: row.last_used_address,
    last_used_agent: row.last_used_agent,
    last_used_endpoint: row.last_used_endpoint,
    last_denied_at: row.last_denied_at === null ? null : wireTime(row.last_denied_at),
    last_denied_reason: row.last_denied_reason,
  };
}

/** A partner as listed: of its secrets the last four characters, of its notice URL whether it has one. */
export function presentPartner({ row, secrets, accounts }: PartnerView): Record<string, unknown> {
  return {
    partner_id: row.client_id,
    name: row.name,
    state: row.suspended_at === null ? 'active' : 'suspended',
    redirect_uris: redirectUrisOf(row),
    logo: row.logo_type,
    accounts,
    secrets: secrets.map(({ last4, created_at: createdAt, expires_at: expiresAt }) => ({
      last4,
      created_at: wireTime(createdAt),
      expires_at: expiresAt === null ? null : wireTime(expiresAt),
    })),
    notices: row.sealed_notice_url !== null,
    created_at: wireTime(row.created_at),
  };
}

/** A reject as listed; the sequence is text because JSON readers lose digits beyond 2^53. */
export function presentReject(reject: ShownReject): Record<string, unknown> {
  return {
    id: reject.id,
    table: reject.table,
    scope: reject.scope,
    reason: reject.reason,
    sequence: reject.sequence.toString(),
    state: reject.state,
    rejected_at: new Date(reject.rejectedAt).toISOString(),
    ...(reject.record === undefined ? {} : { record: reject.record }),
  };
}
