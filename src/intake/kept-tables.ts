import type { JsonObject } from './json/read-value.ts';
import { maxKeptTableBytes, maxKeptTablesBytes } from './limits.ts';
import type { TableMessages } from './tables.ts';
import { clearTable, freeTable } from './tables.ts';

/** A table that outlives its body, empty: most bodies bring records like those before, and then little is allocated for them. */
export interface KeptTable {
  readonly id: string;
  /** What types its columns, undefined in a push. */
  readonly schema: JsonObject | undefined;
  readonly messages: TableMessages;
  /** Memory it holds besides its values. */
  readonly fixedBytes: number;
  /** In the body at hand. */
  used: boolean;
  /** Memory it holds between bodies, 0 in its first one. */
  bytes: number;
  /** No longer kept: it ends with its body. */
  dropped: boolean;
}

export interface KeptTables {
  /** The table kept under an id for that very schema, or a new one. `schemaBytes`: of its text. */
  find(wanted: {
    readonly id: string;
    readonly schema?: JsonObject;
    readonly schemaBytes?: number;
    readonly create: () => TableMessages;
  }): KeptTable;
  /** Counts a table to the body at hand. */
  use(table: KeptTable): void;
  /** Keeps a table no longer. */
  drop(table: KeptTable): void;
  /** The body's tables, in the order of their first use. */
  used(): readonly KeptTable[];
  /** Ends the body: its tables are emptied, those that are small are kept. */
  end(): void;
}

/** Keeps nothing yet. */
export function createKeptTables(): KeptTables {
  const kept = new Map<string, KeptTable>();
  let used: KeptTable[] = [];
  let keptBytes = 0;

  function drop(table: KeptTable): void {
    if (table.dropped) return;
    table.dropped = true;
    keptBytes -= table.bytes;
    kept.delete(table.id);
  }

  function endUse(table: KeptTable): void {
    table.used = false;
    if (table.dropped) return freeTable(table.messages);
    const bytes = table.fixedBytes + table.messages.builder.bytes();
    keptBytes += bytes - table.bytes;
    table.bytes = bytes;
    if (bytes <= maxKeptTableBytes) return clearTable(table.messages);
    drop(table);
    freeTable(table.messages);
  }

  return {
    find({ id, schema, schemaBytes = 0, create }) {
      const known = kept.get(id);
      if (known !== undefined && known.schema === schema) return known;
      if (known !== undefined) drop(known);
      // A schema that only this table still knows is kept with it; read, it takes some ten times its text.
      const fixedBytes = 2 * id.length + 12 * schemaBytes;
      const table = { id, schema, messages: create(), fixedBytes, used: false, bytes: 0, dropped: false };
      kept.set(id, table);
      return table;
    },
    use(table) {
      if (table.used) return;
      table.used = true;
      used.push(table);
    },
    drop,
    used: () => used,
    end() {
      if (used.length === 0) return;
      for (const table of used) endUse(table);
      used = [];
      if (keptBytes > maxKeptTablesBytes) for (const table of kept.values()) drop(table);
    },
  };
}
