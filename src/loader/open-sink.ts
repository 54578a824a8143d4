import type { DuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createDuckDbSink } from '../sinks/duckdb/duckdb-sink.ts';
import { createPostgresSink } from '../sinks/postgres/postgres-sink.ts';
import type { Sink } from '../sinks/sink.ts';
import { createResolveHost } from './resolve-host.ts';
import type { LoadDestination, ThreadSettings } from './thread-messages.ts';

/** What an embedded warehouse can do besides loading. */
export type EmbeddedWarehouse = Pick<DuckDbSink, 'query' | 'copyTo' | 'stopQueries'>;

export interface OpenSink {
  readonly sink: Sink;
  /** Undefined for a destination outside of this process. */
  readonly warehouse: EmbeddedWarehouse | undefined;
}

/** Opens the sink of a destination by its kind; nothing is connected before it is used, and nothing past the egress gate. */
export function openSink(destination: LoadDestination, { egress, postgres, ...settings }: ThreadSettings): OpenSink {
  switch (destination.kind) {
    case 'duckdb': {
      const sink = createDuckDbSink({ ...settings, file: destination.file });
      return { sink, warehouse: sink };
    }
    case 'postgres': {
      const resolveHost = createResolveHost(egress ?? { privateAllowed: false, allowed: [] });
      const { connection, timestamps } = destination;
      const sink = createPostgresSink({ ...postgres, connection, resolveHost, ...(timestamps === undefined ? {} : { timestamps }) });
      return { sink, warehouse: undefined };
    }
  }
}
