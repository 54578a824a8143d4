import { batchBytes } from './batch-size.ts';
import type { AppendJob, Reply } from './protocol.ts';
import type { SegmentFile } from './segment-file.ts';
import { addToPart } from './segment.ts';
import type { Segment } from './segment.ts';
import { streamKey } from './stream-key.ts';

/** Bytes an append takes in a file. */
export function jobBytes(job: AppendJob): number {
  return job.batches.reduce((bytes, { payload }) => bytes + batchBytes(payload.byteLength), 0);
}

/** Takes the next jobs off the queue that fit into `roomBytes` together; always at least one. */
export function takeGroup(queue: AppendJob[], roomBytes: number): AppendJob[] {
  let bytes = 0;
  let count = 0;
  for (const job of queue) {
    bytes += jobBytes(job);
    if (count > 0 && bytes > roomBytes) break;
    count += 1;
  }
  return queue.splice(0, count);
}

/** Stores a group of appends in one transaction, with positions rising from `next`; when it throws, nothing of it is stored. */
export function storeGroup(group: readonly AppendJob[], segment: Segment, file: SegmentFile, next: number): Reply[] {
  const stored: { key: string; streamId: number; bytes: number; position: number }[] = [];
  const replies = file.transaction(() => {
    let position = next;
    return group.map(({ id, sourceId, receivedAt, batches }): Reply => {
      for (const { table, records, payload } of batches) {
        const stream = { sourceId, table };
        const streamId = file.insert(stream, { position, receivedAt, records, payload });
        stored.push({ key: streamKey(stream), streamId, bytes: payload.byteLength, position });
        position += 1;
      }
      return { id, outcome: { kind: 'appended', lastPosition: position - 1 } };
    });
  });
  for (const { key, streamId, bytes, position } of stored) addToPart(segment, key, streamId, { batches: 1, bytes, last: position });
  segment.fileBytes = file.contentBytes();
  return replies;
}
