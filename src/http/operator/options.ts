import type { DomainParts } from '../../domain/context.ts';
import type { Warehouse } from '../../domain/destination/warehouse.ts';
import type { HttpLog } from '../server.ts';

/** Reads and copies embedded warehouses while loading goes on. */
interface WarehouseAccess {
  /** Answers one SELECT as the text of a JSON array of row objects. */
  query(warehouse: Warehouse, sql: string): Promise<{ readonly json: string | Uint8Array }>;
  /** Writes a consistent copy to an absolute path. */
  copy(warehouse: Warehouse, file: string): Promise<unknown>;
}

export interface OperatorApiOptions {
  readonly parts: DomainParts;
  readonly warehouses: WarehouseAccess;
  /** Where embedded warehouses lie. */
  readonly warehouseDirectory: string;
  /** Backlog, loads and buffer usage as JSON. */
  readonly status: () => Promise<Readonly<Record<string, unknown>>>;
  readonly log: HttpLog;
}
