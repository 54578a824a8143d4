import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { withDirectory } from './directory.ts';
import { runLoadFloor, startIngestFloor } from './floor/run-floor.ts';
import { distinctIds, flatLine, generateRows, takeRows } from './records.ts';
import { writeRequestFile } from './request-file.ts';
import { runClient } from './run-client.ts';
import { readConsumption, startTarget } from './target.ts';

export interface EndToEndMeasure {
  readonly records: number;
  readonly rows_per_s: number;
  readonly floor_rows_per_s: number;
  readonly peak_rss_mb: number;
  /** Processor time of the server for a million records. */
  readonly cpu_s_per_million: number;
}

const recordsPerRequest = 1000;
const connections = 8;
/** Records of one load of the floor. */
const floorWindow = 100_000;

/** From the first request to the last row committed in the warehouse, 10 % of the records being updates. Throws when a row is missing. */
export function measureEndToEnd(records: number): Promise<EndToEndMeasure> {
  return withDirectory(async (directory) => {
    const file = join(directory, 'requests');
    const target = await startTarget(directory);
    const { token, accountId: clientId, port } = target;
    writeRequestFile({ path: file, requests: records / recordsPerRequest, recordsPerRequest, token, clientId });
    const before = readConsumption(target.processId);
    const rowsPerS = await timeRows(records, async () => {
      await runClient({ port, file, connections });
      await target.loaded();
    });
    const { cpuS, peakMb } = readConsumption(target.processId);
    requireRows(await target.countRows(), records);
    await target.close();
    return {
      records,
      rows_per_s: rowsPerS,
      floor_rows_per_s: await measureFloor(directory, file, records),
      peak_rss_mb: Math.round(peakMb),
      cpu_s_per_million: Number((((cpuS - before.cpuS) * 1e6) / records).toFixed(2)),
    };
  });
}

/** The ingest floor and the load floor side by side, until both are done. */
async function measureFloor(directory: string, file: string, records: number): Promise<number> {
  const prepared = writeFlatFiles(directory, records);
  const floor = await startIngestFloor(directory);
  const rowsPerS = await timeRows(records, async () => {
    const [rows] = await Promise.all([
      runLoadFloor(join(directory, 'floor.duckdb'), prepared),
      runClient({ port: floor.port, file, connections }),
    ]);
    requireRows(rows, records);
  });
  await floor.close();
  return rowsPerS;
}

async function timeRows(records: number, run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return Math.round((records * 1000) / (performance.now() - startedAt));
}

function requireRows(found: number, records: number): void {
  if (found !== distinctIds(records)) throw new Error(`${found} rows arrived instead of ${distinctIds(records)}.`);
}

function writeFlatFiles(directory: string, records: number): string[] {
  const rows = generateRows(1);
  return Array.from({ length: Math.ceil(records / floorWindow) }, (_, index) => {
    const path = join(directory, `flat-${index}.ndjson`);
    const file = openSync(path, 'w');
    const count = Math.min(floorWindow, records - index * floorWindow);
    for (let done = 0; done < count; done += recordsPerRequest) {
      writeSync(
        file,
        takeRows(rows, Math.min(recordsPerRequest, count - done))
          .map(flatLine)
          .join(''),
      );
    }
    closeSync(file);
    return path;
  });
}
