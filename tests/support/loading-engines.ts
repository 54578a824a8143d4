/** Every engine that a test of loading runs against. */
import { openDuckDb } from './loading-duckdb.ts';
import { openPostgres } from './loading-postgres.ts';
import type { LoadingDestination } from './loading-destination.ts';
import { postgresVersions, startPostgres } from './postgres-server.ts';

interface LoadingEngine {
  readonly name: string;
  readonly kind: 'duckdb' | 'postgres';
  start(): Promise<StartedEngine>;
}

export interface StartedEngine {
  /** A new, empty destination; the one before is closed. */
  open(): Promise<LoadingDestination>;
  stop(): Promise<void>;
}

export const loadingEngines: readonly LoadingEngine[] = [
  { name: 'DuckDB', kind: 'duckdb', start: async () => ({ open: openDuckDb, stop: async () => undefined }) },
  ...postgresVersions.map((version): LoadingEngine => ({
    name: `PostgreSQL ${version}`,
    kind: 'postgres',
    async start() {
      const server = await startPostgres({ version });
      return { open: () => openPostgres(server), stop: () => server.stop() };
    },
  })),
];
