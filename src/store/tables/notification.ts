/** Tables of what members and receivers are told. */
import type { Generated } from 'kysely';

/** Something the owner should know, once per outage; at most one is open per subject. */
export interface AlertTable {
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
export interface CustomEmailTable {
  id: number;
  account_id: number;
  slot: number;
  email: string;
  created_at: number;
  disabled_at: number | null;
  created_by_credential: number | null;
}

/** A post-load hook (connect-api.md §10.3), limited like custom e-mails. Its URL is sealed, since it may hold a secret. */
export interface HookTable {
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
export interface HookDeliveryTable {
  id: Generated<number>;
  hook_id: number;
  load_id: string;
  /** JSON as it is sent. */
  body: string;
  created_at: number;
  attempts: Generated<number>;
  next_attempt_at: number;
}
