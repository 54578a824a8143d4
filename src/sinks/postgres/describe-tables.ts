import type { Client } from 'pg';
import type { TableDescription } from '../sink.ts';
import { selectText } from './sql.ts';
import { findLogicalType } from './types.ts';

type Attribute = readonly [name: string, type: number, modifier: number, notNull: boolean, dropped: boolean];

/** The tables of a schema (no views), each with its columns in destination order; only those named, if any are. */
export async function listTables(client: Client, schema: string, only?: readonly string[]): Promise<TableDescription[]> {
  // A column with a default or an expression of its own is no obstacle to rows that leave it out.
  const rows = await selectText(
    client,
    `SELECT c.relname, pg_catalog.json_agg(pg_catalog.json_build_array(a.attname, a.atttypid::bigint, a.atttypmod,
              a.attnotnull AND NOT a.atthasdef AND a.attidentity = '', a.attisdropped) ORDER BY a.attnum)
       FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
      WHERE n.nspname = $1 AND c.relkind IN ('r', 'p') AND ($2::text[] IS NULL OR c.relname = ANY ($2))
      GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [schema, only ?? null],
  );
  return rows.map(([table, attributes]) => {
    const all = (JSON.parse(attributes ?? '[]') as Attribute[]).filter(([name]) => name !== null);
    const columns = all.filter(([, , , , dropped]) => !dropped);
    return {
      table: table ?? '',
      columns: columns.map(([name, type, modifier, notNull]) => ({ name, type: findLogicalType(type, modifier), notNull })),
      ...(columns.length < all.length ? { droppedColumns: all.length - columns.length } : {}),
    };
  });
}
