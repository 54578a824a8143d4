import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { TableInput } from '../../../tests/support/sink-plans.ts';
import { DestinationUnusableError, QueryLimitError, TransientError } from '../errors.ts';
import { withDefaults } from './config.ts';
import { createWarehouse } from './connect.ts';
import { createDuckDbSink } from './duckdb-sink.ts';
import { foldName, quoteIdentifier } from './names.ts';

const items = (...ids: bigint[]): TableInput => ({
  table: 'items',
  keyColumns: ['id'],
  columns: [
    ['id', 'bigint'],
    ['_sdc_sequence', 'bigint'],
  ],
  rows: ids.map((id) => [id, 1n]),
});
const firstPlan = () =>
  loadPlan({ ddl: [{ kind: 'create-schema' }, createTable(items())], tables: [items(1n, 2n)], expected: undefined, position: 1 });

/** Takes longer than any test. */
const endless = 'SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11';

describe('the warehouse file', () => {
  let directory: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-connect-'));
    file = join(directory, 'deep', 'warehouse.duckdb');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) await end(child);
    await rm(directory, { recursive: true, force: true });
  });

  /** Another process that opens the file; its first line is `open` or the error. */
  async function opener(): Promise<{ child: ChildProcess; answer: string }> {
    const script = `require('@duckdb/node-api').DuckDBInstance.create(process.argv[1]).then((i) => { globalThis.keep = i; console.log('open'); process.stdin.resume(); }, (e) => console.log(e.message))`;
    const child = spawn(process.execPath, ['-e', script, file], { stdio: ['pipe', 'pipe', 'inherit'], cwd: new URL('.', import.meta.url) });
    children.push(child);
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    return { child, answer: line.toString().trim() };
  }

  it('is waited for while another process holds it, which is named', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(firstPlan());
    await sink.close();
    const holder = await opener();
    expect(holder.answer).toBe('open');

    const again = createDuckDbSink({ file });
    const second = loadPlan({ tables: [items(3n)], expected: 1, position: 2 });
    for (const attempt of [() => again.load(second), () => again.describe('shop'), () => again.check(), () => again.query('SELECT 1')]) {
      const failure = await attempt().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(TransientError);
      expect((failure as Error).message).toBe(`The warehouse file is opened by process ${holder.child.pid}.`);
    }
    await end(holder.child);
    await again.load(second);
    expect((await again.query('FROM shop.items')).rows).toBe(3);
    await again.close();
  });

  it('is closed when idle, free for others, and opened again on demand', async () => {
    const sink = createDuckDbSink({ file, idleMs: 50 });
    await sink.load(firstPlan());
    await vi.waitFor(async () => {
      const other = await opener();
      await end(other.child);
      expect(other.answer).toBe('open');
    }, 10_000);
    expect(await stat(`${file}.wal`).catch(() => undefined)).toBeUndefined();
    await sink.load(loadPlan({ tables: [items(3n)], expected: 1, position: 2 }));
    const use = expect(sink.query(endless)).rejects.toThrow('The server is stopping.');
    expect((await opener()).answer).toMatch(/Conflicting lock/);
    await sink.close();
    await use;
  });

  it('is free for others at once after a close, even when a query was cut off', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(firstPlan());
    await expect(sink.query("SELECT repeat('x', 1000) FROM range(10000000)", { maxBytes: 1000 })).rejects.toThrow(QueryLimitError);
    const stopped = expect(sink.query(endless)).rejects.toThrow('The server is stopping.');
    await sink.close();
    await stopped;
    expect((await opener()).answer).toBe('open');
    await expect(sink.describe('shop')).rejects.toThrow(TransientError);
  });

  it('that is no database, or a damaged one, is unusable and left as it is', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(firstPlan());
    await sink.close();
    const handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(4096, 0x5a), 0, 4096, 4096);
    await handle.close();
    const damaged = createDuckDbSink({ file });
    await expect(damaged.describe('shop')).rejects.toThrow(DestinationUnusableError);
    await damaged.close();

    await writeFile(join(directory, 'text'), 'not a database, but long enough to look at '.repeat(500));
    const text = createDuckDbSink({ file: join(directory, 'text') });
    await expect(text.check()).rejects.toThrow(DestinationUnusableError);
    await text.close();

    const folder = createDuckDbSink({ file: directory });
    await expect(folder.check()).rejects.toThrow(DestinationUnusableError);
    await folder.close();
  });

  it('is opened anew after an error that invalidates the instance, once its last user is gone', async () => {
    const warehouse = createWarehouse(withDefaults({ file }));
    await warehouse.use((connection) => connection.run('CREATE TABLE t AS SELECT 1 AS a'));
    const slow = Promise.withResolvers<void>();
    const user = warehouse.use(async (connection) => {
      await slow.promise;
      return (await connection.runAndReadAll('FROM t')).getRowsJson();
    });
    await expect(
      warehouse.use(async () => {
        throw new Error('FATAL Error: Failed: database has been invalidated because of a previous fatal error.');
      }),
    ).rejects.toThrow(TransientError);
    let reopened = false;
    const next = warehouse.use(async (connection) => {
      reopened = true;
      return (await connection.runAndReadAll('FROM t')).getRowsJson();
    });
    // Time enough for a use that does not wait: this one, begun later, has come and gone.
    const other = createWarehouse(withDefaults({ file: join(directory, 'other.duckdb') }));
    for (let use = 0; use < 3; use += 1) await other.use((connection) => connection.run('SELECT 1'));
    await other.close();
    expect(reopened).toBe(false);
    slow.resolve();
    expect(await user).toEqual([[1]]);
    expect(await next).toEqual([[1]]);
    await warehouse.close();
  });

  it('that was removed while open is opened anew, and no load into what was removed counts', async () => {
    const sink = createDuckDbSink({ file });
    await sink.load(firstPlan());
    await rm(file);
    await expect(sink.load(loadPlan({ tables: [items(3n)], expected: 1, position: 2 }))).rejects.toThrow(
      new TransientError('The warehouse file was removed or replaced while it was open; it is opened anew.'),
    );
    expect(await sink.describe('shop')).toEqual({ exists: false, tables: [], catalogue: [], versions: [] });
    await sink.load(firstPlan());
    await sink.close();
    const again = createDuckDbSink({ file });
    expect((await again.query('FROM shop.items')).rows).toBe(2);
    await again.close();
  });

  it('that is removed during a load does not have the load', async () => {
    const warehouse = createWarehouse(withDefaults({ file }));
    const use = warehouse.use(async (connection) => {
      await connection.run('CREATE TABLE t AS SELECT 1 AS a');
      await rm(file);
    });
    await expect(use).rejects.toThrow(TransientError);
    await warehouse.use((connection) => connection.run('CREATE TABLE t AS SELECT 2 AS a'));
    await warehouse.close();
  });

  it('loses what a killed process spilled, and nothing else beside it', async () => {
    const tempDirectory = join(directory, 'spill');
    await mkdir(tempDirectory);
    for (const name of ['duckdb_temp_storage_S32K-0.tmp', 'duckdb_temp_block-7.block', 'mine.txt'])
      await writeFile(join(tempDirectory, name), 'x');
    const sink = createDuckDbSink({ file, tempDirectory });
    await sink.check();
    expect(await readdir(tempDirectory)).toEqual(['mine.txt']);
    await sink.close();
  });

  it('takes two names for one exactly when their folded forms are equal', async () => {
    const warehouse = createWarehouse(withDefaults({ file }));
    await warehouse.use(async (connection) => {
      for (const [a, b] of [
        ['Id', 'iD'],
        ['É', 'é'],
        ['ß', 'SS'],
        ['K', 'K'],
        ['a_Z', 'A_z'],
        ['straße', 'STRAßE'],
        ['Ω', 'ω'],
      ] as const) {
        const made = await connection.run(`CREATE OR REPLACE TABLE t (${quoteIdentifier(a)} INT, ${quoteIdentifier(b)} INT)`).then(
          () => true,
          () => false,
        );
        expect([a, b, made]).toEqual([a, b, foldName(a) !== foldName(b)]);
      }
    });
    await warehouse.close();
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
