/** A database of a real PostgreSQL as the destination of a test. */
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { PostgresOptions } from '../../src/sinks/postgres/config.ts';
import { createPostgresSink } from '../../src/sinks/postgres/postgres-sink.ts';
import type { Sink } from '../../src/sinks/sink.ts';
import type { PostgresServer } from './postgres-server.ts';
import type { TextRow } from './sink-fixture.ts';

export interface PostgresDestination {
  readonly sink: Sink;
  readonly options: PostgresOptions;
  readonly database: string;
  /** Runs one statement as the superuser. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** All rows of a table in text form; undefined when there is no such table. */
  readTable(schema: string, table: string): Promise<TextRow[] | undefined>;
  /** Closes the sink and drops what its user made. */
  dispose(): Promise<void>;
}

const user = 'loader';

/**
 * An empty database `shop`, and a sink that uses it as a user who may create schemas and nothing else. One at a time per server: the
 * database stays, for making one costs more than most tests.
 */
export async function createDestination(server: PostgresServer, settings: Partial<PostgresOptions> = {}): Promise<PostgresDestination> {
  const database = 'shop';
  if ((await server.query(`SELECT 1 FROM pg_database WHERE datname = '${database}'`)).length === 0) {
    await server.createDatabase(database);
    await server.query(`CREATE ROLE ${user} LOGIN PASSWORD 'secret'`);
    // Least privilege: what everybody may do by default is not needed either.
    await server.query(`REVOKE ALL ON SCHEMA public FROM PUBLIC; REVOKE TEMPORARY ON DATABASE ${database} FROM PUBLIC`, database);
  }
  await server.query(`GRANT CREATE ON DATABASE ${database} TO ${user}`);
  const options: PostgresOptions = {
    connection: { host: server.host, port: server.port, database, user, password: 'secret', tls: 'disable' },
    resolveHost: async (host) => host,
    ...settings,
  };
  const sink = createPostgresSink(options);
  const query = (sql: string): Promise<Record<string, unknown>[]> => server.query(sql, database);
  return {
    sink,
    options,
    database,
    query,
    readTable: (schema, table) => readTable(query, schema, table),
    async dispose() {
      await sink.close();
      await query(`DROP OWNED BY ${user} CASCADE`);
    },
  };
}

async function readTable(query: PostgresDestination['query'], schema: string, table: string): Promise<TextRow[] | undefined> {
  const columns = await query(
    `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_schema = ${escapeLiteral(schema)} AND table_name = ${escapeLiteral(table)} ORDER BY ordinal_position`,
  );
  if (columns.length === 0) return undefined;
  const texts = columns.map(
    ({ name, type }) => `${textOf(escapeIdentifier(String(name)), String(type))} AS ${escapeIdentifier(String(name))}`,
  );
  const rows = await query(`SELECT ${texts.join(', ')} FROM ${escapeIdentifier(schema)}.${escapeIdentifier(table)}`);
  return rows as TextRow[];
}

function textOf(column: string, type: string): string {
  if (type === 'numeric') return `trim_scale(${column})::text`;
  // 'Infinity' and shortest digits are spelled alike; only the exponent's sign and zeros differ from JavaScript's.
  if (type === 'double precision') return `regexp_replace(${column}::text, 'e([+-])0+', 'e\\1')`;
  if (type.startsWith('timestamp')) return `to_char(${column} AT TIME ZONE 'UTC' AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')`;
  return `${column}::text`;
}
