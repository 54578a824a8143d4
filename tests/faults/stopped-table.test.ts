/** One table is stopped while thousands of requests come for it and for its neighbour: memory stays flat, nothing is lost or doubled. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { connectOperator } from '../../src/cli/operator-client.ts';
import { alterWarehouse } from '../support/alter-warehouse.ts';
import { startServerProcess } from '../support/server-process.ts';
import { createTestSource, send } from '../support/test-app.ts';
import { waitFor, waitUntilLoaded } from '../support/wait-until-loaded.ts';

/** For each table. The full run has 10,000: about 600 MB then wait in the buffer, where the short one has too little to show in memory. */
const requests = Number(process.env['THIMBLE_STOPPED_REQUESTS'] ?? '500');
const perRequest = 50;
const clients = 4;
const dataDirectory = mkdtempSync(join(tmpdir(), 'thimble-stopped-'));
afterAll(() => rmSync(dataDirectory, { recursive: true, force: true }));

function residentMb(pid: number | undefined): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) / 1024;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

it(
  `keeps ${requests} requests of a stopped table while its neighbour loads as many, in flat memory`,
  async () => {
    const operator = connectOperator({ positionals: [], flags: { data: dataDirectory } });
    let server = await startServerProcess({ dataDirectory });
    const source = await createTestSource({ operator, url: server.url });
    const batch = async (table: string, keys: readonly string[], first: number, count: number): Promise<void> => {
      const messages = Array.from({ length: count }, (_, index) => ({
        action: 'upsert',
        sequence: first + index + 1,
        data: { id: first + index, v: 1, pad: 'x'.repeat(1000) },
      }));
      const body = { table_name: table, schema: {}, key_names: keys, messages };
      expect((await send(server.url, 'POST', '/v2/import/batch', { token: source.token, body })).status).toBe(201);
    };
    const waiting = async (): Promise<{ table: string; batches: number }[]> => {
      const { backlog } = await operator.call('GET', '/status');
      return Array.isArray(backlog) ? backlog : [];
    };

    await batch('stopped', ['id'], 0, 1);
    await waitUntilLoaded(operator);
    const memory: number[] = [];
    let next = 0;
    const client = async (): Promise<void> => {
      for (let request = next++; request < requests; request = next++) {
        await batch('stopped', ['id', 'v'], request * perRequest, perRequest);
        await batch('neighbour', ['id'], request * perRequest, perRequest);
        if (request % Math.ceil(requests / 20) !== 0) continue;
        await operator.call('POST', '/loads/retry', {});
        memory.push(residentMb(server.child.pid));
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    await waitFor(async () => (await waiting()).every(({ table }) => table === 'stopped'), 120_000);
    expect(await waiting()).toMatchObject([{ table: 'stopped', batches: requests }]);
    const { streams } = await operator.call('GET', '/status');
    expect(streams).toContainEqual(
      expect.objectContaining({ table: 'stopped', error: expect.objectContaining({ type: 'table_stopped' }) }),
    );
    // Peaks belong to the neighbour's loads. In the full run some 300 MB come to wait between the middles of the two halves.
    const middles = [memory.slice(0, memory.length / 2), memory.slice(memory.length / 2)].map(median);
    const [early = 0, late = 0] = middles;
    process.stdout.write(`resident memory in the middle of both halves: ${early.toFixed(0)} and ${late.toFixed(0)} MB\n`);
    expect(late - early).toBeLessThan(120);

    expect(await server.end('SIGTERM')).toBe(0);
    await alterWarehouse(dataDirectory, ['DROP TABLE shop.stopped']);
    server = await startServerProcess({ dataDirectory });
    await waitUntilLoaded(operator, 600_000);
    const { rows } = await operator.call('POST', '/query', {
      sql: `SELECT (SELECT count(*) FROM shop.stopped) AS stopped, (SELECT count(DISTINCT id) FROM shop.stopped) AS ids,
        (SELECT count(*) FROM shop.neighbour) AS neighbour, (SELECT sum(id) FROM shop.neighbour)::VARCHAR AS sum`,
    });
    const total = requests * perRequest;
    expect(rows).toEqual([{ stopped: total, ids: total, neighbour: total, sum: String((total * (total - 1)) / 2) }]);
    await server.end('SIGTERM');
  },
  120_000 + requests * 1000,
);
