/**
 * Rows of the control store. Four column types only (ADR 3): integer (ids, 0/1, epoch milliseconds), text, blob, JSON as text.
 * Row types are not API types: surfaces present them explicitly.
 */
import type { Generated } from 'kysely';

export interface Tables {
  setting: SettingTable;
  id_sequence: IdSequenceTable;
  account: AccountTable;
  member: MemberTable;
  connection_source: SourceTable;
  connection_destination: DestinationTable;
  credential: CredentialTable;
  audit: AuditTable;
  stream_state: StreamStateTable;
  load_report: LoadReportTable;
  connection_secret: ConnectionSecretTable;
  connection_check: ConnectionCheckTable;
  alert: AlertTable;
  session: SessionTable;
  invitation: InvitationTable;
  link: LinkTable;
  recovery_code: RecoveryCodeTable;
  mail: MailTable;
  answered_request: AnsweredRequestTable;
  partner: PartnerTable;
  partner_secret: PartnerSecretTable;
  authorization_code: AuthorizationCodeTable;
  partner_notice: PartnerNoticeTable;
  credential_use: CredentialUseTable;
  row_usage: RowUsageTable;
  custom_email: CustomEmailTable;
  hook: HookTable;
  hook_delivery: HookDeliveryTable;
  stream: StreamTable;
  job: JobTable;
  ephemeral_token: EphemeralTokenTable;
}

/** Facts of the installation: installation_id, pepper ids, … */
interface SettingTable {
  name: string;
  value: string;
}

/** Next id per sequence (`account`, `member`, `connection`, `credential`, `notification`, `partner`), taken inside the inserting transaction. */
interface IdSequenceTable {
  name: string;
  next: number;
}

interface AccountTable {
  id: number;
  company: string;
  plan: 'free_trial' | 'standard' | 'advanced' | 'premium';
  created_at: number;
  /** Set while the account may not push: unpaid, or trial ended. */
  held_at: number | null;
  /** The partner that made the account. */
  partner_id: Generated<number | null>;
}

interface MemberTable {
  id: number;
  account_id: number;
  email: string;
  name: string;
  role: 'administrator' | 'member';
  created_at: number;
  /** PHC string of argon2id; null until the member has chosen a password. */
  password_hash: Generated<string | null>;
  /** Whoever first entered payment data (web-app.md §3.2). */
  invoice_admin: Generated<0 | 1>;
  /** Set while the member may not sign in. */
  deactivated_at: Generated<number | null>;
  last_seen_at: Generated<number | null>;
  notify_errors: Generated<0 | 1>;
  /** Asked for and not yet proven. */
  pending_email: Generated<string | null>;
  /** Sealed; kept before it is confirmed. */
  totp_secret: Generated<Uint8Array | null>;
  totp_enabled_at: Generated<number | null>;
  /** The time step of the last accepted code: none is taken twice (RFC 6238 §5.2). */
  totp_last_step: Generated<number | null>;
}

/** Somebody signed in. The cookie's secret is kept as its SHA-256. Ending a session deletes its row. */
interface SessionTable {
  id: number;
  digest: Uint8Array;
  account_id: number;
  member_id: number;
  created_at: number;
  last_seen_at: number;
  /** The end whatever happens; idle sessions end earlier. */
  expires_at: number;
  /** When the member last gave the password. */
  proved_at: number;
  address: string;
  agent: string;
  /** The key whose ephemeral token began it: such a session may only what its page needs, and ends with the key. */
  credential_id: Generated<number | null>;
}

/** `ended_at`: accepted or withdrawn. */
interface InvitationTable {
  id: number;
  account_id: number;
  email: string;
  role: 'administrator' | 'member';
  /** SHA-256 of the link's secret. */
  digest: Uint8Array;
  invited_by: number;
  created_at: number;
  expires_at: number;
  ended_at: number | null;
}

/** A link good for one use, by the SHA-256 of its secret; using it deletes the row. */
interface LinkTable {
  digest: Uint8Array;
  purpose: 'password' | 'email_change' | 'sign_up' | 'setup';
  member_id: number | null;
  email: string | null;
  created_at: number;
  expires_at: number;
}

interface RecoveryCodeTable {
  member_id: number;
  digest: Uint8Array;
  used_at: number | null;
}

/** A message to a person. Its text is sealed, since it may hold a link. */
interface MailTable {
  id: Generated<number>;
  account_id: number | null;
  recipient: string;
  subject: string;
  sealed: Uint8Array;
  created_at: number;
  sent_at: number | null;
  attempts: Generated<number>;
  /** Null: not to be sent (no mail server, or given up). */
  next_attempt_at: number | null;
  error: string | null;
}

/** Creations that were answered, so that a repeated one makes nothing. */
interface AnsweredRequestTable {
  account_id: number;
  actor: string;
  verb: string;
  idempotency_key: string;
  /** What was created, `<noun>:<id>`. */
  subject: string;
  created_at: number;
}

/** An application that owners let act on their accounts. Removing one keeps the row, for the names in audit rows. */
interface PartnerTable {
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
interface PartnerSecretTable {
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
interface AuthorizationCodeTable {
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
interface PartnerNoticeTable {
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

/** Uses of a credential by one client on one UTC day (days since the epoch). */
interface CredentialUseTable {
  credential_id: number;
  day: number;
  address: string;
  agent: string;
  uses: number;
  last_at: number;
}

/** Rows loaded on one UTC day (days since the epoch), subtables included. */
interface RowUsageTable {
  source_id: number;
  day: number;
  rows: number;
}

interface ConnectionColumns {
  id: number;
  account_id: number;
  type: string;
  name: string;
  display_name: string;
  /** JSON object of non-credential properties. */
  properties: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  /** ISO text as submitted, normalised to UTC seconds. */
  paused_at: string | null;
  system_paused_at: string | null;
  created_by_credential: number | null;
}

/** `name` is the destination schema: unique among live sources of an account, never changed. */
interface SourceTable extends ConnectionColumns {
  destination_id: number | null;
  last_received_at: Generated<number | null>;
  /** How often the source was given another destination: part of every ledger key (ADR 5). */
  destination_binding: Generated<number>;
}

interface DestinationTable extends ConnectionColumns {
  description: string | null;
  /** The partner that created it (access.md, partner-created destinations). */
  partner_id: number | null;
}

/** One credential property of a source or a destination, sealed for its place (access.md, at rest). */
interface ConnectionSecretTable {
  connection_id: number;
  property: string;
  sealed: Uint8Array;
}

/** The newest check of a source or a destination. */
interface ConnectionCheckTable {
  connection_id: number;
  /** Job name on the wire (connect-api.md §1.3). */
  name: string;
  started_at: number;
  /** Null while it runs. */
  completed_at: number | null;
  /** Null while it runs and when it succeeded. */
  error_message: string | null;
}

/** Something the owner should know, once per outage; at most one is open per subject. */
interface AlertTable {
  id: Generated<number>;
  account_id: number;
  kind: 'destination_down' | 'destination_held' | 'source_stopped' | 'table_stopped' | 'hook_undeliverable';
  /** `destination:<id>`, `hold:<destination id>`, `source:<id>`, `table:<source id>/<table>`, `hook:<id>`. */
  subject: string;
  message: string;
  raised_at: number;
  /** Null while it lasts. */
  cleared_at: number | null;
  /** A member dismissed it for the account. */
  dismissed_at: Generated<number | null>;
}

/** An address that gets what members get (connect-api.md §10.2). A unique index over the slot, 1…10, makes the limit. */
interface CustomEmailTable {
  id: number;
  account_id: number;
  slot: number;
  email: string;
  created_at: number;
  disabled_at: number | null;
  created_by_credential: number | null;
}

/** A post-load hook (connect-api.md §10.3), limited like custom e-mails. Its URL is sealed, since it may hold a secret. */
interface HookTable {
  id: number;
  account_id: number;
  destination_id: number;
  slot: number;
  sealed_url: Uint8Array;
  created_at: number;
  modified_at: number;
  disabled_at: number | null;
  created_by_credential: number | null;
}

/** What a hook has yet to be told; gone once it was told, or given up. */
interface HookDeliveryTable {
  id: Generated<number>;
  hook_id: number;
  load_id: string;
  /** JSON as it is sent. */
  body: string;
  created_at: number;
  attempts: Generated<number>;
  next_attempt_at: number;
}

/** API keys, partner keys and import tokens (access.md). */
interface CredentialTable {
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

/** Append-only, chained by HMAC (access.md, audit). */
interface AuditTable {
  seq: number;
  at: number;
  account_id: number | null;
  /** `operator`, `system`, `member:<id>`, `api_key:<id>`, `partner:<id>`. */
  actor: string;
  verb: string;
  /** `<noun>:<id>`. */
  subject: string;
  /** JSON without secrets. */
  before: string | null;
  after: string | null;
  address: string | null;
  request_id: string | null;
  mac: Uint8Array;
}

/** What the owner sees of one stream's loading. */
interface StreamStateTable {
  source_id: number;
  table_name: string;
  /** Acknowledged buffer position: the floor when a destination's ledger is gone (ADR 5). */
  acknowledged_position: number;
  last_batch_loaded_at: number | null;
  /** The newest load, failed ones included. */
  last_attempt_at: number | null;
  /** JSON {type, message, sqlState?} while loading fails. */
  error_state: string | null;
  /** Version of the table that is visible, a 64-bit integer as text; null before the first activation. */
  active_version: string | null;
  /** JSON {version: rows} of what waits for its activation, as of the last load. */
  waiting: Generated<string>;
}

interface LoadReportTable {
  load_id: string;
  source_id: number;
  table_name: string;
  started_at: number;
  finished_at: number;
  /** JSON rows per destination table. */
  loaded: string;
  received: number;
  rejected: number;
  replaced_surrogates: number;
  superseded: Generated<number>;
  /** JSON {bookmark: greatest loaded value}. */
  bookmarks: Generated<string>;
  /** 0 or 1: whether a new version became visible. */
  new_version: Generated<number>;
  seq: Generated<number>;
}

/** A table, view or endpoint that discovery found in a source. The row outlives it, so that its id and its choices come back with it. */
interface StreamTable {
  id: Generated<number>;
  source_id: number;
  tap_stream_id: string;
  name: string;
  /** JSON Schema of its records. */
  schema: string;
  /** JSON array of `{breadcrumb, metadata}`, as the tap gave it. */
  discovered: string;
  /** The same, as members wrote it; wins over what was discovered. */
  written: string;
  discovered_at: number;
  /** Set while the newest discovery does not have it. */
  gone_at: number | null;
}

/** One extraction of a source; at most one of a source is not completed. */
interface JobTable {
  /** Job name on the wire (connect-api.md §1.3). */
  name: string;
  source_id: number;
  started_at: number;
  /** Null while it runs. */
  completed_at: number | null;
  /** Of each phase: 0 went well, null never ran or was stopped. */
  discovery_exit_status: number | null;
  discovery_description: string | null;
  tap_exit_status: number | null;
  tap_description: string | null;
  target_exit_status: number | null;
  target_description: string | null;
}

/** Signs the member of an API key in once, from another page (connect-api.md §4.2). Using it deletes the row. */
interface EphemeralTokenTable {
  /** SHA-256 of the token. */
  digest: Uint8Array;
  account_id: number;
  member_id: number;
  credential_id: number;
  created_at: number;
  expires_at: number;
}
