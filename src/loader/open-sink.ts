import { lookup } from 'node:dns/promises';
import type { DuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createDuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createPostgresSink } from '../sinks/postgres/postgres-sink.ts';
import type { Sink } from '../sinks/sink.ts';
import type { LoadDestination, WarehouseSettings } from './thread-messages.ts';

/** What an embedded warehouse can do besides loading. */
export type EmbeddedWarehouse = Pick<DuckDbSink, 'query' | 'copyTo' | 'stopQueries'>;

export interface OpenSink {
  readonly sink: Sink;
  /** Undefined for a destination outside of this process. */
  readonly warehouse: EmbeddedWarehouse | undefined;
}

/** Opens the sink of a destination by its kind; nothing is connected before it is used. */
export function openSink(destination: LoadDestination, settings: WarehouseSettings): OpenSink {
  switch (destination.kind) {
    case 'duckdb': {
      const sink = createDuckDbSink({ ...settings, file: destination.file });
      return { sink, warehouse: sink };
    }
    case 'postgres':
      return {
        sink: createPostgresSink({ connection: destination.connection, resolveHost: async (host) => (await lookup(host)).address }),
        warehouse: undefined,
      };
  }
}
