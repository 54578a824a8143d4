import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DestinationRow } from '../../store/queries/destination.ts';

/** An embedded warehouse: the file's path was chosen by the server, never by an account (access.md). */
export interface Warehouse {
  readonly id: number;
  readonly kind: 'duckdb';
  readonly file: string;
}

/** Ids come back after the store is restored from a backup; the random part keeps a new destination off an old one's file. */
export function warehouseFileName(destinationId: number): string {
  return `warehouse-${destinationId}-${randomBytes(6).toString('hex')}.duckdb`;
}

/** Where the warehouse of a destination row is; undefined for other kinds of destination. */
export function warehouseOf(row: DestinationRow, directory: string): Warehouse | undefined {
  if (row.type !== 'duckdb') return undefined;
  const properties: unknown = JSON.parse(row.properties);
  const file = typeof properties === 'object' && properties !== null && 'file' in properties ? properties.file : undefined;
  if (typeof file !== 'string' || !/^[\w-]+\.duckdb$/.test(file)) throw new Error(`destination ${row.id} names no warehouse file`);
  return { id: row.id, kind: 'duckdb', file: join(directory, file) };
}
