import { TableStoppedError } from '../errors.ts';
import type { LogicalType, StagedColumn } from '../sink.ts';
import { isWidened } from './widen.ts';

/** Most columns a table can have. */
export const maxColumns = 1600;
const prefixes: Readonly<Record<LogicalType, string>> = { bigint: 'i', double: 'd', number: 'n', boolean: 'b', string: 's', date: 't' };

/** One staging table and the staged columns it holds. */
export interface Layer {
  readonly table: string;
  /** What the table is called in a query. */
  readonly alias: string;
  /** Places of its columns among the staged ones. */
  readonly indexes: readonly number[];
  /** Its column for each of them: `i0`, `i1`, `s0`, …; a pool per type. */
  readonly pooled: readonly string[];
}

/** Number of the row, in a layer among several. */
export const rowColumn = 'r';

/**
 * The staging tables for these columns: one, unless so many columns come in several types at once that no table holds them all. Then those
 * that widen are in further ones, whose rows are found by their number; keys and the sequence never widen.
 */
export function layColumns(table: string, columns: readonly StagedColumn[]): readonly [Layer, ...Layer[]] {
  const all = [...columns.keys()];
  if (columns.length <= maxColumns) return [layer(table, 's', all, columns)];
  const isWide = (index: number): boolean => columns.slice(index, index + 1).some(isWidened);
  const narrow = all.filter((index) => !isWide(index));
  const wide = all.filter(isWide);
  if (narrow.length >= maxColumns) throw new TableStoppedError('ERROR: too many columns');
  const more = Array.from({ length: Math.ceil(wide.length / (maxColumns - 1)) }, (_, part) => {
    const indexes = wide.slice(part * (maxColumns - 1), (part + 1) * (maxColumns - 1));
    return layer(`${table}_${part + 1}`, `s${part + 1}`, indexes, columns);
  });
  return [layer(table, 's', narrow, columns), ...more];
}

function layer(table: string, alias: string, indexes: readonly number[], columns: readonly StagedColumn[]): Layer {
  const taken = new Map<LogicalType, number>();
  const pooled = indexes.map((index) => {
    const type = columns[index]?.type ?? 'string';
    const place = taken.get(type) ?? 0;
    taken.set(type, place + 1);
    return `${prefixes[type]}${place}`;
  });
  return { table, alias, indexes, pooled };
}
