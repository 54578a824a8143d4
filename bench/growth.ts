import { join } from 'node:path';
import { withDirectory } from './directory.ts';
import { distinctIds, generateRows } from './records.ts';
import { writeRequestFile } from './request-file.ts';
import { runClient } from './run-client.ts';
import { readConsumption, startTarget } from './target.ts';

export interface GrowthMeasure {
  /** The first is the reference, the others follow it in the same server. */
  readonly points: readonly GrowthPoint[];
  readonly growth_percent: number;
}

interface GrowthPoint {
  /** Loaded so far. */
  readonly records: number;
  /** Of the server since its start. */
  readonly peak_rss_mb: number;
  readonly rows_per_s: number;
}

const recordsPerRequest = 1000;
const connections = 8;

/** Peak memory of one server after `records` and after five times as many, all through to the warehouse. Throws when a row is missing. */
export function measureGrowth(records: number): Promise<GrowthMeasure> {
  return withDirectory(async (directory) => {
    const target = await startTarget(directory);
    const rows = generateRows(1);
    const file = join(directory, 'requests');
    const points: GrowthPoint[] = [];
    let loaded = 0;
    for (const total of [records, 5 * records]) {
      const count = total - loaded;
      const { token, accountId: clientId, port } = target;
      writeRequestFile({ path: file, requests: count / recordsPerRequest, recordsPerRequest, token, clientId, rows });
      const startedAt = performance.now();
      await runClient({ port, file, connections });
      await target.loaded();
      const elapsedMs = performance.now() - startedAt;
      loaded = total;
      const peakMb = Math.round(readConsumption(target.processId).peakMb);
      points.push({ records: loaded, peak_rss_mb: peakMb, rows_per_s: Math.round((count * 1000) / elapsedMs) });
    }
    const found = await target.countRows();
    if (found !== distinctIds(loaded)) throw new Error(`${found} rows arrived instead of ${distinctIds(loaded)}.`);
    await target.close();
    const [first, last] = [points[0]?.peak_rss_mb ?? 0, points.at(-1)?.peak_rss_mb ?? 0];
    return { points, growth_percent: Number(((100 * (last - first)) / first).toFixed(1)) };
  });
}
