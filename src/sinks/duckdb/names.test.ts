import { describe, expect, it } from 'vitest';
import { foldName, quoteIdentifier } from './names.ts';

describe('folding a name', () => {
  it('ignores the case of ASCII letters alone, as DuckDB does', () => {
    expect(foldName('CustomerID')).toBe('customerid');
    expect(foldName('ÉTÉ')).toBe('ÉtÉ');
  });
});

describe('quoting an identifier', () => {
  it('doubles quotes and refuses what DuckDB could not hold', () => {
    expect(quoteIdentifier('a"b"; DROP TABLE x; --')).toBe('"a""b""; DROP TABLE x; --"');
    expect(() => quoteIdentifier('')).toThrow();
    expect(() => quoteIdentifier('a\0b')).toThrow();
  });
});
