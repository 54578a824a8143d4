/** Tables of sources and destinations, and of what is chosen and extracted of them. */
import type { Generated } from 'kysely';

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
export interface SourceTable extends ConnectionColumns {
  destination_id: number | null;
  last_received_at: Generated<number | null>;
  /** How often the source was given another destination: part of every ledger key (ADR 5). */
  destination_binding: Generated<number>;
}

export interface DestinationTable extends ConnectionColumns {
  description: string | null;
  /** The partner that created it (access.md, partner-created destinations). */
  partner_id: number | null;
}

/** One credential property of a source or a destination, sealed for its place (access.md, at rest). */
export interface ConnectionSecretTable {
  connection_id: number;
  property: string;
  sealed: Uint8Array;
}

/** The newest check of a source or a destination. */
export interface ConnectionCheckTable {
  connection_id: number;
  /** Job name on the wire (connect-api.md §1.3). */
  name: string;
  started_at: number;
  /** Null while it runs. */
  completed_at: number | null;
  /** Null while it runs and when it succeeded. */
  error_message: string | null;
}

/** A table, view or endpoint that discovery found in a source. The row outlives it, so that its id and its choices come back with it. */
export interface StreamTable {
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
export interface JobTable {
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
