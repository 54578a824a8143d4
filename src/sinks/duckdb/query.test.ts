import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTable, loadPlan } from '../../../tests/support/sink-plans.ts';
import type { TableInput } from '../../../tests/support/sink-plans.ts';
import { QueryFailedError, QueryLimitError, QueryRefusedError } from '../errors.ts';
import { createDuckDbSink } from './duckdb-sink.ts';
import type { DuckDbSink } from './duckdb-sink.ts';

const items: TableInput = {
  table: 'items',
  keyColumns: ['id'],
  columns: [
    ['id', 'bigint'],
    ['price', 'number'],
    ['at', 'date'],
    ['_sdc_sequence', 'bigint'],
  ],
  rows: [
    [1n, '9.50', 1_704_164_645_000_000n, 10n],
    [2n, '12345678901234567890.5', 1_704_164_645_123_456n, 2n ** 60n],
  ],
};

describe('a query', () => {
  let directory: string;
  let sink: DuckDbSink;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'thimble-query-'));
    sink = createDuckDbSink({ file: join(directory, 'warehouse.duckdb') });
    await sink.load(loadPlan({ ddl: [{ kind: 'create-schema' }, createTable(items)], tables: [items], expected: undefined, position: 1 }));
  });
  afterAll(async () => {
    await sink.close();
    await rm(directory, { recursive: true, force: true });
  });

  const text = async (sql: string): Promise<string> => new TextDecoder().decode((await sink.query(sql)).json);

  it('answers with an array of row objects, exact numbers and readable timestamps', async () => {
    expect(await text('SELECT * FROM shop.items ORDER BY id')).toBe(
      '[{"id":1,"price":9.5,"at":"2024-01-02 03:04:05.000","_sdc_sequence":10},' +
        '{"id":2,"price":"12345678901234567890.5","at":"2024-01-02 03:04:05.123456","_sdc_sequence":"1152921504606846976"}]',
    );
    expect(await text('SELECT * FROM shop.items WHERE id > 5')).toBe('[]');
    expect((await sink.query('FROM shop.items')).rows).toBe(2);
  });

  it.each([
    [
      'SELECT 9007199254740991 a, 9007199254740992 b, -9007199254740991 c',
      '[{"a":9007199254740991,"b":"9007199254740992","c":-9007199254740991}]',
    ],
    ["SELECT 'NaN'::DOUBLE a, '-inf'::DOUBLE b, 1e300 c, -0.0::DOUBLE d", '[{"a":"NaN","b":"-Infinity","c":1e+300,"d":-0.0}]'],
    ['SELECT 0.1::DECIMAL(38,12) a, 100::DECIMAL(5,0) b, 0::DECIMAL(3,2) c', '[{"a":0.1,"b":100,"c":0}]'],
    ["SELECT 'a\"b\\n🙂' s, true t, NULL n", '[{"s":"a\\"b\\\\n🙂","t":true,"n":null}]'],
    ["SELECT 'ab\\xFF'::BLOB b, DATE '2024-02-29' d", '[{"b":"YWL/","d":"2024-02-29"}]'],
    [
      "SELECT [1, NULL, 3] l, {'a': 1, 'b': [true]} s, MAP {'k': 2.5} m",
      '[{"l":[1,null,3],"s":{"a":1,"b":[true]},"m":[{"key":"k","value":2.5}]}]',
    ],
    [
      "SELECT TIMESTAMP '2024-01-02 03:04:05.1' t, TIMESTAMP '0044-03-15 (BC) 12:00:00' b, 'infinity'::TIMESTAMP i",
      '[{"t":"2024-01-02 03:04:05.100","b":"0044-03-15 (BC) 12:00:00.000","i":"infinity"}]',
    ],
    ['SELECT 1 a, 2 a, 3 "__proto__"', '[{"a":1,"a:1":2,"__proto__":3}]'],
    ['SELECT 170141183460469231731687303715884105727 h', '[{"h":"170141183460469231731687303715884105727"}]'],
    ['SELECT 1; -- with a comment', '[{"1":1}]'],
    ['WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT sum(i)::BIGINT s FROM n', '[{"s":6}]'],
    ['VALUES (1)', '[{"col0":1}]'],
    ['SELECT count(*) c FROM range(10), generate_series(1, 3)', '[{"c":30}]'],
    ["SELECT column_name FROM information_schema.columns WHERE table_name = 'items' AND ordinal_position = 1", '[{"column_name":"id"}]'],
  ])('answers %s', async (sql, json) => {
    expect(await text(sql)).toBe(json);
  });

  it.each([
    '',
    ' ; ; ',
    '-- nothing',
    'SELECT 1; SELECT 2',
    'COMMIT; INSERT INTO shop.items (id) VALUES (9)',
    'ROLLBACK; DELETE FROM shop.items',
    "COPY shop.items TO '/tmp/thimble-copy.csv'",
    "COPY (SELECT 1) TO '/tmp/thimble-copy.csv'",
    "COPY shop.items FROM '/etc/passwd'",
    "ATTACH '/tmp/other.duckdb'",
    "ATTACH ':memory:' AS m",
    'DETACH m',
    'INSTALL httpfs',
    'LOAD httpfs',
    'SET threads = 1',
    'SET VARIABLE x = 1',
    'RESET threads',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    "PRAGMA import_database('/tmp/x')",
    'CALL pragma_version()',
    'CHECKPOINT',
    'FORCE CHECKPOINT',
    'VACUUM',
    'ANALYZE',
    'EXPLAIN SELECT 1',
    'EXPLAIN ANALYZE INSERT INTO shop.items (id) VALUES (9)',
    'INSERT INTO shop.items (id) VALUES (9)',
    'INSERT INTO shop.items (id) VALUES (9) RETURNING id',
    'UPDATE shop.items SET price = 0',
    'DELETE FROM shop.items RETURNING *',
    'MERGE INTO shop.items USING (SELECT 1 id) s USING (id) WHEN MATCHED THEN DELETE',
    'TRUNCATE shop.items',
    'DROP TABLE shop.items',
    'CREATE TABLE shop.x AS SELECT 1',
    'CREATE TEMP TABLE x AS SELECT 1',
    'CREATE MACRO f() AS 1',
    'ALTER TABLE shop.items ADD COLUMN x INT',
    'BEGIN',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    "EXPORT DATABASE '/tmp/x'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_duckdb('/tmp/x.duckdb')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT (SELECT count(*) FROM glob('/etc/*'))",
    "WITH x AS (SELECT * FROM system.main.READ_TEXT('/etc/passwd')) SELECT * FROM x",
    'FROM thimble_staged_rows()',
    "SELECT 1 WHERE EXISTS (FROM enable_logging('QueryLog', storage = 'file', storage_path = '/tmp/thimble-log'))",
    'SELECT * FROM enable_profiling()',
    'SELECT * FROM checkpoint()',
    'SELECT * FROM force_checkpoint()',
    "SELECT * FROM query('SELECT * FROM checkpoint()')",
    "SELECT * FROM query_table('shop.items')",
    'SELECT * FROM duckdb_secrets()',
    'SELECT * FROM duckdb_settings()',
    "SELECT write_log('x')",
    'SELECT sleep_ms(1)',
    'SELECT $1',
    'SELECT ?',
  ])('refuses: %s', async (sql) => {
    await expect(sink.query(sql)).rejects.toThrow(QueryRefusedError);
    expect((await sink.query('FROM shop.items')).rows).toBe(2);
  });

  it.each([
    "SELECT * FROM '/etc/passwd'",
    'SELECT * FROM shop.nothing',
    'SELEC 1',
    "SELECT 'x'::INT",
    'SELECT * FROM shop.items WHERE',
    'SELECT "id" + \'a\' FROM shop.items',
  ])('says what is wrong with: %s', async (sql) => {
    const failure = await sink.query(sql).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryFailedError);
    expect((failure as Error).message).toMatch(/Error: ./);
    expect((failure as Error).message).not.toContain(directory);
  });

  it('is interrupted at its time limit and leaves the sink usable', async () => {
    const failure = await sink
      .query('SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11', { timeoutMs: 200 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryLimitError);
    expect((failure as QueryLimitError).limit).toBe('time');
    expect((await sink.query('FROM shop.items')).rows).toBe(2);
  });

  it('counts the time it waits for another query', async () => {
    const slow = sink.query('SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range % 7 = b.range % 11', {
      timeoutMs: 400,
    });
    await expect(sink.query('SELECT 1', { timeoutMs: 100 })).rejects.toThrow(QueryLimitError);
    await expect(slow).rejects.toThrow(QueryLimitError);
  });

  it('is stopped when its answer grows over the limit, without gathering it first', async () => {
    const before = process.memoryUsage().rss;
    const failure = await sink
      .query("SELECT repeat('x', 1000) s FROM range(100000000)", { maxBytes: 5_000_000 })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(QueryLimitError);
    expect((failure as QueryLimitError).limit).toBe('bytes');
    expect(process.memoryUsage().rss - before).toBeLessThan(300e6);
  });

  it('answers up to the very byte of its limit', async () => {
    const sql = "SELECT repeat('é', 5000) s FROM range(100)";
    const whole = await sink.query(sql);
    expect((await sink.query(sql, { maxBytes: whole.json.length })).json).toEqual(whole.json);
    await expect(sink.query(sql, { maxBytes: whole.json.length - 1 })).rejects.toThrow(QueryLimitError);
  });

  it('does not disturb a load, and sees whole loads only', async () => {
    const started = sink.query('SELECT count(*) c FROM shop.items, range(30000000) WHERE range % 3 = 0');
    for (let position = 2; position <= 6; position += 1) {
      const rows = items.rows.map((row) => [row[0]!, row[1]!, row[2]!, 2n ** 60n + BigInt(position)]); // four columns above
      await sink.load(loadPlan({ tables: [{ ...items, rows }], expected: position - 1, position }));
    }
    expect(JSON.parse(new TextDecoder().decode((await started).json))).toEqual([{ c: 20_000_000 }]);
    expect(await text('SELECT count(*) c, count(DISTINCT _sdc_sequence) s FROM shop.items')).toBe('[{"c":2,"s":1}]');
  });

  it('spills into the directory of the warehouse when it needs more than its memory', async () => {
    const other = createDuckDbSink({ file: join(directory, 'small.duckdb'), tempDirectory: join(directory, 'spill'), memoryLimitMb: 32 });
    let spilled = 0;
    const watch = setInterval(
      () =>
        void readdir(join(directory, 'spill')).then(
          (names) => (spilled = Math.max(spilled, names.length)),
          () => undefined,
        ),
      5,
    );
    const sql = 'SELECT count(*) c FROM (SELECT md5(range::VARCHAR) m FROM range(1500000) ORDER BY m LIMIT 1400000 OFFSET 5)';
    const { json } = await other.query(sql);
    clearInterval(watch);
    await other.close();
    expect(new TextDecoder().decode(json)).toBe('[{"c":1400000}]');
    expect(spilled).toBeGreaterThan(0);
  });
});
