import type { LoadingDestination, Row } from './loading-destination.ts';
import { createDestination } from './postgres-destination.ts';
import type { PostgresServer } from './postgres-server.ts';

/** The empty database of a server; it has one at a time. */
export async function openPostgres(server: PostgresServer): Promise<LoadingDestination> {
  const { sink, query, dispose } = await createDestination(server);

  async function rows(sql: string): Promise<Row[]> {
    const found = await query(`SELECT row_to_json(all_of_it)::text AS row FROM (${sql}) all_of_it`);
    return found.map(({ row }) => JSON.parse(String(row)) as Row);
  }

  return {
    sink: () => sink,
    rows,
    async alter(...statements) {
      for (const statement of statements) await query(statement);
    },
    async describeColumns(schema, table) {
      const columns = await rows(
        `SELECT column_name AS name, data_type AS type FROM information_schema.columns
          WHERE table_schema = '${schema}' AND table_name = '${table}' ORDER BY ordinal_position`,
      );
      return columns.map(({ name, type }) => ({ name: String(name), type: String(type) }));
    },
    listTables: async (schema) =>
      (await rows(`SELECT tablename AS name FROM pg_tables WHERE schemaname = '${schema}' ORDER BY tablename COLLATE "C"`)).map(
        ({ name }) => String(name),
      ),
    close: dispose,
  };
}
