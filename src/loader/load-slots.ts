/** What holds a slot: one window on its way into a destination. */
interface SlotHolder {
  readonly accountId: number;
  readonly destinationId: number;
  /** The destination is another server, which may be slow or silent; an embedded warehouse computes. */
  readonly isRemote: boolean;
  /** The connection to the destination was lost last. */
  readonly suspect: boolean;
}

/** The loads that may be under way at once. */
export interface LoadSlots {
  take(key: string, holder: SlotHolder, now: number): void;
  give(key: string): void;
  has(key: string): boolean;
  /** When the next load may begin: now, once one under way is slow, or never before one of them ends. */
  freeAt(now: number): number;
  /** Accounts and destinations with a load under way, and whether there are as many suspects as there may be. */
  inUse(): { readonly accounts: ReadonlySet<number>; readonly destinations: ReadonlySet<number>; readonly fullOfSuspects: boolean };
}

/** A load into another server that takes longer than this is most likely waiting for it, and is counted no more. */
const slowMs = 30_000;

/** As many slots as `concurrency`, and as many again for loads that wait long for their servers. */
export function createLoadSlots(concurrency: number): LoadSlots {
  const holders = new Map<string, SlotHolder & { readonly takenAt: number }>();
  return {
    take: (key, holder, now) => void holders.set(key, { ...holder, takenAt: now }),
    give: (key) => void holders.delete(key),
    has: (key) => holders.has(key),
    freeAt(now) {
      if (holders.size >= 2 * concurrency) return Infinity;
      const slowAt = Array.from(holders.values(), ({ isRemote, takenAt }) => (isRemote ? takenAt + slowMs : Infinity));
      const counted = slowAt.filter((at) => at > now).toSorted((a, b) => a - b);
      return counted.length < concurrency ? now : (counted[counted.length - concurrency] ?? now);
    },
    inUse() {
      const all = [...holders.values()];
      return {
        accounts: new Set(all.map(({ accountId }) => accountId)),
        destinations: new Set(all.map(({ destinationId }) => destinationId)),
        // However many are silent, a slot is left for those that are not.
        fullOfSuspects: all.filter(({ suspect }) => suspect).length >= Math.max(1, concurrency - 1),
      };
    },
  };
}
