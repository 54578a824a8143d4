/** The demo's data sets give the same tables whether they are loaded in windows of 1, 7 or all requests. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readDemoDataSets } from '../../src/cli/demo-data.ts';
import { loadWindow, type EncodedBatch } from '../../src/loader/load-window.ts';
import { createDuckDbSink, type DuckDbSink } from '../../src/sinks/duckdb/duckdb-sink.ts';
import { encodeDataSet } from '../support/encode-request.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';

async function select(sink: DuckDbSink, sql: string): Promise<Record<string, unknown>[]> {
  const { json } = await sink.query(sql);
  const rows: unknown = JSON.parse(new TextDecoder().decode(json));
  return Array.isArray(rows) ? rows : [];
}

/** Per table its columns with types by name, its rows, and an order-free hash over all columns but the load time. */
async function fingerprint(sink: DuckDbSink): Promise<unknown[]> {
  const columns = await select(
    sink,
    `SELECT table_name AS t, column_name AS c, data_type AS d FROM duckdb_columns() WHERE schema_name = 'demo' ORDER BY t, c`,
  );
  const tables = Map.groupBy(columns, ({ t }) => String(t));
  return Promise.all(
    [...tables].map(async ([table, described]) => {
      const hashed = described.map(({ c }) => `"${String(c)}"`).filter((name) => !/_sdc_(batched|rejected)_at/.test(name));
      const [sums] = await select(sink, `SELECT count(*) AS rows, sum(hash(${hashed.join(', ')}))::VARCHAR AS hash FROM demo."${table}"`);
      return { table, columns: described.map(({ c, d }) => `${String(c)} ${String(d)}`), ...sums };
    }),
  );
}

async function loadInWindows(batches: readonly EncodedBatch[], table: string, size: number): Promise<unknown[]> {
  const sink = createDuckDbSink({ file: join(temporaryDirectory(), 'warehouse.duckdb') });
  try {
    for (let pending = batches; pending.length > 0;) {
      const window = {
        sourceId: 1,
        table,
        schema: 'demo',
        incarnation: '0c7b3a52-7d1e-4b86-9a40-c2e57d18b6f3',
        binding: 0,
        head: batches.length,
        acknowledged: 0,
      };
      const { position } = await loadWindow(
        sink,
        { ...window, batches: pending.slice(0, size).map((batch) => ({ ...batch, payload: batch.payload.slice() })) },
        Date.now,
      );
      pending = pending.filter((batch) => batch.position > position);
    }
    return await fingerprint(sink);
  } finally {
    await sink.close();
  }
}

for (const dataSet of readDemoDataSets()) {
  it(`${dataSet.table}: ${dataSet.records.length} records in windows of 1, 7 and all requests`, async () => {
    const batches = encodeDataSet(dataSet);
    const whole = await loadInWindows(batches, dataSet.table, Infinity);
    expect(whole).toContainEqual(expect.objectContaining({ table: dataSet.table, rows: dataSet.records.length }));
    expect(await loadInWindows(batches, dataSet.table, 7)).toEqual(whole);
    expect(await loadInWindows(batches, dataSet.table, 1)).toEqual(whole);
  });
}
