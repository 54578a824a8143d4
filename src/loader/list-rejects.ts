import type { Batch } from '../batch/batch.ts';
import { decodeBatch } from '../batch/decode.ts';
import { CorruptBatchError } from '../batch/errors.ts';
import { writeRecords } from '../batch/write-json.ts';
import type { RejectQuery, Sink, StoredReject } from '../sinks/sink.ts';
import type { ListedReject } from './thread-messages.ts';

/**
 * A page of rejects, each with its payload, or with `records` its record as JSON instead. The destination is its owner's, who may have
 * changed what lies there: of a payload that is not one message of its table neither is given.
 */
export async function listRejects(sink: Sink, query: RejectQuery, records: boolean): Promise<ListedReject[]> {
  const rejects = await sink.listRejects(query);
  return rejects.map((reject) => {
    const message = findMessage(reject);
    if (message === undefined) return { ...reject, payload: undefined };
    if (!records) return reject;
    const record = writeRecords(message, [0]).get(0);
    return { ...reject, payload: undefined, ...(record === undefined ? {} : { record }) };
  });
}

function findMessage({ root, payload }: StoredReject): Batch | undefined {
  if (payload === undefined) return undefined;
  try {
    const batch = decodeBatch(payload);
    return batch.table === root && batch.count === 1 && batch.records.tags.length === 1 ? batch : undefined;
  } catch (error) {
    if (error instanceof CorruptBatchError) return undefined;
    throw error;
  }
}
