import type { LogicalType } from '../sink.ts';
import type { PostgresConfig } from './config.ts';

/** Column type in SQL text (loading.md §4.2). */
export function sqlType(type: LogicalType, timestamps: PostgresConfig['timestamps']): string {
  switch (type) {
    case 'bigint':
      return 'bigint';
    case 'double':
      return 'double precision';
    case 'number':
      return 'numeric';
    case 'boolean':
      return 'boolean';
    case 'string':
      return 'text';
    case 'date':
      return timestamps === 'with-zone' ? 'timestamp with time zone' : 'timestamp without time zone';
  }
}

/** Type OIDs of pg_type.dat. Both timestamps are the same number in UTC, whichever the table has. */
const logicalTypes: ReadonlyMap<number, LogicalType> = new Map([
  [20, 'bigint'],
  [701, 'double'],
  [1700, 'number'],
  [16, 'boolean'],
  [25, 'string'],
  [1114, 'date'],
  [1184, 'date'],
]);

/** Logical type of a column, or undefined for one we never write; a type modifier (`numeric(10,2)`) would round or cut. */
export function findLogicalType(oid: number, modifier: number): LogicalType | undefined {
  return modifier === -1 ? logicalTypes.get(oid) : undefined;
}
