import { DatabaseError } from 'pg';
import type { Client } from 'pg';
import { TableStoppedError } from '../errors.ts';
import { findRelationKind } from './ddl.ts';
import { digestOf, quoteIdentifier, quoteTable } from './names.ts';
import type { TablePlace } from './names.ts';
import { run, selectText } from './sql.ts';

/** An index that is not ours, on a table about to be replaced. */
interface OwnerIndex {
  readonly table: string;
  readonly name: string;
  readonly unique: boolean;
  /** The definition from USING on. */
  readonly using: string;
  /** Name and type, on a line each, of every column it speaks of. */
  readonly columns: readonly string[];
}

/** What the owner added to tables that are about to be replaced, besides grants. */
export interface OwnerAdditions {
  readonly indexes: readonly OwnerIndex[];
  /** A statement per comment; `column` is null for that of the table. */
  readonly comments: readonly { readonly table: string; readonly column: string | null; readonly sql: string }[];
}

/** An index made on a waiting table, and the name it is to have in the table's new schema. */
interface BuiltIndex {
  readonly built: string;
  readonly name: string;
}

/** Lists indexes that belong to no constraint, and comments. */
export async function listAdditions(client: Client, schema: string, tables: readonly string[]): Promise<OwnerAdditions> {
  const indexes = await selectText(
    client,
    `SELECT c.relname, x.relname, i.indisunique::text, pg_catalog.pg_get_indexdef(x.oid), c.oid::regclass::text, pg_catalog.quote_ident(x.relname),
            (SELECT pg_catalog.json_agg(a.attname || E'\\n' || pg_catalog.format_type(a.atttypid, a.atttypmod)) FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum IN (SELECT d.refobjsubid FROM pg_catalog.pg_depend d
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = x.oid AND d.refobjid = c.oid AND d.refobjsubid > 0))
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = $1 AND c.relname = ANY ($2) AND i.indisvalid
        AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint k WHERE k.conindid = x.oid AND k.conrelid = c.oid) ORDER BY x.relname`,
    [schema, tables],
  );
  const comments = await selectText(
    client,
    `SELECT c.relname, a.attname,
            CASE WHEN a.attname IS NULL THEN pg_catalog.format('COMMENT ON TABLE %I.%I IS %L', n.nspname, c.relname, d.description)
                 ELSE pg_catalog.format('COMMENT ON COLUMN %I.%I.%I IS %L', n.nspname, c.relname, a.attname, d.description) END
       FROM pg_catalog.pg_description d JOIN pg_catalog.pg_class c ON c.oid = d.objoid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
      WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND n.nspname = $1 AND c.relname = ANY ($2)`,
    [schema, tables],
  );
  return {
    indexes: indexes.flatMap(([table, name, unique, definition, place, quoted, columns]) => {
      const start = `CREATE ${unique === 'true' ? 'UNIQUE ' : ''}INDEX ${quoted} ON `;
      const rest = [start, `${start}ONLY `].map((text) => `${text}${place} `).find((text) => definition?.startsWith(text));
      if (rest === undefined) return [];
      const spoken = JSON.parse(columns ?? '[]') as string[];
      return [
        { table: table ?? '', name: name ?? '', unique: unique === 'true', using: (definition ?? '').slice(rest.length), columns: spoken },
      ];
    }),
    comments: comments.map(([table, column, sql]) => ({ table: table ?? '', column: column ?? null, sql: sql ?? '' })),
  };
}

/**
 * Makes the indexes of `table` on the waiting table that will replace it, while readers still have the old one. An index on columns that
 * are gone or have another type, or one that its owner alone may make, is left out.
 */
export async function buildIndexes(
  client: Client,
  waiting: TablePlace,
  table: string,
  { indexes }: OwnerAdditions,
): Promise<readonly BuiltIndex[]> {
  const present = await listColumns(client, waiting);
  const built: BuiltIndex[] = [];
  for (const index of indexes) {
    if (index.table !== table || !index.columns.every((column) => present.has(column))) continue;
    const name = `index_${digestOf(JSON.stringify([waiting.table, index.name]))}`;
    const sql = `CREATE ${index.unique ? 'UNIQUE ' : ''}INDEX ${quoteIdentifier(name)} ON ${quoteTable(waiting)} ${index.using}`;
    await run(client, 'SAVEPOINT owner_index');
    try {
      await run(client, sql);
      built.push({ built: name, name: index.name });
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      if (error.code === '23505')
        // Its detail quotes the row.
        throw new TableStoppedError(`Rows of the new version of ${table} violate its unique index ${index.name}.`, { cause: error });
      // Class 42: what the definition names is not there, or not ours to use.
      if (error.code?.startsWith('42') !== true) throw error;
      await run(client, 'ROLLBACK TO SAVEPOINT owner_index');
    }
    await run(client, 'RELEASE SAVEPOINT owner_index');
  }
  return built;
}

/** Gives the indexes that moved in with a table their names, where these are free, and the table its comments. */
export async function finishAdditions(
  client: Client,
  place: TablePlace,
  built: readonly BuiltIndex[],
  { comments }: OwnerAdditions,
): Promise<void> {
  const { schema, table } = place;
  for (const index of built) {
    if ((await findRelationKind(client, { schema, table: index.name })) !== undefined) continue;
    await run(client, `ALTER INDEX ${quoteTable({ schema, table: index.built })} RENAME TO ${quoteIdentifier(index.name)}`);
  }
  const present = new Set(Array.from(await listColumns(client, place), (column) => column.slice(0, column.indexOf('\n'))));
  for (const comment of comments)
    if (comment.table === table && (comment.column === null || present.has(comment.column))) await run(client, comment.sql);
}

/** Name and type of the columns of a table, on a line each. */
async function listColumns(client: Client, place: TablePlace): Promise<ReadonlySet<string>> {
  const rows = await selectText(
    client,
    `SELECT attname || E'\\n' || pg_catalog.format_type(atttypid, atttypmod) FROM pg_catalog.pg_attribute
      WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped`,
    [quoteTable(place)],
  );
  return new Set(rows.map(([column]) => column ?? ''));
}
