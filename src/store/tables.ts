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
}

/** Facts of the installation: installation_id, pepper ids, … */
interface SettingTable {
  name: string;
  value: string;
}

/** Next id per sequence (`account`, `member`, `connection`, `credential`), taken inside the inserting transaction. */
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
}

interface MemberTable {
  id: number;
  account_id: number;
  email: string;
  name: string;
  role: 'administrator' | 'member';
  created_at: number;
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
  kind: 'destination_down' | 'source_stopped' | 'table_stopped';
  /** `destination:<id>`, `source:<id>`, `table:<source id>/<table>`. */
  subject: string;
  message: string;
  raised_at: number;
  /** Null while it lasts. */
  cleared_at: number | null;
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
