/** Tables of credentials, and of the partners some of them are for. */
import type { Generated } from 'kysely';

/** API keys, partner keys and import tokens (access.md). */
export interface CredentialTable {
  id: number;
  /** The 12 base62 characters after the prefix. */
  key_id: string;
  kind: 'api_key' | 'partner_key' | 'import_token';
  account_id: number;
  /** Creator of an API key, whom it acts as. */
  member_id: number | null;
  source_id: number | null;
  partner_id: number | null;
  description: string;
  last4: string;
  digest: Uint8Array;
  pepper_id: number;
  state: 'enabled' | 'disabled' | 'deleted';
  /** 1…10 for API keys of an account, 1…2 for tokens of a source, 1 for partner keys; null once deleted. A unique index makes the limit. */
  slot: number | null;
  compromised: 0 | 1;
  created_at: number;
  created_by_credential: number | null;
  state_changed_at: number;
  /** Actor as in `audit.actor`. */
  state_changed_by: string;
  state_reason: 'member' | 'plan' | 'partner' | 'source_deleted' | null;
  last_used_at: number | null;
  last_used_address: string | null;
  last_used_agent: string | null;
  last_used_endpoint: string | null;
  last_denied_at: number | null;
  last_denied_reason: string | null;
  /** Refused from then on; null: never. */
  expires_at: Generated<number | null>;
  /** The member who made an import token. */
  created_by_member: Generated<number | null>;
  /** 1: a webhook URL, whose secret is part of the URL's path. */
  in_url: Generated<number>;
}

/** Uses of a credential by one client on one UTC day (days since the epoch). */
export interface CredentialUseTable {
  credential_id: number;
  day: number;
  address: string;
  agent: string;
  uses: number;
  last_at: number;
}

/** Signs the member of an API key in once, from another page (connect-api.md §4.2). Using it deletes the row. */
export interface EphemeralTokenTable {
  /** SHA-256 of the token. */
  digest: Uint8Array;
  account_id: number;
  member_id: number;
  credential_id: number;
  created_at: number;
  expires_at: number;
}

/** An application that owners let act on their accounts. Removing one keeps the row, for the names in audit rows. */
export interface PartnerTable {
  id: number;
  name: string;
  created_at: number;
  /** `oc_` and 12 base62 characters: `client_id`, and `partner_id` on the wire. */
  client_id: Generated<string | null>;
  /** JSON array of the exact addresses a browser may be sent back to; the first is the default. */
  redirect_uris: Generated<string | null>;
  logo: Generated<Uint8Array | null>;
  /** Media type of the logo. */
  logo_type: Generated<string | null>;
  suspended_at: Generated<number | null>;
  removed_at: Generated<number | null>;
  /** Where it is told that a key of it ended; sealed, since it may hold a secret. */
  sealed_notice_url: Generated<Uint8Array | null>;
}

/** A secret of a partner, kept like a credential; while one replaces another both work. */
export interface PartnerSecretTable {
  /** The 12 base62 characters after the prefix. */
  key_id: string;
  partner_id: number;
  digest: Uint8Array;
  pepper_id: number;
  last4: string;
  created_at: number;
  /** Refused from then on; null: never. */
  expires_at: number | null;
}

/** What a browser carries from the consent to the partner (RFC 6749 §4.1.2). A used one is kept until it would have expired, to notice a second use. */
export interface AuthorizationCodeTable {
  /** SHA-256 of the code. */
  digest: Uint8Array;
  partner_id: number;
  account_id: number;
  /** Who consented; the key acts as this member. */
  member_id: number;
  /** As sent with the request; null: the default was used. */
  redirect_uri: string | null;
  /** S256 of RFC 7636; null: none was sent. */
  code_challenge: string | null;
  /** When the key that comes of it ends; null: never. */
  key_expires_at: number | null;
  created_at: number;
  expires_at: number;
  used_at: number | null;
  /** The key it gave. */
  credential_id: number | null;
}

/** What a partner has yet to be told; gone once it was told, or given up. */
export interface PartnerNoticeTable {
  id: Generated<number>;
  partner_id: number;
  /** The account it is about. */
  account_id: number;
  /** JSON as it is sent. */
  body: string;
  created_at: number;
  attempts: Generated<number>;
  next_attempt_at: number;
}
