import type { DemoDataSet } from '../../src/cli/demo-data.ts';
import { createBodyDecoder } from '../../src/intake/decode-body.ts';
import type { EncodedBatch } from '../../src/loader/load-window.ts';

const accountId = 1;
const receivedAt = Date.UTC(2026, 0, 1);
const recordsPerRequest: Readonly<Record<string, number>> = { movies: 100, earthquakes: 50, flights: 5000 };
const decode = createBodyDecoder();

/** The batch of a request's only table, as the buffer would hand it out. */
export function encodeRequest(endpoint: 'push' | 'batch', position: number, text: string): EncodedBatch {
  const decoded = decode({ endpoint, accountId, body: new TextEncoder().encode(text) });
  if (!decoded.ok) throw new Error(JSON.stringify(decoded.body));
  const [batch] = decoded.batches;
  if (batch === undefined) throw new Error('The request held nothing.');
  return { position, receivedAt, payload: batch.payload };
}

/** A data set of the demo as encoded requests, in push form where it has a key; keyed ones come twice. */
export function encodeDataSet({ table, keyNames, records }: DemoDataSet): EncodedBatch[] {
  const size = recordsPerRequest[table] ?? 1000;
  const once = Array.from({ length: Math.ceil(records.length / size) }, (_, index) => records.slice(index * size, (index + 1) * size));
  return (keyNames.length > 0 ? [...once, ...once] : once).map((slice, index) => {
    const messages = slice.map((data, at) => `"action":"upsert","sequence":${index * size + at},"data":${data}}`);
    const text =
      keyNames.length > 0
        ? `[${messages.map((message) => `{"client_id":${accountId},"table_name":"${table}","key_names":${JSON.stringify(keyNames)},${message}`).join(',')}]`
        : `{"table_name":"${table}","schema":{},"messages":[${messages.map((message) => `{${message}`).join(',')}]}`;
    return encodeRequest(keyNames.length > 0 ? 'push' : 'batch', index + 1, text);
  });
}
