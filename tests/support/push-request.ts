/** Push requests as the worked examples of loading.md write them. */
import type { BatchInput, RecordValue } from './build-batch.ts';

export type Data = { readonly [key: string]: RecordValue };

/** One push request: records with their sequences. */
export function push(table: string, keyNames: readonly string[], ...records: readonly (readonly [bigint, Data])[]): BatchInput {
  return { table, keyNames, messages: records.map(([sequence, data]) => ({ sequence, data })) };
}
