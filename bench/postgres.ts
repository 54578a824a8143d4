import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { PostgresConnection } from '../src/sinks/postgres/config.ts';
import { startPostgres } from '../tests/support/postgres-server.ts';
import { withDirectory } from './directory.ts';
import { csvLine, distinctIds, generateRows, takeRows } from './records.ts';

export interface PostgresMeasure {
  readonly records: number;
  readonly rows_per_s: number;
  readonly floor_rows_per_s: number;
  readonly peak_rss_mb: number;
  /** Processor time of the loading process for a million records; the server's is its own. */
  readonly cpu_s_per_million: number;
}

export interface PostgresLoadTask {
  readonly directory: string;
  readonly connection: PostgresConnection;
  readonly records: number;
}

export interface PostgresLoadReport {
  readonly elapsedMs: number;
  readonly peakMb: number;
  readonly cpuS: number;
}

const rowsPerWrite = 1000;

/**
 * From a full buffer to the last row committed in PostgreSQL 18, with fsync and otherwise its own settings, 10 % of the records being
 * updates. The floor gets as many rows as CSV. Throws when a row is missing.
 */
export function measurePostgres(records: number): Promise<PostgresMeasure> {
  return withDirectory(async (directory) => {
    const server = await startPostgres({ settings: { fsync: 'on' } });
    try {
      const csv = join(directory, 'rows.csv');
      writeCsv(csv, records);
      const floorMs = Number(await run('floor/postgres-floor-process.ts', [await server.createDatabase('floor'), csv]));
      await server.createDatabase('warehouse');
      const connection = {
        host: server.host,
        port: server.port,
        database: 'warehouse',
        user: 'postgres',
        password: '',
        tls: 'disable',
      } as const;
      const task: PostgresLoadTask = { directory: join(directory, 'buffer'), connection, records };
      const { elapsedMs, peakMb, cpuS } = JSON.parse(await run('postgres-load-process.ts', [JSON.stringify(task)])) as PostgresLoadReport;
      const [row] = await server.query('SELECT count(*)::int AS n FROM bench.orders', 'warehouse');
      if (row?.['n'] !== distinctIds(records)) throw new Error(`${String(row?.['n'])} rows arrived instead of ${distinctIds(records)}.`);
      return {
        records,
        rows_per_s: Math.round((records * 1000) / elapsedMs),
        floor_rows_per_s: Math.round((records * 1000) / floorMs),
        peak_rss_mb: Math.round(peakMb),
        cpu_s_per_million: Number(((cpuS * 1e6) / records).toFixed(2)),
      };
    } finally {
      await server.stop();
    }
  });
}

/** Runs a program of the benchmark in a process of its own and returns what it prints. */
async function run(name: string, args: readonly string[]): Promise<string> {
  const entry = new URL(name, import.meta.url).pathname;
  const child = spawn(process.execPath, [entry, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`${name} ended with ${String(code)}.`);
  return output;
}

function writeCsv(path: string, records: number): void {
  const rows = generateRows(1);
  const file = openSync(path, 'w');
  for (let done = 0; done < records; done += rowsPerWrite) {
    writeSync(
      file,
      takeRows(rows, Math.min(rowsPerWrite, records - done))
        .map(csvLine)
        .join(''),
    );
  }
  closeSync(file);
}
