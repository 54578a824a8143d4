/** The loader under measurement: a full buffer, then loader and loader thread on a PostgreSQL destination until it is empty. */
import { createEmbeddedBuffer } from '../src/buffer/embedded/embedded-buffer.ts';
import { encodeBatch } from '../src/batch/encode.ts';
import { createLoadHost } from '../src/loader/load-host.ts';
import { createLoader } from '../src/loader/loader.ts';
import type { RecordValue } from '../tests/support/build-batch.ts';
import { buildBatch, timestamp } from '../tests/support/build-batch.ts';
import type { PostgresLoadReport, PostgresLoadTask } from './postgres.ts';
import { generateRows, keyNames, table, takeRows } from './records.ts';
import type { Row } from './records.ts';
import { readConsumption } from './target.ts';

const recordsPerRequest = 1000;
const sourceId = 1;
const task = JSON.parse(process.argv[2] ?? '') as PostgresLoadTask;
const buffer = await createEmbeddedBuffer({ directory: task.directory, maxBytes: 2 ** 34, maxBytesPerSource: 2 ** 34 });
const rows = generateRows(1);
for (let done = 0; done < task.records; done += recordsPerRequest) {
  const messages = takeRows(rows, Math.min(recordsPerRequest, task.records - done)).map((row) => ({
    sequence: BigInt(row.sequence),
    data: dataOf(row),
  }));
  const payload = encodeBatch(buildBatch({ table, keyNames, messages }));
  await buffer.append({ sourceId, receivedAt: Date.now(), batches: [{ table, records: messages.length, payload }] });
}

const failures: string[] = [];
const host = createLoadHost({ egress: { privateAllowed: true, allowed: [] } });
const loader = createLoader({
  buffer,
  host,
  findRoute: () => ({
    accountId: 1,
    sourceId,
    schema: 'bench',
    binding: 0,
    destination: { id: 1, kind: 'postgres', connection: task.connection },
  }),
  reports: { recordLoad: () => undefined, recordFailure: ({ message }) => void failures.push(message) },
  metrics: { countLoad: () => undefined },
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});
const before = readConsumption(process.pid);
const startedAt = performance.now();
loader.start();
await loader.drain();
const elapsedMs = performance.now() - startedAt;
const { peakMb, cpuS } = readConsumption(process.pid);
await loader.stop();
await host.close();
await buffer.close();
if (failures.length > 0) throw new Error(failures.join('\n'));
process.stdout.write(JSON.stringify({ elapsedMs, peakMb, cpuS: cpuS - before.cpuS } satisfies PostgresLoadReport));

/** A record as intake reads it: whole numbers are integers, and the schema makes a time of `created_at`. */
function dataOf({ members, address }: Row): Record<string, RecordValue> {
  const data = JSON.parse(`{${members}}`) as Record<string, string | number | boolean | null>;
  const { id, quantity } = data;
  return {
    ...data,
    id: BigInt(Number(id)),
    quantity: quantity === null ? null : BigInt(Number(quantity)),
    created_at: timestamp(String(data['created_at'])),
    address,
  };
}
