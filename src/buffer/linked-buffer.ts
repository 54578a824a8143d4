import type { AppendRequest, Buffer, Stream } from './buffer.ts';
import { createAccounts } from './embedded/accounts.ts';
import { batchBytes } from './embedded/batch-size.ts';
import { createClaims } from './embedded/claims.ts';
import { monotonicMs } from './embedded/protocol.ts';
import type { ThreadLink } from './embedded/thread-link.ts';
import { BufferUnavailableError } from './errors.ts';

/** Bounds of what is appended and not yet acknowledged. */
export interface PendingLimits {
  readonly maxBytes: number;
  /** For one source; a quarter of `maxBytes` by default. */
  readonly maxBytesPerSource?: number;
}

/**
 * A buffer whose jobs are done behind a link: keeps the accounts and tells listeners, once per commit, which streams gained a batch.
 * `open` is given what the link calls after its replies. Rejects as `open` does.
 */
export async function createLinkedBuffer(
  open: (afterReplies: () => void) => Promise<ThreadLink>,
  { maxBytes, maxBytesPerSource = Math.floor(maxBytes / 4) }: PendingLimits,
): Promise<Buffer> {
  const listeners = new Set<(streams: readonly Stream[]) => void>();
  let gained = new Map<string, Stream>();
  const notify = (): void => {
    if (gained.size === 0) return;
    const streams = [...gained.values()];
    gained = new Map();
    for (const listener of listeners) listener(streams);
  };

  const link = await open(notify);
  const accounts = createAccounts({ maxBytes, maxBytesPerSource }, link.opened);
  const claims = createClaims(link, accounts);
  let head = link.opened.head;
  let closing: Promise<void> | undefined;

  const append = (request: AppendRequest, deadlineMs: number): Promise<{ lastPosition: number }> => {
    const { sourceId, receivedAt, batches } = request;
    const sizes = batches.map(({ table, payload }) => ({ table, bytes: batchBytes(payload.byteLength) }));
    const bytes = sizes.reduce((sum, size) => sum + size.bytes, 0);
    accounts.reserve(sourceId, bytes);
    return new Promise((resolve, reject) => {
      link.call(
        { kind: 'append', sourceId, receivedAt, deadlineMs, batches },
        {
          settle(outcome) {
            if (outcome.kind === 'appended') {
              head = Math.max(head, outcome.lastPosition);
              accounts.store(sourceId, sizes, gained);
              return resolve({ lastPosition: outcome.lastPosition });
            }
            accounts.giveBack(sourceId, bytes);
            reject(new BufferUnavailableError(outcome.kind === 'failed' ? outcome.reason : 'The buffer could not commit.'));
          },
        },
      );
    });
  };

  const close = (): Promise<void> =>
    new Promise((resolve) => {
      // Jobs sent before are done before it.
      link.call({ kind: 'close' }, { settle: () => void link.ended.then(resolve) });
    });

  return {
    incarnation: link.opened.incarnation,
    get head() {
      return head;
    },
    async append(request, { deadline } = {}) {
      if (closing !== undefined) throw new BufferUnavailableError('The buffer is closed.');
      if (request.batches.length === 0) return { lastPosition: head };
      return append(request, deadline === undefined ? Number.MAX_VALUE : monotonicMs() + deadline - performance.now());
    },
    ...claims,
    backlog: () => accounts.backlog(),
    usage: () => ({ pendingBytes: accounts.pendingBytes(), maxBytes, maxBytesPerSource, diskBytes: link.diskBytes() }),
    onAppend(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => (closing ??= close()),
  };
}
