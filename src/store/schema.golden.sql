CREATE TABLE "account" ("id" integer primary key,
  "company" text not null,
  "plan" text not null check (plan in ('free_trial', 'standard', 'advanced', 'premium')),
  "created_at" integer not null,
  "held_at" integer,
  "partner_id" integer) strict;

CREATE TABLE "alert" ("id" integer primary key autoincrement,
  "account_id" integer not null references "account" ("id"),
  "kind" text not null,
  "subject" text not null,
  "message" text not null,
  "raised_at" integer not null,
  "cleared_at" integer,
  "dismissed_at" integer) strict;

CREATE INDEX "alert_account" on "alert" ("account_id", "id");

CREATE UNIQUE INDEX "alert_open" on "alert" ("subject") where cleared_at is null;

CREATE TABLE "answered_request" ("account_id" integer not null,
  "actor" text not null,
  "verb" text not null,
  "idempotency_key" text not null,
  "subject" text not null,
  "created_at" integer not null,
  constraint "answered_request_pk" primary key ("account_id", "actor", "verb", "idempotency_key")) strict;

CREATE TABLE "audit" ("seq" integer primary key,
  "at" integer not null,
  "account_id" integer,
  "actor" text not null,
  "verb" text not null,
  "subject" text not null,
  "before" text,
  "after" text,
  "address" text,
  "request_id" text,
  "mac" blob not null check (length(mac) = 32)) strict;

CREATE INDEX "audit_account" on "audit" ("account_id", "seq");

CREATE INDEX "audit_subject" on "audit" ("subject", "seq");

CREATE TABLE "authorization_code" ("digest" blob not null primary key,
  "partner_id" integer not null references "partner" ("id"),
  "account_id" integer not null,
  "member_id" integer not null,
  "redirect_uri" text,
  "code_challenge" text,
  "key_expires_at" integer,
  "created_at" integer not null,
  "expires_at" integer not null,
  "used_at" integer,
  "credential_id" integer references "credential" ("id"),
  constraint "authorization_code_member" foreign key ("account_id", "member_id") references "member" ("account_id", "id")) strict;

CREATE INDEX "authorization_code_of" on "authorization_code" ("account_id", "partner_id");

CREATE TABLE "connection_check" ("connection_id" integer primary key,
  "name" text not null unique,
  "started_at" integer not null,
  "completed_at" integer,
  "error_message" text) strict;

CREATE TABLE "connection_destination" ("id" integer primary key,
  "account_id" integer not null references "account" ("id"),
  "type" text not null,
  "name" text not null,
  "display_name" text not null,
  "properties" text not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "deleted_at" integer,
  "paused_at" text,
  "system_paused_at" text,
  "created_by_credential" integer,
  "description" text,
  "partner_id" integer,
  constraint "connection_destination_of_account" unique ("account_id", "id")) strict;

CREATE TABLE "connection_secret" ("connection_id" integer not null,
  "property" text not null,
  "sealed" blob not null,
  constraint "connection_secret_pk" primary key ("connection_id", "property")) strict;

CREATE TABLE "connection_source" ("id" integer primary key,
  "account_id" integer not null references "account" ("id"),
  "type" text not null,
  "name" text not null,
  "display_name" text not null,
  "properties" text not null,
  "created_at" integer not null,
  "updated_at" integer not null,
  "deleted_at" integer,
  "paused_at" text,
  "system_paused_at" text,
  "created_by_credential" integer,
  "destination_id" integer,
  "destination_binding" integer default 0 not null,
  "last_received_at" integer,
  constraint "connection_source_of_account" unique ("account_id", "id"),
  constraint "source_destination" foreign key ("account_id", "destination_id") references "connection_destination" ("account_id", "id")) strict;

CREATE UNIQUE INDEX "connection_source_live_name" on "connection_source" ("account_id", "name") where deleted_at is null;

CREATE TABLE "credential" ("id" integer primary key,
  "key_id" text not null unique check (length(key_id) = 12),
  "kind" text not null check (kind in ('api_key', 'partner_key', 'import_token')),
  "account_id" integer not null references "account" ("id"),
  "member_id" integer,
  "source_id" integer,
  "partner_id" integer,
  "description" text not null,
  "last4" text not null,
  "digest" blob not null check (length(digest) = 32),
  "pepper_id" integer not null,
  "state" text not null check (state in ('enabled', 'disabled', 'deleted')),
  "slot" integer,
  "compromised" integer not null check (compromised in (0, 1)),
  "created_at" integer not null,
  "created_by_credential" integer references "credential" ("id"),
  "state_changed_at" integer not null,
  "state_changed_by" text not null,
  "state_reason" text check (state_reason in ('member', 'plan', 'partner', 'source_deleted')),
  "last_used_at" integer,
  "last_used_address" text,
  "last_used_agent" text,
  "last_used_endpoint" text,
  "last_denied_at" integer,
  "last_denied_reason" text,
  "expires_at" integer,
  "created_by_member" integer,
  "in_url" integer default 0 not null check (in_url = 0 or (in_url = 1 and kind = 'import_token')),
  constraint "credential_member" foreign key ("account_id", "member_id") references "member" ("account_id", "id"),
  constraint "credential_source" foreign key ("account_id", "source_id") references "connection_source" ("account_id", "id"),
  constraint "credential_owner" check ((kind = 'api_key' and member_id is not null and source_id is null and partner_id is null)
          or (kind = 'partner_key' and partner_id is not null and source_id is null)
          or (kind = 'import_token' and source_id is not null and partner_id is null)),
  constraint "credential_slot_while_live" check ((state = 'deleted') = (slot is null)),
  constraint "credential_slot" check (slot is null or slot = 1 or (kind = 'import_token' and slot = 2) or (kind = 'api_key' and slot between 1 and 10))) strict;

CREATE INDEX "credential_account" on "credential" ("account_id", "kind");

CREATE UNIQUE INDEX "credential_api_key_slot" on "credential" ("account_id", "slot") where kind = 'api_key' and slot is not null;

CREATE INDEX "credential_children" on "credential" ("created_by_credential");

CREATE UNIQUE INDEX "credential_import_token_slot" on "credential" ("source_id", "slot") where kind = 'import_token' and slot is not null;

CREATE UNIQUE INDEX "credential_partner_key_live" on "credential" ("account_id", "partner_id") where kind = 'partner_key' and slot is not null;

CREATE TABLE "credential_use" ("credential_id" integer not null references "credential" ("id"),
  "day" integer not null,
  "address" text not null,
  "agent" text not null,
  "uses" integer not null,
  "last_at" integer not null,
  constraint "credential_use_pk" primary key ("credential_id", "day", "address", "agent")) strict;

CREATE TABLE "custom_email" ("id" integer primary key,
  "account_id" integer not null references "account" ("id"),
  "slot" integer not null check (slot between 1 and 10),
  "email" text not null,
  "created_at" integer not null,
  "disabled_at" integer,
  "created_by_credential" integer references "credential" ("id"),
  constraint "custom_email_slot" unique ("account_id", "slot")) strict;

CREATE TABLE "ephemeral_token" ("digest" blob not null primary key,
  "account_id" integer not null,
  "member_id" integer not null,
  "credential_id" integer not null references "credential" ("id"),
  "created_at" integer not null,
  "expires_at" integer not null,
  constraint "ephemeral_token_member" foreign key ("account_id", "member_id") references "member" ("account_id", "id")) strict;

CREATE INDEX "ephemeral_token_of_credential" on "ephemeral_token" ("credential_id");

CREATE TABLE "hook" ("id" integer primary key,
  "account_id" integer not null,
  "destination_id" integer not null,
  "slot" integer not null check (slot between 1 and 10),
  "sealed_url" blob not null,
  "created_at" integer not null,
  "modified_at" integer not null,
  "disabled_at" integer,
  "created_by_credential" integer references "credential" ("id"),
  constraint "hook_slot" unique ("account_id", "slot"),
  constraint "hook_destination" foreign key ("account_id", "destination_id") references "connection_destination" ("account_id", "id")) strict;

CREATE INDEX "hook_of_destination" on "hook" ("destination_id");

CREATE TABLE "hook_delivery" ("id" integer primary key autoincrement,
  "hook_id" integer not null references "hook" ("id"),
  "load_id" text not null,
  "body" text not null,
  "created_at" integer not null,
  "attempts" integer default 0 not null,
  "next_attempt_at" integer not null) strict;

CREATE INDEX "hook_delivery_due" on "hook_delivery" ("next_attempt_at", "id");

CREATE INDEX "hook_delivery_of_hook" on "hook_delivery" ("hook_id");

CREATE TABLE "id_sequence" ("name" text not null primary key,
  "next" integer not null) strict;

CREATE TABLE "invitation" ("id" integer primary key,
  "account_id" integer not null references "account" ("id"),
  "email" text not null,
  "role" text not null check (role in ('administrator', 'member')),
  "digest" blob not null unique,
  "invited_by" integer not null,
  "created_at" integer not null,
  "expires_at" integer not null,
  "ended_at" integer,
  constraint "invitation_inviter" foreign key ("account_id", "invited_by") references "member" ("account_id", "id")) strict;

CREATE UNIQUE INDEX "invitation_open" on "invitation" ("account_id", "email") where ended_at is null;

CREATE TABLE "job" ("name" text not null primary key,
  "source_id" integer not null references "connection_source" ("id"),
  "started_at" integer not null,
  "completed_at" integer,
  "discovery_exit_status" integer,
  "discovery_description" text,
  "tap_exit_status" integer,
  "tap_description" text,
  "target_exit_status" integer,
  "target_description" text) strict;

CREATE INDEX "job_of_source" on "job" ("source_id", "completed_at");

CREATE UNIQUE INDEX "job_running" on "job" ("source_id") where completed_at is null;

CREATE TABLE "link" ("digest" blob not null primary key,
  "purpose" text not null check (purpose in ('password', 'email_change', 'sign_up', 'setup')),
  "member_id" integer references "member" ("id"),
  "email" text,
  "created_at" integer not null,
  "expires_at" integer not null) strict;

CREATE TABLE "load_report" ("seq" integer primary key autoincrement,
  "load_id" text not null unique,
  "source_id" integer not null references "connection_source" ("id"),
  "table_name" text not null,
  "started_at" integer not null,
  "finished_at" integer not null,
  "loaded" text not null,
  "received" integer not null,
  "rejected" integer not null,
  "replaced_surrogates" integer not null,
  "superseded" integer default 0 not null,
  "bookmarks" text default '{}' not null,
  "new_version" integer default 0 not null) strict;

CREATE INDEX "load_report_source" on "load_report" ("source_id", "seq");

CREATE TABLE "mail" ("id" integer primary key autoincrement,
  "account_id" integer,
  "recipient" text not null,
  "subject" text not null,
  "sealed" blob not null,
  "created_at" integer not null,
  "sent_at" integer,
  "attempts" integer default 0 not null,
  "next_attempt_at" integer,
  "error" text) strict;

CREATE INDEX "mail_due" on "mail" ("sent_at", "next_attempt_at");

CREATE TABLE "member" ("id" integer primary key,
  "account_id" integer not null references "account" ("id"),
  "email" text not null,
  "name" text not null,
  "role" text not null check (role in ('administrator', 'member')),
  "created_at" integer not null,
  "password_hash" text,
  "invoice_admin" integer default 0 not null,
  "deactivated_at" integer,
  "last_seen_at" integer,
  "notify_errors" integer default 1 not null,
  "pending_email" text,
  "totp_secret" blob,
  "totp_enabled_at" integer,
  "totp_last_step" integer,
  constraint "member_of_account" unique ("account_id", "id"),
  constraint "member_email" unique ("email")) strict;

CREATE TABLE "migration" ("position" integer primary key,
  "name" text not null unique) strict;

CREATE TABLE "partner" ("id" integer primary key,
  "name" text not null,
  "created_at" integer not null,
  "client_id" text,
  "redirect_uris" text,
  "logo" blob,
  "logo_type" text,
  "suspended_at" integer,
  "removed_at" integer,
  "sealed_notice_url" blob) strict;

CREATE UNIQUE INDEX "partner_client_id" on "partner" ("client_id");

CREATE TABLE "partner_notice" ("id" integer primary key autoincrement,
  "partner_id" integer not null references "partner" ("id"),
  "account_id" integer not null references "account" ("id"),
  "body" text not null,
  "created_at" integer not null,
  "attempts" integer default 0 not null,
  "next_attempt_at" integer not null) strict;

CREATE TABLE "partner_secret" ("key_id" text not null primary key,
  "partner_id" integer not null references "partner" ("id"),
  "digest" blob not null,
  "pepper_id" integer not null,
  "last4" text not null,
  "created_at" integer not null,
  "expires_at" integer) strict;

CREATE INDEX "partner_secret_of" on "partner_secret" ("partner_id");

CREATE TABLE "recovery_code" ("member_id" integer not null references "member" ("id"),
  "digest" blob not null,
  "used_at" integer,
  constraint "recovery_code_pk" primary key ("member_id", "digest")) strict;

CREATE TABLE "row_usage" ("source_id" integer not null references "connection_source" ("id"),
  "day" integer not null,
  "rows" integer not null,
  constraint "row_usage_pk" primary key ("source_id", "day")) strict;

CREATE TABLE "session" ("id" integer primary key,
  "digest" blob not null unique,
  "account_id" integer not null,
  "member_id" integer not null,
  "created_at" integer not null,
  "last_seen_at" integer not null,
  "expires_at" integer not null,
  "proved_at" integer not null,
  "address" text not null,
  "agent" text not null,
  "credential_id" integer,
  constraint "session_member" foreign key ("account_id", "member_id") references "member" ("account_id", "id")) strict;

CREATE INDEX "session_of_credential" on "session" ("credential_id");

CREATE INDEX "session_of_member" on "session" ("account_id", "member_id");

CREATE TABLE "setting" ("name" text not null primary key,
  "value" text not null) strict;

CREATE TABLE "stream" ("id" integer primary key autoincrement,
  "source_id" integer not null references "connection_source" ("id"),
  "tap_stream_id" text not null,
  "name" text not null,
  "schema" text not null,
  "discovered" text not null,
  "written" text not null,
  "discovered_at" integer not null,
  "gone_at" integer,
  constraint "stream_of_source" unique ("source_id", "tap_stream_id")) strict;

CREATE TABLE "stream_state" ("source_id" integer not null references "connection_source" ("id"),
  "table_name" text not null,
  "acknowledged_position" integer not null,
  "last_batch_loaded_at" integer,
  "error_state" text,
  "active_version" text,
  "waiting" text default '{}' not null,
  "last_attempt_at" integer,
  constraint "stream_state_pk" primary key ("source_id", "table_name")) strict;
