/** The server under measurement: a process of its own, as `thimble serve` starts it, on a fresh data directory. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnectClient } from '../client/connect-api.ts';
import { connectOperator } from '../src/cli/operator-client.ts';
import { startServerProcess } from '../tests/support/server-process.ts';
import { table } from './records.ts';

export interface Target {
  readonly port: number;
  readonly token: string;
  readonly accountId: number;
  /** Resolves when everything accepted is loaded. */
  loaded(): Promise<void>;
  /** Rows of a table in the warehouse, the records' own unless another is named. */
  countRows(name?: string): Promise<number>;
  readonly processId: number;
  close(): Promise<void>;
}

const pollMs = 20;
/** As `bin/thimble.js` starts the server. */
const allocator = { MALLOC_ARENA_MAX: '2', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };

export async function startTarget(directory: string): Promise<Target> {
  const data = join(directory, 'data');
  const server = await startServerProcess({ dataDirectory: data, env: { ...allocator, ...findProfiling() } });
  const operator = connectOperator({ positionals: [], flags: { data } });
  const account = await operator.call('POST', '/accounts', {
    company: 'Bench',
    email: 'bench@example.com',
    name: 'Bench',
    plan: 'premium',
  });
  const accountId = Number(account['account_id']);
  const { api_key: apiKey } = await operator.call('POST', `/accounts/${accountId}/api-keys`, { description: 'bench' });
  const connect = createConnectClient({ baseUrl: server.url, apiKey: String(apiKey) });
  const source = await connect.call('createSource', { body: { type: 'import_api', display_name: 'Bench' } });
  const { access_token: token } = await connect.call('createToken', { params: { source_id: source.id } });
  return {
    port: Number(server.url.port),
    token,
    accountId,
    processId: server.child.pid ?? 0,
    async loaded() {
      for (;;) {
        const { backlog } = await operator.call('GET', '/status');
        if (Array.isArray(backlog) && backlog.length === 0) return;
        await delay(pollMs);
      }
    },
    async countRows(name = table) {
      const sql = `SELECT count(*)::INTEGER AS "rows" FROM "${source.name}"."${name}"`;
      const { rows } = await operator.call('POST', '/query', { sql, account_id: accountId });
      return Number((rows as { rows: number }[])[0]?.rows);
    },
    async close() {
      await server.end('SIGTERM');
    },
  };
}

/** `BENCH_CPU_PROFILE=DIR`: the server writes a CPU profile of each of its threads there. */
function findProfiling(): Record<string, string> {
  const directory = process.env['BENCH_CPU_PROFILE'];
  return directory === undefined ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}` };
}

export interface Consumption {
  readonly peakMb: number;
  readonly cpuS: number;
}

/** What a process has used so far (proc(5)); zeros where there is no /proc. */
export function readConsumption(processId: number): Consumption {
  if (process.platform !== 'linux') return { peakMb: 0, cpuS: 0 };
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  const peakKb = Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]);
  // After the name, which may hold blanks: user and system time are fields 14 and 15, in hundredths of a second.
  const fields = readFileSync(`/proc/${processId}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return { peakMb: peakKb / 1024, cpuS: (Number(fields[11]) + Number(fields[12])) / 100 };
}
