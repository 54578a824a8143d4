import type { AppendRequest, Buffer, Stream } from '../buffer.ts';
import { BufferUnavailableError } from '../errors.ts';
import { createAccounts } from './accounts.ts';
import { batchBytes } from './batch-size.ts';
import { createClaims } from './claims.ts';
import type { Synchronous } from './database.ts';
import { monotonicMs } from './protocol.ts';
import { startThread } from './thread-link.ts';

export interface EmbeddedBufferOptions {
  /** Made when missing; one process may use it at a time. */
  readonly directory: string;
  /** Bound of what is appended and not yet acknowledged. */
  readonly maxBytes: number;
  /** The same for one source; a quarter of `maxBytes` by default. */
  readonly maxBytesPerSource?: number;
  /** A file takes no more appends from this size on; 256 MiB by default, at most 1 GiB. */
  readonly segmentBytes?: number;
  /** Appends leave this much of the disk free; by default 64 MiB, or a twentieth of a smaller disk. Test hook: -Infinity does not look. */
  readonly reserveBytes?: number;
  /** Test hook: `off` never syncs, which loses data in a power cut. */
  readonly synchronous?: Synchronous;
  /** The writer thread died: nothing works any more, and the process should end and start again. */
  readonly onDeath?: (error: Error) => void;
}

const defaultSegmentBytes = 256 * 1024 * 1024;
const maxSegmentBytes = 1024 * 1024 * 1024;

/**
 * Opens the durable buffer on SQLite files in one directory, written by one thread with group commit (ADR 4).
 * Rejects with `BufferUnavailableError` when the directory is in use, damaged or cannot be written.
 */
export async function createEmbeddedBuffer(options: EmbeddedBufferOptions): Promise<Buffer> {
  const { directory, maxBytes, segmentBytes = defaultSegmentBytes, synchronous = 'full', reserveBytes } = options;
  const maxBytesPerSource = options.maxBytesPerSource ?? Math.floor(maxBytes / 4);
  if (!(segmentBytes > 0 && segmentBytes <= maxSegmentBytes)) throw new RangeError('segmentBytes must be above 0 and at most 1 GiB.');

  const listeners = new Set<(streams: readonly Stream[]) => void>();
  let gained = new Map<string, Stream>();
  const notify = (): void => {
    if (gained.size === 0) return;
    const streams = [...gained.values()];
    gained = new Map();
    for (const listener of listeners) listener(streams);
  };

  const link = await startThread(
    { directory, segmentBytes, reserveBytes, synchronous },
    { afterReplies: notify, onDeath: (error) => options.onDeath?.(error) },
  );
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
