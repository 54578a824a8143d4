import { decodeBatch } from '../batch/decode.ts';
import { writeRecords } from '../batch/write-json.ts';
import type { RejectQuery, Sink } from '../sinks/sink.ts';
import type { ListedReject } from './thread-messages.ts';

/** A page of rejects; with `records` each has its record as JSON, in the digits and key order it was sent with, and no payload. */
export async function listRejects(sink: Sink, query: RejectQuery, records: boolean): Promise<ListedReject[]> {
  const rejects = await sink.listRejects(query);
  if (!records) return rejects;
  return rejects.map((reject) => {
    if (reject.payload === undefined) throw new RangeError('A record is asked for without its payload.');
    return { ...reject, payload: undefined, record: writeRecords(decodeBatch(reject.payload), [0]).get(0) ?? '' };
  });
}
