/** One committed load of one stream, as read back from the destination's ledger. */
export interface LoadRecord {
  readonly loadId: string;
  readonly sourceId: number;
  readonly destinationId: number;
  /** Root table as the client named it. */
  readonly table: string;
  /** Buffer position the destination has now. */
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly finishedAt: number;
  /** `_sdc_batched_at` of its rows. */
  readonly batchedAt: number;
  /** Rows per destination table, subtables included. */
  readonly loaded: Readonly<Record<string, number>>;
  readonly counts: {
    readonly received: number;
    readonly rejected: number;
    readonly superseded: number;
    readonly replacedSurrogates: number;
  };
  /** Greatest loaded value per bookmark, as it was sent. */
  readonly bookmarks: Readonly<Record<string, string>>;
  /** Whether a new version of the table became visible. */
  readonly newVersion: boolean;
  /** What hooks are told besides; absent for a load of an earlier server. */
  readonly facts?: LoadFacts;
  /** As of this load; undefined for a table that never had a version. */
  readonly versions: StreamVersions | undefined;
}

interface LoadFacts {
  /** Root table in the destination. */
  readonly table: string;
  /** The version its rows belong to, as text. */
  readonly version: string;
  /** Least loaded value per bookmark. */
  readonly leastBookmarks: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; null when no row says. */
  readonly maxTimeExtracted: number | null;
}

interface StreamVersions {
  readonly active: bigint | undefined;
  /** Rows of the root table per version that waits for its activation. */
  readonly waiting: readonly { readonly version: bigint; readonly rows: number }[];
}
