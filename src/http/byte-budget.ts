import { createByteLane, type ByteLane } from './byte-lane.ts';

/** One bound on the bytes of all request bodies between socket and buffer (docs/architecture.md, budget). */
export interface ByteBudget {
  /** For bodies up to `smallBodyBytes`, which never wait for larger ones. */
  readonly small: ByteLane;
  readonly large: ByteLane;
  readonly smallBodyBytes: number;
  readonly takenBytes: number;
  readonly waiting: number;
}

const defaultSmallBodyBytes = 64 * 1024;
/** Part of the budget that only small bodies may take. */
const smallShare = 1 / 12;

/** Creates a budget of `totalBytes`, waited for at most `waitMs`, for bodies that may grow to `maxBodyBytes`. */
export function createByteBudget(options: {
  readonly totalBytes: number;
  readonly waitMs: number;
  readonly maxBodyBytes: number;
  readonly smallBodyBytes?: number;
}): ByteBudget {
  const { totalBytes, waitMs, maxBodyBytes, smallBodyBytes = defaultSmallBodyBytes } = options;
  const smallBytes = Math.floor(totalBytes * smallShare);
  const small = createByteLane({ totalBytes: smallBytes, growthBytes: 0, waitMs });
  const large = createByteLane({ totalBytes: totalBytes - smallBytes, growthBytes: maxBodyBytes, waitMs });
  return {
    small,
    large,
    smallBodyBytes,
    get takenBytes() {
      return small.takenBytes + large.takenBytes;
    },
    get waiting() {
      return small.waiting + large.waiting;
    },
  };
}
