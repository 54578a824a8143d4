import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection, DuckDBTimestampValue } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stagedColumn } from '../../../tests/support/sink-plans.ts';
import { TableStoppedError } from '../errors.ts';
import type { StagedColumn } from '../sink.ts';
import { duckDbSheet } from './sheet.ts';
import type { RowsToStage } from './stage.ts';
import { createStage, stagedRows } from './stage.ts';

describe('staged rows', () => {
  let instance: DuckDBInstance;
  let connection: DuckDBConnection;
  const stage = createStage();

  beforeAll(async () => {
    instance = await DuckDBInstance.create(':memory:');
    connection = await instance.connect();
    stage.register(connection);
  });
  afterAll(() => {
    connection.closeSync();
    instance.closeSync();
  });

  async function keep(rows: RowsToStage): Promise<number> {
    return stage.run(connection, rows, `CREATE OR REPLACE TEMP TABLE staged AS FROM ${stagedRows}`);
  }

  async function roundTrip(column: StagedColumn, rows: number): Promise<unknown[]> {
    await keep({ rows, columns: [column] });
    return (await connection.runAndReadAll('SELECT c0 FROM temp.main.staged ORDER BY r')).getRows().map(([value]) => value);
  }

  it('hold any text of any length, and NULLs, exactly', async () => {
    const text = fc.option(fc.string({ unit: 'grapheme', maxLength: 30 }), { nil: null });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 60 }), fc.integer({ min: 1, max: 100 }), async (values, times) => {
        const all = Array.from({ length: times }, () => values).flat();
        expect(await roundTrip(stagedColumn('s', 'string', all), all.length)).toEqual(all);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('hold long text that lies scattered in a larger one, repeats, or stands beside U+0000, exactly', async () => {
    const values = Array.from({ length: 3000 }, (_, row) => `${row % 3 === 0 ? 'é'.repeat(row % 40) : 'word '.repeat(row % 11)}${row}`);
    const gaps = Array.from({ length: 3000 }, (_, row) => (row % 500 === 0 ? 'x'.repeat(100_000) : '\0'));
    const bytes = new Uint8Array(Buffer.from(values.map((value, row) => value + gaps[row]).join('')));
    const lengths = values.map((value) => Buffer.byteLength(value));
    const places: number[] = [];
    for (let row = 0, at = 0; row < values.length; at += (lengths[row] ?? 0) + (gaps[row] ?? '').length, row += 1) places.push(at);
    for (const order of [values.map((_, row) => row), values.map((_, row) => (row * 7919) % 3000), values.map(() => 2997)]) {
      const starts = Uint32Array.from(order, (row) => places[row] ?? 0);
      const ends = Uint32Array.from(order, (row) => (places[row] ?? 0) + (lengths[row] ?? 0));
      const column: StagedColumn = { name: 's', type: 'string', valid: new Uint8Array(3000).fill(1), text: { bytes, starts, ends } };
      expect(await roundTrip(column, 3000)).toEqual(order.map((row) => values[row]));
    }
  });

  it('hold any integer, double and boolean exactly', async () => {
    const rows = fc.array(
      fc.tuple(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double(), fc.option(fc.boolean(), { nil: null })),
      { maxLength: 5000 },
    );
    await fc.assert(
      fc.asyncProperty(rows, async (values) => {
        const [integers, doubles, booleans] = [values.map((row) => row[0]), values.map((row) => row[1]), values.map((row) => row[2])];
        expect(await roundTrip(stagedColumn('i', 'bigint', integers), values.length)).toEqual(integers);
        expect(await roundTrip(stagedColumn('d', 'double', doubles), values.length)).toEqual(doubles);
        expect(await roundTrip(stagedColumn('b', 'boolean', booleans), values.length)).toEqual(booleans);
      }),
      { seed: 4, numRuns: 20 },
    );
  });

  it('hold timestamps up to both ends of the range, and decimals at theirs', async () => {
    const times = [...duckDbSheet.timestampRange, 0n, -1n];
    expect((await roundTrip(stagedColumn('t', 'date', times), 4)).map((value) => (value as DuckDBTimestampValue).micros)).toEqual(times);
    const decimals = ['99999999999999999999999999.999999999999', '-99999999999999999999999999.999999999999', '-0.000000000001'];
    expect((await roundTrip(stagedColumn('n', 'number', decimals), 3)).map(String)).toEqual(decimals);
  });

  it('belong to the root rows they are said to belong to', async () => {
    const rootRow = Uint32Array.from({ length: 5000 }, (_, index) => Math.floor(index / 3));
    await keep({ rows: 5000, rootRow, columns: [stagedColumn('i', 'bigint', [...rootRow].map(BigInt))] });
    const reader = await connection.runAndReadAll('SELECT count(*)::INT, count(*) FILTER (r = c0)::INT, max(r) FROM temp.main.staged');
    expect(reader.getRowsJson()).toEqual([[5000, 5000, 1666]]);
  });

  it('are refused when a buffer is too short or text is not UTF-8, which DuckDB would store as NULL', async () => {
    const column = stagedColumn('s', 'string', ['a', 'b']);
    await expect(roundTrip(column, 3)).rejects.toThrow('fewer than 3 values');
    await expect(roundTrip({ ...stagedColumn('i', 'bigint', [1n, 2n]), valid: new Uint8Array(1) }, 2)).rejects.toThrow(
      'fewer than 2 values',
    );
    const broken = { ...column, text: { bytes: Uint8Array.of(0xff, 0x61), starts: Uint32Array.of(0, 1), ends: Uint32Array.of(1, 2) } };
    await expect(roundTrip(broken, 2)).rejects.toThrow(TableStoppedError);
    await expect(roundTrip(stagedColumn('n', 'number', ['1e99']), 1)).rejects.toThrow('should have been rejected');
  });
});
