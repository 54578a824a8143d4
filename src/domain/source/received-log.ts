export interface ReceivedRow {
  readonly sourceId: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

export interface ReceivedLog {
  /** A request of the source was stored. */
  note(sourceId: number): void;
  /** Removes and returns at most `max` sources, each at most once in ten seconds unless `all` is set. */
  take(max: number, options?: { all?: boolean }): ReceivedRow[];
  /** When the source received something that was not taken yet. */
  find(sourceId: number): number | undefined;
}

const restMs = 10_000;
/** Bounds memory: beyond it a source is not noted, its next request may be. */
const maxPending = 20_000;

/** Coalesces in memory when each source received something last. */
export function createReceivedLog(options: { now: () => number }): ReceivedLog {
  const pending = new Map<number, number>();
  /** When a source was last given out; swept when it has rested. */
  const taken = new Map<number, number>();
  return {
    note(sourceId) {
      if (pending.size < maxPending || pending.has(sourceId)) pending.set(sourceId, options.now());
    },
    take(max, { all = false } = {}) {
      const now = options.now();
      for (const [sourceId, at] of taken) {
        // Oldest first; a clock that went back must not hold rows for ever.
        if (at <= now && now - at < restMs) break;
        taken.delete(sourceId);
      }
      const rows: ReceivedRow[] = [];
      for (const [sourceId, at] of pending) {
        if (rows.length >= max) break;
        if (!all && taken.has(sourceId)) continue;
        pending.delete(sourceId);
        taken.delete(sourceId);
        taken.set(sourceId, now);
        rows.push({ sourceId, at });
      }
      return rows;
    },
    find: (sourceId) => pending.get(sourceId),
  };
}
