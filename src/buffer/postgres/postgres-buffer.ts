import type { Buffer } from '../buffer.ts';
import { createLinkedBuffer } from '../linked-buffer.ts';
import type { PendingLimits } from '../linked-buffer.ts';
import { openPostgresLink } from './postgres-link.ts';

export interface PostgresBufferOptions extends PendingLimits {
  /** The database; the buffer has a schema of its own in it. */
  readonly url: string;
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
  const { url, segmentBytes = defaultSegmentBytes, isAlone = () => true, findOutcomeMs = 10_000 } = options;
  return createLinkedBuffer(
    (afterReplies) =>
      openPostgresLink({ url, segmentBytes, isAlone, findOutcomeMs, afterReplies, onDeath: (error) => options.onDeath?.(error) }),
    options,
  );
}
