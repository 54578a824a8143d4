import type { Batch } from '../batch/batch.ts';
import { encodeBatch } from '../batch/encode.ts';
import { extractMessages } from '../batch/extract-messages.ts';
import { writeRecords } from '../batch/write-json.ts';
import type { RejectRow, RejectScope } from '../sinks/sink.ts';

/** What is wrong with a record, and how much of it that takes. */
export interface SetAside {
  readonly reason: string;
  readonly scope: RejectScope;
}

/** The rejects of one batch, by message index, with all that showing and replaying them takes. */
export function toRejects(batch: Batch, table: string, setAside: ReadonlyMap<number, SetAside>): RejectRow[] {
  const records = writeRecords(batch, setAside.keys());
  const messages = extractMessages(batch, setAside.keys());
  return [...setAside].map(([message, { reason, scope }]) => {
    const one = messages.get(message);
    const record = records.get(message);
    if (one === undefined || record === undefined) throw new RangeError('A message without a record cannot be rejected.');
    return { table, reason, scope, record, sequence: batch.sequences[message] ?? 0n, payload: encodeBatch(one) };
  });
}
