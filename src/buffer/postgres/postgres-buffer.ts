import type { AppendRequest, Buffer, Stream } from '../buffer.ts';
import { BufferUnavailableError } from '../errors.ts';
import { createAccounts } from '../embedded/accounts.ts';
import { batchBytes } from '../embedded/batch-size.ts';
import { createClaims } from '../embedded/claims.ts';
import { monotonicMs } from '../embedded/protocol.ts';
import { openPostgresLink } from './postgres-link.ts';

export interface PostgresBufferOptions {
  /** The database; the buffer has a schema of its own in it. */
  readonly url: string;
  /** Bound of what is appended and not yet acknowledged. */
  readonly maxBytes: number;
  /** The same for one source; a quarter of `maxBytes` by default. */
  readonly maxBytesPerSource?: number;
  /** A table takes no more appends from this size on; 256 MiB by default. */
  readonly segmentBytes?: number;
  /** False once this process may not be the only one: nothing more is appended. */
  readonly isAlone?: () => boolean;
  /** How long the outcome of an append is looked for whose session was lost. */
  readonly findOutcomeMs?: number;
  /** Nothing can be promised any more: another server has the buffer, or an outcome stayed unknown. The process should end. */
  readonly onDeath?: (error: Error) => void;
}

const defaultSegmentBytes = 256 * 1024 * 1024;

/**
 * Opens the durable buffer in a PostgreSQL database for one node, with group commit (ADR 21); taking it from a server that had it before.
 * Rejects with `BufferUnavailableError` when the database cannot be used.
 */
export async function createPostgresBuffer(options: PostgresBufferOptions): Promise<Buffer> {
  const { url, maxBytes, segmentBytes = defaultSegmentBytes, isAlone = () => true, findOutcomeMs = 10_000 } = options;
  const maxBytesPerSource = options.maxBytesPerSource ?? Math.floor(maxBytes / 4);
  const listeners = new Set<(streams: readonly Stream[]) => void>();
  let gained = new Map<string, Stream>();
  const notify = (): void => {
    if (gained.size === 0) return;
    const streams = [...gained.values()];
    gained = new Map();
    for (const listener of listeners) listener(streams);
  };

  const link = await openPostgresLink({
    url,
    segmentBytes,
    isAlone,
    findOutcomeMs,
    afterReplies: notify,
    onDeath: (error) => options.onDeath?.(error),
  });
  const accounts = createAccounts({ maxBytes, maxBytesPerSource }, link.opened);
  const claims = createClaims(link, accounts);
  let head = link.opened.head;
  let closing: Promise<void> | undefined;

  const append = ({ sourceId, receivedAt, batches }: AppendRequest, deadlineMs: number): Promise<{ lastPosition: number }> => {
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
    new Promise((resolve) => link.call({ kind: 'close' }, { settle: () => void link.ended.then(resolve) }));

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
