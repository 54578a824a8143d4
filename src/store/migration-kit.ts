import { sql } from 'kysely';
import type { ColumnBuilderCallback, CreateTableBuilder, Kysely, SchemaModule, Transaction } from 'kysely';

export type StoreDialect = 'sqlite' | 'postgres';

type ColumnType = Parameters<CreateTableBuilder<string>['addColumn']>[1];

/** What a migration builds with, so that one text serves both dialects: three column types and strict tables. */
export interface MigrationKit {
  readonly schema: SchemaModule;
  /** For inserts of seed rows; migrations outlive the row types of today. */
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly tx: Transaction<any>;
  /** 64-bit: ids, 0/1, epoch milliseconds. */
  readonly integer: ColumnType;
  readonly text: ColumnType;
  readonly blob: ColumnType;
  /** Makes an integer column a primary key that the database counts up and never reuses. */
  readonly counted: ColumnBuilderCallback;
  readonly table: (name: string, options?: { ifNotExists?: boolean }) => CreateTableBuilder<string, string>;
}

const columnTypes = {
  sqlite: { integer: 'integer', text: 'text', blob: 'blob' },
  postgres: { integer: 'bigint', text: 'text', blob: 'bytea' },
} as const;

/** Builds the kit for one transaction. */
// oxlint-disable-next-line typescript/no-explicit-any
export function createMigrationKit(tx: Kysely<any>, dialect: StoreDialect): MigrationKit {
  return {
    schema: tx.schema,
    tx: tx as MigrationKit['tx'],
    ...columnTypes[dialect],
    counted: (column) => (dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey().generatedByDefaultAsIdentity()),
    table(name, options = {}) {
      const table = options.ifNotExists === true ? tx.schema.createTable(name).ifNotExists() : tx.schema.createTable(name);
      // Without STRICT, SQLite would store a text in an integer column.
      return dialect === 'sqlite' ? table.modifyEnd(sql`strict`) : table;
    },
  };
}
