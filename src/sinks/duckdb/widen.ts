import type { LogicalType, StagedColumn } from '../sink.ts';
import { quoteIdentifier } from './names.ts';
import { sqlType } from './types.ts';

/**
 * Casts an expression to a wider type without loss. The one place for it: a value comes out the same whether it was stored before its
 * column widened or arrives afterwards. Decimals lose the zeros their type pads them with, as if they had never been decimals.
 */
export function widenSql(expression: string, from: LogicalType, to: LogicalType): string {
  if (from === to) return expression;
  if (from === 'bigint' && to === 'number') return `CAST(${expression} AS ${sqlType(to)})`;
  if (to !== 'string') throw new RangeError(`A ${from} does not fit a ${to}.`);
  const text = `CAST(${expression} AS VARCHAR)`;
  return from === 'number' ? `rtrim(rtrim(${text}, '0'), '.')` : text;
}

/** Columns of a table and what goes into them, as two lists of an INSERT … SELECT from a staging table. */
export function insertLists(columns: readonly StagedColumn[]): { readonly targets: string; readonly sources: string } {
  const values = new Map<string, string[]>();
  for (const [position, { name, type, target }] of columns.entries()) {
    const value = widenSql(`c${position}`, type, target ?? type);
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  return {
    targets: [...values.keys()].map(quoteIdentifier).join(', '),
    sources: [...values.values()].map((parts) => (parts.length === 1 ? parts.join() : `coalesce(${parts.join(', ')})`)).join(', '),
  };
}
