import { batchBytes } from './batch-size.ts';
import type { Measure } from './segment-file.ts';

/** What one stream has in one segment and is not acknowledged. */
interface Part {
  /** The stream's id in this file. */
  readonly streamId: number;
  batches: number;
  /** Payload and row overhead. */
  bytes: number;
  /** Highest position. */
  last: number;
}

/** What is known of a segment file without opening it; its size does not depend on the number of batches. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  /** Highest position ever stored in it; segments do not overlap. */
  lastPosition: number;
  /** Bytes of the file without its log. */
  fileBytes: number;
  /** By stream key. A stream with nothing left has no entry. */
  readonly parts: Map<string, Part>;
}

/** Counts appended batches in. */
export function addToPart(segment: Segment, key: string, streamId: number, added: Measure): void {
  const part = segment.parts.get(key) ?? { streamId, batches: 0, bytes: 0, last: 0 };
  part.batches += added.batches;
  part.bytes += accounted(added);
  part.last = Math.max(part.last, added.last);
  segment.parts.set(key, part);
  segment.lastPosition = Math.max(segment.lastPosition, added.last);
}

/** Counts acknowledged batches out and drops an emptied entry. */
export function removeFromPart(segment: Segment, key: string, removed: { batches: number; bytes: number }): void {
  const part = segment.parts.get(key);
  if (part === undefined) return;
  part.batches -= removed.batches;
  part.bytes -= removed.bytes;
  if (part.batches <= 0) segment.parts.delete(key);
}

/** Payload and row overhead of counted batches. */
export function accounted({ batches, bytes }: Measure): number {
  return bytes + batches * batchBytes(0);
}

/** Bytes of a segment that are still to be loaded. */
export function liveBytes(segment: Segment): number {
  let bytes = 0;
  for (const part of segment.parts.values()) bytes += part.bytes;
  return bytes;
}
