import { DuckDBInstance } from '@duckdb/node-api';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { crashPlan, rowsPerLoad } from '../../../tests/support/sink-crash-plans.ts';
import { CopyFailedError } from '../errors.ts';
import { createDuckDbSink } from './duckdb-sink.ts';
import type { DuckDbSink } from './duckdb-sink.ts';

describe('a copy of the warehouse', () => {
  let directory: string;
  let sink: DuckDbSink;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-copy-'));
    sink = createDuckDbSink({ file: join(directory, 'warehouse.duckdb') });
    await sink.load(crashPlan('keyed', 1));
  });
  afterEach(async () => {
    await sink.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('is taken while loading and querying go on, stands alone and holds whole loads', async () => {
    const target = join(directory, 'copy.duckdb');
    const query = sink.query('SELECT count(*) c FROM shop.keyed, range(30000) WHERE range % 2 = 0');
    const loads = [2, 3].map((position) => sink.load(crashPlan('keyed', position)));
    const copying = sink.copyTo(target);
    loads.push(...[4, 5].map((position) => sink.load(crashPlan('keyed', position))));
    const { bytes } = await copying;
    await Promise.all([query, ...loads]);
    expect((await sink.readLedger(crashPlan('keyed', 1).ledger.key))?.position).toBe(5);

    expect((await stat(target)).size).toBe(bytes);
    expect((await readdir(directory)).filter((name) => name.startsWith('copy'))).toEqual(['copy.duckdb']);
    const instance = await DuckDBInstance.create(target);
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(
      'SELECT (SELECT position FROM _thimble.ledger)::INT, count(*)::INT, max(_sdc_sequence)::INT, (SELECT count(*) FROM shop.keyed__items)::INT FROM shop.keyed',
    );
    expect(reader.getRowsJson()).toEqual([[3, 2 * rowsPerLoad, 3, 2 * rowsPerLoad]]);
    connection.closeSync();
    instance.closeSync();
  });

  it('never replaces a file, and names what is wrong', async () => {
    const taken = join(directory, 'taken');
    await writeFile(taken, 'mine');
    await expect(sink.copyTo(taken)).rejects.toThrow(CopyFailedError);
    await expect(sink.copyTo(join(directory, 'warehouse.duckdb'))).rejects.toThrow('The file exists already.');
    await expect(sink.copyTo('relative.duckdb')).rejects.toThrow('must be absolute');
    await expect(sink.copyTo(join(directory, 'missing', 'copy.duckdb'))).rejects.toThrow(/ENOENT/);
    expect(await readFile(taken, 'utf8')).toBe('mine');
    await sink.load(crashPlan('keyed', 2));
  });

  it('leaves the lock on the warehouse in place', async () => {
    await sink.copyTo(join(directory, 'copy.duckdb'));
    const { spawnSync } = await import('node:child_process');
    const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then(() => console.log('open'), (e) => console.log(e.message))`;
    const other = spawnSync(process.execPath, ['-e', script, join(directory, 'warehouse.duckdb')], {
      cwd: import.meta.dirname,
      encoding: 'utf8',
    });
    expect(other.stdout).toMatch(/Conflicting lock/);
  });
});
