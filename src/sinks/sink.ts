/**
 * The interface every kind of destination implements. A load plan has two parts: `ddl`, idempotent steps safe to see
 * half-done, always first; then one DML transaction together with the ledger (docs/decisions, ADR 5 and 15).
 */

/** Types a value can have after the wire and before a destination (contract loading.md §4.1). */
export type LogicalType = 'bigint' | 'double' | 'number' | 'boolean' | 'string' | 'date';

/** What a kind of destination can hold and how it names things (contract loading.md §2, §4, §15). */
export interface Sheet {
  /** As it appears in rejection reasons, e.g. `DuckDB`. */
  readonly label: string;
  /** Names longer than these, as `nameLength` counts, are refused. */
  readonly maxTableName: number;
  readonly maxColumnName: number;
  readonly maxColumns: number;
  /** What the values of a key may take together, texts in UTF-8 and all others eight bytes each. */
  readonly maxKeyBytes: number;
  /** What the values of a row may take where they lie together: each eight bytes, texts up to 24, for longer ones lie elsewhere. */
  readonly maxRowBytes: number;
  /** Cleans one path segment or table name; empty when nothing is left. */
  cleanName(raw: string): string;
  /** Two names with the same folded form are the same name in the destination. */
  foldName(name: string): string;
  /** Length of a name in what the destination counts: characters or bytes. */
  nameLength(name: string): number;
  /** A name of ours that is made of a client's, shortened where the destination could not hold it. */
  shortenName(name: string): string;
  /** Columns every table has by itself; a client's column cannot have their names. */
  readonly systemColumns: readonly string[];
  /** Split suffix per type, e.g. `__bi`. */
  readonly suffixes: Readonly<Record<LogicalType, string>>;
  /** Every suffix a client's column name may not end in. */
  readonly reservedSuffixes: readonly string[];
  /** Reason why a decimal's text cannot be stored exactly, or undefined. */
  refuseDecimal(text: string): string | undefined;
  /** Inclusive bounds of a timestamp in microseconds since the epoch. */
  readonly timestampRange: readonly [bigint, bigint];
}

/** One column of staged rows. `valid[i]` is 1 where row i has a value. Exactly one of the value forms is present. */
export interface StagedColumn {
  readonly name: string;
  readonly type: LogicalType;
  readonly valid: Uint8Array<ArrayBuffer>;
  /**
   * Type of the destination's column where it is wider: the sink casts as its `change-type` step does. Several staged columns may then
   * have one name; each row has its value in one of them at most.
   */
  readonly target?: LogicalType;
  /** bigint: int64, double: float64, date: int64 microseconds UTC; 8 bytes a row, little-endian. */
  readonly cells?: Uint8Array<ArrayBuffer>;
  /** boolean: 0 or 1 a row. */
  readonly flags?: Uint8Array<ArrayBuffer>;
  /** string and number: UTF-8 slices per row. */
  readonly text?: { readonly bytes: Uint8Array; readonly starts: Uint32Array; readonly ends: Uint32Array };
}

export interface ColumnSpec {
  readonly name: string;
  readonly type: LogicalType;
}

export type DdlStep =
  | { readonly kind: 'create-schema' }
  | { readonly kind: 'create-table'; readonly table: string; readonly columns: readonly ColumnSpec[]; readonly key: readonly string[] }
  | { readonly kind: 'add-column'; readonly table: string; readonly column: ColumnSpec }
  | { readonly kind: 'rename-column'; readonly table: string; readonly from: string; readonly to: string }
  /** Widens a column in place without loss: bigint to number, and every type to string. */
  | { readonly kind: 'change-type'; readonly table: string; readonly column: ColumnSpec; readonly from: LogicalType };

/**
 * Rows for one table. System columns are ordinary staged columns here. A large subtable comes in several loads, one after the other,
 * whose `columns` are made at each access: a sink asks for them once each time it stages them.
 */
export interface TableLoad {
  /** Destination name. */
  readonly table: string;
  /** Undefined for the root table; the array path below the root otherwise, e.g. `['lines', 'taxes']`. */
  readonly path: readonly string[];
  readonly rows: number;
  /** For each row the index of its row in the root table's load. */
  readonly rootRow: Uint32Array;
  readonly columns: readonly StagedColumn[];
  /** Root: key columns, empty for append-only. Subtable: the `_sdc_source_key_…` columns, in the order of the root's key. */
  readonly keyColumns: readonly string[];
}

/** How much a reason takes with it (loading.md §10): no record of the table loads, this one does not, or it loaded without some columns. */
export type RejectScope = 'table' | 'record' | 'column';

export interface RejectRow {
  /** Destination table aimed at. */
  readonly table: string;
  readonly reason: string;
  /** The record as JSON. */
  readonly record: string;
  readonly scope: RejectScope;
  readonly sequence: bigint;
  /** The message as a batch of its own (`src/batch`): sent again, it is what it was. */
  readonly payload: Uint8Array;
}

/** `replaying`: about to be sent again, or a crash left it open whether it was. */
export type RejectState = 'rejected' | 'replaying' | 'replayed';

/** A reject as `_thimble` keeps it; its record is in the payload. */
export interface StoredReject extends Omit<RejectRow, 'record' | 'payload'> {
  /** Rises with each reject of a destination. */
  readonly id: number;
  /** Root table as the client named it. */
  readonly root: string;
  /** Milliseconds since the epoch. */
  readonly rejectedAt: number;
  readonly state: RejectState;
  /** Undefined where it was not asked for. */
  readonly payload: Uint8Array<ArrayBuffer> | undefined;
}

/** Which rejects of one source to read, a page at a time. */
export interface RejectQuery {
  readonly schema: string;
  readonly sourceId: number;
  /** Root table as the client named it, or as the destination does. */
  readonly table?: string | undefined;
  readonly states: readonly RejectState[];
  /** Without those of records that loaded. */
  readonly wholeOnly: boolean;
  readonly order: 'oldest' | 'newest';
  /** The page begins behind this id in that order. */
  readonly after?: number | undefined;
  /** Greatest id of interest. */
  readonly upTo?: number | undefined;
  readonly limit: number;
  /** Payloads are read, and the page ends before they take more than this, but holds one reject at least. */
  readonly payloadBytes?: number | undefined;
}

export interface RejectChange {
  readonly schema: string;
  readonly sourceId: number;
  readonly ids: readonly number[];
  readonly from: RejectState;
  readonly to: RejectState;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Which table of which source owns a destination table name; kept in `_thimble` and changed with the load. */
export interface CatalogueEntry {
  readonly table: string;
  /** Root table as the client named it. */
  readonly root: string;
  readonly path: readonly string[];
  /** Key columns of a root table in the destination, sorted; empty for append-only and for subtables. */
  readonly keyColumns: readonly string[];
}

export interface LedgerKey {
  readonly incarnation: string;
  readonly sourceId: number;
  /** How often the source was given another destination: coming back to an earlier one starts a row of its own. */
  readonly binding: number;
  /** Root table as the client named it. */
  readonly root: string;
}

export interface LedgerEntry {
  readonly position: number;
  readonly loadId: string;
  /** Kept with the commit so that a report lost in a crash can be written again. */
  readonly report: LedgerReport;
  /** Milliseconds since the epoch. */
  readonly batchedAt: number;
}

/** What the load report of the ledger's load id says. */
export interface LedgerReport {
  readonly counts: LoadCounts;
  /** Rows inserted per destination table. */
  readonly loaded: Readonly<Record<string, number>>;
  /** Greatest value of each bookmark the load saw, as text (loading.md §13). */
  readonly bookmarks: Readonly<Record<string, string>>;
  /** Whether a new version of the table became visible. */
  readonly newVersion: boolean;
  /** Absent in ledgers written before hooks were told of loads. */
  readonly facts?: LoadFacts;
}

/** What post-load hooks are told besides (connect-api.md §10.4). */
export interface LoadFacts {
  /** Root table in the destination. */
  readonly table: string;
  /** The 64-bit version its rows belong to, as text; `0` for a table that never had one. */
  readonly version: string;
  /** Least value of each bookmark the load saw, as text. */
  readonly leastBookmarks: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; null when no row says when it was extracted. */
  readonly maxTimeExtracted: number | null;
}

export interface LoadPlan {
  readonly loadId: string;
  readonly schema: string;
  readonly ddl: readonly DdlStep[];
  readonly catalogue: readonly CatalogueEntry[];
  /** `upsert`: by key and sequence (loading.md §6.2). `append`: insert all. */
  readonly mode: 'upsert' | 'append';
  /** Root first, then subtables by depth; empty when every record was rejected. In an upsert no two root rows share a key. */
  readonly tables: readonly TableLoad[];
  readonly rejects: readonly RejectRow[];
  /**
   * For each row of the root 1 where the record says that the row is deleted: it replaces the stored row, with its children, by nothing,
   * and no older record brings it back for 30 days. Undefined: such rows are kept, with their mark. Upserts into visible tables only; what
   * an activation shows forgets what was deleted before it.
   */
  readonly deletes?: Uint8Array<ArrayBuffer>;
  /**
   * Undefined: the rows go to the visible tables. Otherwise they wait in `_thimble` as rows of that version (loading.md §7); `ddl`, `tables`
   * and `catalogue` then speak of the waiting tables under the names they will have.
   */
  readonly version: bigint | undefined;
  /**
   * After the rows, the waiting tables of `version` replace the visible tables of the root, root and subtables together; without
   * waiting tables the visible ones become empty and keep their columns. Afterwards `version` is the active one and older ones no longer wait.
   */
  readonly activate: boolean;
  /**
   * With `activate`: rows of the version with a value in `_sdc_deleted_at`, whatever its type, leave with their children before anybody sees
   * them, and no older record brings them back, as `deletes` has it for visible tables. Tables without a key keep them.
   */
  readonly dropMarked?: boolean;
  /** `_sdc_batched_at` and `_sdc_rejected_at`, milliseconds since the epoch. */
  readonly batchedAt: number;
  readonly ledger: {
    readonly key: LedgerKey;
    /** The position the row must still have; undefined when it must not exist. */
    readonly expected: number | undefined;
    readonly position: number;
    readonly counts: LoadCounts;
    readonly bookmarks: Readonly<Record<string, string>>;
    readonly facts?: LoadFacts;
  };
}

export interface LoadCounts {
  /** Messages in the window. */
  readonly received: number;
  readonly rejected: number;
  /** Records that lost to a newer sequence or a newer version, in the window or against the destination. */
  readonly superseded: number;
  /** Lone surrogates replaced by U+FFFD. */
  readonly replacedSurrogates: number;
}

export interface LoadResult {
  /** Rows inserted per destination table, subtables included. */
  readonly loaded: Readonly<Record<string, number>>;
  /** Rows of the root table that were not newer than the stored ones. */
  readonly superseded: number;
}

/** What a table looks like in the destination now. */
export interface TableDescription {
  readonly table: string;
  /** In destination order; `type` undefined for a type no logical type maps to. */
  readonly columns: readonly { readonly name: string; readonly type: LogicalType | undefined; readonly notNull: boolean }[];
  /** Dropped columns that still count towards the destination's limit. */
  readonly droppedColumns?: number;
}

export interface SchemaDescription {
  readonly exists: boolean;
  readonly tables: readonly TableDescription[];
  readonly catalogue: readonly CatalogueEntry[];
  /** Roots that were ever sent with a version other than 0. */
  readonly versions: readonly RootVersions[];
}

/** Which version of a root table is visible, and which wait for their activation (loading.md §7). */
export interface RootVersions {
  /** Root table as the client named it. */
  readonly root: string;
  /** Undefined before the first activation. */
  readonly active: bigint | undefined;
  readonly waiting: readonly WaitingVersion[];
}

export interface WaitingVersion {
  readonly version: bigint;
  /** Rows of the root table that wait. */
  readonly rows: number;
  /** Under the names they will have in the schema. */
  readonly tables: readonly TableDescription[];
  readonly catalogue: readonly CatalogueEntry[];
}

/** A connection to one destination. Methods throw the errors of `sinks/errors.ts`; any other error counts as transient. */
export interface Sink {
  readonly sheet: Sheet;
  /** Whether `ddl` and the DML share one transaction. */
  readonly ddlInTransaction: boolean;
  /** Proves that the destination can be opened and written. */
  check(): Promise<void>;
  /** Everything the planner needs about one source's schema; with a root table as the client named it, at least what a load of it can touch. */
  describe(schema: string, root?: string): Promise<SchemaDescription>;
  readLedger(key: LedgerKey): Promise<LedgerEntry | undefined>;
  /**
   * Runs a plan. When it resolves, rows, rejects, catalogue and ledger are committed; when it rejects, all or none of them is:
   * none unless COMMIT itself could not be observed, so the caller reads the ledger again before it repeats. `mayCommit` is asked
   * synchronously right before each COMMIT is sent; what it throws is thrown after the rollback.
   */
  load(plan: LoadPlan, mayCommit?: () => void): Promise<LoadResult>;
  /** One page; empty where nothing was ever rejected. */
  listRejects(query: RejectQuery): Promise<StoredReject[]>;
  /** Moves the rejects that are in state `from` to state `to`, durably. Returns their ids; the others are as they were. */
  markRejects(change: RejectChange): Promise<number[]>;
  close(): Promise<void>;
}
