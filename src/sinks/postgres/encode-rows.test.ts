import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../tests/support/random.ts';
import { stagedColumn } from '../../../tests/support/sink-plans.ts';
import type { Value } from '../../../tests/support/sink-plans.ts';
import { TableStoppedError } from '../errors.ts';
import { encodeRows } from './encode-rows.ts';

/** The fields of a binary COPY, row by row; null where the length says so. */
function readRows(pieces: readonly Buffer[]): (Buffer | null)[][] {
  const bytes = Buffer.concat(pieces);
  expect(bytes.subarray(0, 19)).toEqual(Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1'));
  const rows: (Buffer | null)[][] = [];
  let at = 19;
  for (let fields = bytes.readInt16BE(at); fields >= 0; fields = bytes.readInt16BE(at)) {
    at += 2;
    rows.push(
      Array.from({ length: fields }, () => {
        const length = bytes.readInt32BE(at);
        const value = length < 0 ? null : bytes.subarray(at + 4, at + 4 + length);
        at += 4 + Math.max(0, length);
        return value;
      }),
    );
  }
  expect(at + 2).toBe(bytes.length);
  return rows;
}

describe('rows in binary COPY', () => {
  it('are what was staged, NULLs and borders of pieces included', () => {
    const random = createRandom(11);
    const rows = 5000;
    const values = <T extends Value>(make: (row: number) => T): (T | null)[] =>
      Array.from({ length: rows }, (_, row) => (random() < 0.2 ? null : make(row)));
    const integers = values(() =>
      BigInt.asIntN(64, (BigInt(Math.floor(random() * 2 ** 32)) << 32n) | BigInt(Math.floor(random() * 2 ** 32))),
    );
    const dates = values((row) =>
      row === 7 ? -210_866_803_200_000_000n : row === 8 ? 2n ** 63n - 1n : BigInt(Math.floor((random() - 0.5) * 2 ** 52)),
    );
    const doubles = values(() => random() * 1e9);
    const flags = values(() => random() < 0.5);
    const texts = values((row) => (row === 3000 ? 'x'.repeat(3_000_000) : 'é'.repeat(Math.floor(random() * 40))));
    const pieces = [
      ...encodeRows(
        [
          stagedColumn('i', 'bigint', integers),
          stagedColumn('t', 'date', dates),
          stagedColumn('d', 'double', doubles),
          stagedColumn('b', 'boolean', flags),
          stagedColumn('s', 'string', texts),
        ],
        rows,
      ),
    ];
    const read = readRows(pieces);
    expect(read).toHaveLength(rows);
    expect(read.map(([field]) => field?.readBigInt64BE() ?? null)).toEqual(integers);
    // PostgreSQL counts from 2000-01-01.
    expect(read.map(([, field]) => (field ? field.readBigInt64BE() + 946_684_800_000_000n : null))).toEqual(dates);
    expect(read.map(([, , field]) => field?.readDoubleBE() ?? null)).toEqual(doubles);
    expect(read.map(([, , , field]) => (field ? field[0] === 1 : null))).toEqual(flags);
    expect(read.map(([, , , , field]) => field?.toString() ?? null)).toEqual(texts);
    // One row is larger than a piece; no other piece is.
    expect(pieces.filter(({ length }) => length > 2 ** 20)).toHaveLength(1);
  });

  it('are refused when a column is shorter than the others, or holds a decimal that is none', () => {
    const encode = (values: readonly string[], rows: number): Buffer[] => [...encodeRows([stagedColumn('n', 'number', values)], rows)];
    expect(() => encode(['1'], 2)).toThrow('fewer than 2 values');
    expect(() => encode(['1', 'x'], 2)).toThrow(TableStoppedError);
  });
});
