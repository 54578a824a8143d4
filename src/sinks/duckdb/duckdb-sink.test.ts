import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { QueryFailedError } from '../errors.ts';
import { describeSink } from '../../../tests/support/sink-conformance.ts';
import type { SinkUnderTest, TextRow } from '../../../tests/support/sink-fixture.ts';
import { createRandom } from '../../../tests/support/random.ts';
import { stepByStep } from '../../../tests/support/step-by-step-sink.ts';
import { applyDuckDbDdl } from '../../../tests/support/duckdb-ddl.ts';
import { createDuckDbSink } from './duckdb-sink.ts';
import { quoteTable } from './names.ts';

async function openDuckDb(): Promise<SinkUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-duckdb-'));
  const file = join(directory, 'warehouse.duckdb');
  const sink = createDuckDbSink({ file });
  return {
    sink,
    applyDdl: (schema, steps, waiting) => applyDuckDbDdl(file, schema, steps, waiting),
    async readTable(schema, table) {
      try {
        const { json } = await sink.query(`SELECT * FROM ${quoteTable(schema, table)}`);
        const rows = JSON.parse(new TextDecoder().decode(json)) as Record<string, unknown>[];
        return rows.map((row): TextRow =>
          // oxlint-disable-next-line no-base-to-string -- DuckDB's value classes print themselves
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
        );
      } catch (error) {
        if (error instanceof QueryFailedError) return undefined;
        throw error;
      }
    },
    async dispose() {
      await sink.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

describeSink('DuckDB', openDuckDb);
const random = createRandom(5);
describeSink('DuckDB that commits at each step and dies between them', async () => stepByStep(await openDuckDb(), random));
