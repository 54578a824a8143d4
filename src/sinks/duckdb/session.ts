import type { DuckDBConnection } from '@duckdb/node-api';
import type { KnownTables } from './known-tables.ts';
import type { Stage } from './stage.ts';

/** What a load works with: a connection of its own, and what belongs to the open warehouse. */
export interface Session {
  readonly connection: DuckDBConnection;
  readonly stage: Stage;
  readonly known: KnownTables;
}
