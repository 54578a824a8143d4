import { BIGINT, BOOLEAN, DECIMAL, DOUBLE, TIMESTAMP, VARCHAR } from '@duckdb/node-api';
import type { DuckDBType } from '@duckdb/node-api';
import type { LogicalType } from '../sink.ts';

const decimalWidth = 38;
const decimalScale = 12;

/** Column type per logical type (loading.md §4.2, PostgreSQL's sheet with DuckDB's decimal). */
export const columnTypes: Readonly<Record<LogicalType, DuckDBType>> = {
  bigint: BIGINT,
  double: DOUBLE,
  number: DECIMAL(decimalWidth, decimalScale),
  boolean: BOOLEAN,
  string: VARCHAR,
  date: TIMESTAMP,
};

/** Column type in SQL text. */
export function sqlType(type: LogicalType): string {
  return columnTypes[type].toString();
}

const logicalTypes = new Map((Object.keys(columnTypes) as LogicalType[]).map((type) => [sqlType(type), type]));

/** Logical type of a column of the warehouse, or undefined when a user made it with a type we never write. */
export function findLogicalType(dataType: string): LogicalType | undefined {
  return logicalTypes.get(dataType);
}

/** The decimal times 10^12 as DuckDB stores it, or undefined when DECIMAL(38,12) cannot hold it exactly. */
export function scaleDecimal(text: string): bigint | undefined {
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign, whole = '', fraction = '', exponent = '0'] = parts ?? [];
  if (whole === '' && fraction === '') return undefined;
  const unsigned = (whole + fraction).replace(/^0+/, '');
  const digits = unsigned.replace(/0+$/, '');
  if (digits === '') return 0n;
  const power = Number(exponent) - fraction.length + (unsigned.length - digits.length);
  if (power < -decimalScale || digits.length + power > decimalWidth - decimalScale) return undefined;
  const scaled = BigInt(digits) * 10n ** BigInt(power + decimalScale);
  return sign === '-' ? -scaled : scaled;
}
