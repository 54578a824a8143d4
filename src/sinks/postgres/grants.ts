import type { Client } from 'pg';
import { quoteIdentifier, quoteTable } from './names.ts';
import type { TablePlace } from './names.ts';
import { run, selectText } from './sql.ts';

/** A privilege somebody has on a table, or on one of its columns. */
export interface Grant {
  readonly table: string;
  readonly column: string | null;
  /** Undefined for everybody. */
  readonly grantee: string | undefined;
  readonly privilege: string;
  readonly grantable: boolean;
}

/**
 * Everything others may do with tables that are about to be replaced, and what the schema's default privileges give on a new table
 * (`table` is then empty): one that moves in from another schema gets none of them by itself.
 */
export async function listGrants(client: Client, schema: string, tables: readonly string[]): Promise<Grant[]> {
  const rows = await selectText(
    client,
    `SELECT a.name, a.attribute, r.rolname, x.privilege_type, x.is_grantable::text, (x.grantee = 0)::text
       FROM (
         SELECT c.relname::text AS name, NULL::text AS attribute, c.relacl AS acl, c.relowner AS owner
           FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
          WHERE n.nspname = $1 AND c.relname = ANY ($2)
         UNION ALL
         SELECT c.relname, t.attname, t.attacl, c.relowner
           FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid
          WHERE n.nspname = $1 AND c.relname = ANY ($2) AND t.attacl IS NOT NULL AND NOT t.attisdropped
         UNION ALL
         SELECT '', NULL, d.defaclacl, d.defaclrole
           FROM pg_catalog.pg_default_acl d JOIN pg_catalog.pg_namespace n ON n.oid = d.defaclnamespace JOIN pg_catalog.pg_roles o ON o.oid = d.defaclrole
          WHERE n.nspname = $1 AND d.defaclobjtype = 'r' AND o.rolname = current_user
       ) a CROSS JOIN LATERAL pg_catalog.aclexplode(a.acl) x LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
      WHERE x.grantee <> a.owner`,
    [schema, tables],
  );
  return rows.flatMap(([table, column, role, privilege, grantable, isPublic]) =>
    role === null && isPublic !== 'true'
      ? []
      : [
          {
            table: table ?? '',
            column: column ?? null,
            grantee: role ?? undefined,
            privilege: privilege ?? '',
            grantable: grantable === 'true',
          },
        ],
  );
}

/** Gives a table what its predecessor gave, as far as the columns are still there. */
export async function grantAgain(client: Client, place: TablePlace, grants: readonly Grant[]): Promise<void> {
  const known = grants.some(({ table }) => table === place.table);
  const wanted = grants.filter(({ table }) => table === (known ? place.table : ''));
  if (wanted.length === 0) return;
  const rows = await selectText(
    client,
    'SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped',
    [quoteTable(place)],
  );
  const columns = new Set(rows.map(([name]) => name));
  for (const { column, grantee, privilege, grantable } of wanted) {
    if (column !== null && !columns.has(column)) continue;
    const what = column === null ? privilege : `${privilege} (${quoteIdentifier(column)})`;
    const to = grantee === undefined ? 'PUBLIC' : quoteIdentifier(grantee);
    await run(client, `GRANT ${what} ON ${quoteTable(place)} TO ${to}${grantable ? ' WITH GRANT OPTION' : ''}`);
  }
}
