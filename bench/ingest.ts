import { join } from 'node:path';
import { startIngestFloor } from './floor/run-floor.ts';
import { withDirectory } from './directory.ts';
import { writeRequestFile } from './request-file.ts';
import { runClient, type ClientReport } from './run-client.ts';
import { startTarget } from './target.ts';

export interface IngestMeasure {
  readonly records_per_request: number;
  readonly records_per_s: number;
  readonly floor_records_per_s: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
}

/** Records in a prepared file, which is sent over and over. */
const preparedRecords = 100_000;

/** Accepted records per second, loading included, with `connections` clients; the floor gets the same bytes right after. */
export function measureIngest(options: {
  readonly recordsPerRequest: number;
  readonly connections: number;
  readonly measureMs: number;
}): Promise<IngestMeasure> {
  const { recordsPerRequest, connections, measureMs } = options;
  return withDirectory(async (directory) => {
    const file = join(directory, 'requests');
    const send = (port: number): Promise<ClientReport> => runClient({ port, file, connections, measureMs, warmMs: measureMs / 2 });
    const target = await startTarget(directory);
    writeRequestFile({
      path: file,
      requests: preparedRecords / recordsPerRequest,
      recordsPerRequest,
      token: target.token,
      clientId: target.accountId,
    });
    const report = await send(target.port);
    await target.close();
    const floor = await startIngestFloor(directory);
    const floorReport = await send(floor.port);
    await floor.close();
    const rate = ({ requests, elapsedMs }: ClientReport): number => Math.round((requests * recordsPerRequest * 1000) / elapsedMs);
    return {
      records_per_request: recordsPerRequest,
      records_per_s: rate(report),
      floor_records_per_s: rate(floorReport),
      p50_ms: Number(report.p50Ms.toFixed(2)),
      p99_ms: Number(report.p99Ms.toFixed(2)),
    };
  });
}
