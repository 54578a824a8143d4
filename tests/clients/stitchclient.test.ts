/** stitchclient from PyPI (import-api.md §12.2, client 1): Transit pushes of an unmodified client, checked as rows. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeClient, runClient, type ClientRun } from './run-client.ts';
import { startWarehouseSystem, type WarehouseSystem } from './warehouse-system.ts';

const programs = new URL('stitchclient-programs.py', import.meta.url).pathname;

describeClient('stitchclient', () => {
  let system: WarehouseSystem;
  beforeAll(async () => {
    system = await startWarehouseSystem();
  });
  afterAll(() => system.stop());

  const run = (program: string, token = system.source.token): Promise<ClientRun> =>
    runClient('python', [programs, program], {
      env: {
        STITCH_URL: new URL('/v2/import/push', system.url).href,
        STITCH_TOKEN: token,
        STITCH_CLIENT_ID: String(system.source.accountId),
      },
    });
  /** Records per acknowledged request. */
  const push = async (program: string): Promise<number[]> => {
    const { exitCode, stdout, stderr } = await run(program);
    expect([exitCode, stderr]).toEqual([0, '']);
    return JSON.parse(stdout) as number[];
  };

  it('delivers every kind of value with its type and all its digits', async () => {
    expect(await push('kinds_of_values')).toEqual([2]);
    const columns = [
      'seen_at',
      'before_epoch',
      'cost',
      'hundred',
      'above_double',
      'greatest',
      'least',
      'whole',
      'fraction',
      'active',
      'not_a_number',
      'key',
      'home',
      'tilde',
      'caret',
      'backquote',
      'año',
      'owner__name',
      'owner__address__city',
      '_sdc_sequence',
    ];
    const selected = columns.map((name) => `"${name}"::VARCHAR AS "${name}", typeof("${name}") AS "${name} type"`);
    const [first, second] = await system.select(`SELECT ${selected.join(', ')} FROM shop.kinds ORDER BY id`);
    expect(Object.fromEntries(columns.map((name) => [name, `${String(first?.[name])} ${String(first?.[`${name} type`])}`]))).toEqual({
      seen_at: '2024-01-02 01:04:05.678 TIMESTAMP',
      before_epoch: '1913-05-06 07:08:09 TIMESTAMP',
      cost: '-12345678901234567890123456.123456789012 DECIMAL(38,12)',
      hundred: '100.000000000000 DECIMAL(38,12)',
      above_double: '9007199254740993 BIGINT',
      greatest: '9223372036854775807 BIGINT',
      least: '-9223372036854775808 BIGINT',
      whole: '15 BIGINT',
      fraction: '15.0 DOUBLE',
      active: 'true BOOLEAN',
      not_a_number: 'nan DOUBLE',
      key: '123e4567-e89b-12d3-a456-426614174000 VARCHAR',
      home: 'https://example.com/?a=1 VARCHAR',
      tilde: '~tilde VARCHAR',
      caret: '^1 VARCHAR',
      backquote: '`quoted` VARCHAR',
      año: 'ñandú VARCHAR',
      owner__name: 'Bö VARCHAR',
      owner__address__city: 'Ås VARCHAR',
      _sdc_sequence: '1795253001779869401 BIGINT',
    });
    expect(second).toMatchObject({ año: 'x', owner__name: 'Ann', _sdc_sequence: '9223372036854775807' });
    expect(
      await system.select("SELECT count(*) AS n FROM duckdb_columns() WHERE table_name = 'kinds' AND column_name = 'nothing'"),
    ).toEqual([{ n: 0 }]);
    expect(await system.select('SELECT _sdc_source_key_id AS id, _sdc_level_0_id AS level, value FROM shop.kinds__tags')).toEqual([
      { id: 1, level: 0, value: 'red' },
    ]);
    expect(await system.select('SELECT _sdc_level_0_id AS level, name FROM shop.kinds__owner__pets ORDER BY level')).toEqual([
      { level: 0, name: 'Rex' },
      { level: 1, name: 'Tom' },
    ]);
  });

  it('fills several tables from one request, the greatest sequence of a key winning', async () => {
    expect(await push('several_tables')).toEqual([7]);
    for (const [table, last] of [
      ['table_0', 2],
      ['table_1', 3],
    ] as const) {
      expect(await system.select(`SELECT id, step, _sdc_sequence::VARCHAR AS sequence FROM shop.${table} ORDER BY id`)).toEqual([
        { id: 0, step: last, sequence: String(1_795_253_001_779_869_401n + BigInt(last)) },
        { id: 1, step: last + 2, sequence: String(1_795_253_001_779_869_401n + BigInt(last) + 2n) },
      ]);
    }
    expect(await system.select('SELECT id FROM shop.by_default')).toEqual([{ id: 'a' }]);
  });

  it('delivers 45,000 records in the requests the client splits them into', async () => {
    const requests = await push('many_records');
    expect(requests.length).toBeGreaterThan(2);
    expect(Math.max(...requests)).toBe(20_000);
    expect(requests.reduce((sum, records) => sum + records, 0)).toBe(45_000);
    expect(
      await system.select(`SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(half)::VARCHAR AS halves, count_if(name = 'number ' || id) AS names,
        count_if(_sdc_sequence = 1795253001779869401 + id) AS sequences FROM shop.many`),
    ).toEqual([{ n: 45_000, ids: 45_000, halves: '506238750.0', names: 45_000, sequences: 45_000 }]);
  });

  it('delivers requests the client halves by their bytes', async () => {
    const requests = await push('large_records');
    expect(requests.length).toBeGreaterThan(3);
    expect(
      await system.select('SELECT count(*) AS n, min(length(text)) AS shortest, sum(length(text))::BIGINT AS letters FROM shop.large'),
    ).toEqual([{ n: 300, shortest: 50_000, letters: 15_000_000 }]);
  });

  it('delivers more distinct keys than Transit caches, one of them counted differently by its writer', async () => {
    expect(await push('many_keys')).toEqual([50]);
    const columns = "SELECT count(*) AS n FROM duckdb_columns() WHERE table_name LIKE 'wide__' AND column_name LIKE 'field %'";
    expect(await system.select(columns)).toEqual([{ n: 2500 }]);
    for (const id of [0, 1, 48, 49]) {
      const [row] = await system.select(`SELECT * FROM shop.wide_${id % 2} WHERE id = ${id}`);
      const filled = Object.entries(row ?? {}).filter(([name, value]) => name.startsWith('field') && value !== null);
      expect(row?.['né']).toBe(id);
      expect(filled).toEqual(Array.from({ length: 50 }, (_, column) => [`field ${id * 50 + column}`, id]));
    }
  });

  it('reports a revoked token with its own error, and nothing is stored', async () => {
    const { exitCode, stdout, stderr } = await run('one_record', await system.revokedToken());
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain(`RuntimeError: Error sending data to the Stitch API. 401 - b'{"message":"Not Authorized"}'`);
    expect(await system.select("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'refused'")).toEqual([{ n: 0 }]);
  });

  it('shows what was wrong with a refused record, and nothing is stored', async () => {
    const { exitCode, stderr } = await run('one_record_without_key');
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      '422 - b\'{"status":"ERROR","error":"Request cannot be processed; see errors.","errors":[{"reason":{"data":["data must include keys"]}}]}\'',
    );
    expect(await system.select("SELECT count(*) AS n FROM duckdb_tables() WHERE table_name = 'refused'")).toEqual([{ n: 0 }]);
  });
});
