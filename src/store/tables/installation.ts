/** Tables of the installation itself. */

/** Facts of the installation: installation_id, pepper ids, … */
export interface SettingTable {
  name: string;
  value: string;
}

/** Next id per sequence (`account`, `member`, `connection`, `credential`, `notification`, `partner`), taken inside the inserting transaction. */
export interface IdSequenceTable {
  name: string;
  next: number;
}

/** Append-only, chained by HMAC (access.md, audit). */
export interface AuditTable {
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

/** Creations that were answered, so that a repeated one makes nothing. */
export interface AnsweredRequestTable {
  account_id: number;
  actor: string;
  verb: string;
  idempotency_key: string;
  /** What was created, `<noun>:<id>`. */
  subject: string;
  created_at: number;
}
