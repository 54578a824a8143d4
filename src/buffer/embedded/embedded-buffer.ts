import type { Buffer } from '../buffer.ts';
import { createLinkedBuffer } from '../linked-buffer.ts';
import type { PendingLimits } from '../linked-buffer.ts';
import type { Synchronous } from './database.ts';
import { startThread } from './thread-link.ts';

export interface EmbeddedBufferOptions extends PendingLimits {
  /** Made when missing; one process may use it at a time. */
  readonly directory: string;
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
  const { directory, segmentBytes = defaultSegmentBytes, synchronous = 'full', reserveBytes } = options;
  if (!(segmentBytes > 0 && segmentBytes <= maxSegmentBytes)) throw new RangeError('segmentBytes must be above 0 and at most 1 GiB.');
  return createLinkedBuffer(
    (afterReplies) =>
      startThread({ directory, segmentBytes, reserveBytes, synchronous }, { afterReplies, onDeath: (error) => options.onDeath?.(error) }),
    options,
  );
}
