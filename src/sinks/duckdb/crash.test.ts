import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import type { CrashStream } from '../../../tests/support/sink-crash-plans.ts';
import { crashPlan, rowsPerLoad } from '../../../tests/support/sink-crash-plans.ts';
import { createDuckDbSink } from './duckdb-sink.ts';

const rounds = 6;
const child = fileURLToPath(new URL('../../../tests/support/sink-loader-process.ts', import.meta.url));

it('holds whole loads and the ledger that belongs to them, whenever the process is killed', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'thimble-crash-'));
  const file = join(directory, 'warehouse.duckdb');
  try {
    for (let round = 0, seed = 1; round < rounds; round += 1) {
      seed = (seed * 48_271) % 2_147_483_647;
      const reported = await loadUntilKilled(file, 1 + (seed % 9));
      const sink = createDuckDbSink({ file });
      try {
        for (const stream of ['keyed', 'appended'] as const) await expectWholeLoads(sink, stream, reported[stream]);
        await expectWholeVersions(sink, reported.versioned);
      } finally {
        await sink.close();
      }
    }
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 120_000);

/** Kills the child while it works on the load after its n-th report; returns the last positions it reported. */
async function loadUntilKilled(file: string, reports: number): Promise<Record<CrashStream, number>> {
  const loader = spawn(process.execPath, [child, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(loader, 'close');
  const last = { keyed: 0, appended: 0, versioned: 0 };
  let seen = 0;
  for await (const line of createInterface({ input: loader.stdout })) {
    const [stream, position] = line.split(' ');
    last[stream as CrashStream] = Number(position);
    seen += 1;
    if (seen === reports) loader.kill('SIGKILL');
  }
  await closed;
  return last;
}

async function expectWholeLoads(sink: ReturnType<typeof createDuckDbSink>, stream: 'keyed' | 'appended', reported: number): Promise<void> {
  const position = (await sink.readLedger(crashPlan(stream, 1).ledger.key))?.position ?? 0;
  expect(position).toBeGreaterThanOrEqual(reported);
  if (position === 0) return;
  const rows = stream === 'keyed' ? ((position + 1) * rowsPerLoad) / 2 : position * rowsPerLoad;
  // Every id belongs to the newest load that held it, and each root row has exactly its own child.
  const newest = stream === 'keyed' ? `least(${position}, 1 + id // ${rowsPerLoad / 2})` : `1 + id // ${rowsPerLoad}`;
  const { json } = await sink.query(`
    SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(*) FILTER (_sdc_sequence = ${newest} AND text LIKE '% in load ' || _sdc_sequence) AS right_rows,
      (SELECT count(*) FROM shop.${stream}__items) AS children,
      (SELECT count(*) FROM shop.${stream}__items c JOIN shop.${stream} r ON r.id = c._sdc_source_key_id AND r._sdc_sequence = c._sdc_sequence) AS matched,
      (SELECT count(*) FROM shop._sdc_rejected WHERE table_name = '${stream}') AS rejects,
      count(column_${position}) AS newest_rows
    FROM shop.${stream}`);
  expect(JSON.parse(new TextDecoder().decode(json))).toEqual([
    { rows, ids: rows, right_rows: rows, children: rows, matched: rows, rejects: position, newest_rows: rowsPerLoad },
  ]);
  await expect(sink.query(`SELECT column_${position + 1} FROM shop.${stream}`)).rejects.toThrow(/column_/);
}

/** Root and subtable hold one version whole, and the next one waits whole or not at all. */
async function expectWholeVersions(sink: ReturnType<typeof createDuckDbSink>, reported: number): Promise<void> {
  const position = (await sink.readLedger(crashPlan('versioned', 1).ledger.key))?.position ?? 0;
  expect(position).toBeGreaterThanOrEqual(reported);
  const active = Math.floor(position / 2);
  const { versions } = await sink.describe('shop');
  const waiting = position % 2 === 0 ? [] : [{ version: BigInt(active + 1), rows: rowsPerLoad }];
  expect(versions).toMatchObject(position === 0 ? [] : [{ active: active === 0 ? undefined : BigInt(active), waiting }]);
  if (active === 0) return;
  const { json } = await sink.query(`
    SELECT count(*) AS rows, count(DISTINCT id) AS ids, count(column_${active}) AS right_rows,
      (SELECT count(*) FROM shop.versioned__items WHERE version = ${active}) AS right_children,
      (SELECT count(*) FROM shop.versioned__items) AS children FROM shop.versioned`);
  const rows = 2 * rowsPerLoad;
  expect(JSON.parse(new TextDecoder().decode(json))).toEqual([{ rows, ids: rows, right_rows: rows, right_children: rows, children: rows }]);
}
